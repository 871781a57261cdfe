/**
 * The table of brain regions: structures of mouse, rat, primate, human, bird, fish, fly and worm that neurophysiology
 * records from, each with its parent structure. Acronyms and tree of the mouse follow the naming of the Allen
 * Mouse Brain Common Coordinate Framework (Allen Institute for Brain Science; Wang et al., Cell 2020, names used
 * with citation under its terms of use); names across species follow UBERON (CC BY 3.0), Brodmann's numbers and
 * the usual names of primate and human areas. Written for this project from common knowledge of the literature:
 * a selection, not a copy of any source. Pure data.
 *
 * A line: `id | name | part of | abbreviations | synonyms`. The id is the Allen acronym where there is one.
 */
export const REGION_TABLE = `
# Nervous system
NS | nervous system | | CNS | central nervous system
root | brain | NS | | cerebral; encephalon
grey | forebrain | root | | prosencephalon
CH | cerebrum | grey | | telencephalon; endbrain
CTX | cerebral cortex | CH | | cortex; cortical; corticle; cerebral hemisphere; cortical surface
Isocortex | isocortex | CTX | | neocortex; neocortical
FL | frontal lobe | CTX | | frontal cortex; frontal; frontal area
TL | temporal lobe | CTX | | temporal cortex
PLo | parietal lobe | CTX | | parietal cortex; parietal
OL | occipital lobe | CTX | | occipital cortex; occipital; occipital pole
MTL | medial temporal lobe | TL | MTL | mesial temporal lobe; mesiotemporal lobe; mesial temporal
LIMB | limbic lobe | CTX | | limbic; limbic system

# Motor
MO | somatomotor areas | Isocortex, FL | MC, MCx, MOT | motor cortex; motor area; somatomotor area; motor cortical area
MOp | primary motor area | MO | M1, MI, MOp, BA4, CFA | primary motor cortex; primary motor; area 4; caudal forelimb area; precentral gyrus; precentral; hand knob; hand area
MOs | secondary motor area | MO | M2, MOs, MII, RFA | secondary motor cortex; secondary motor; rostral forelimb area; medial agranular cortex
ALM | anterior lateral motor cortex | MOs | ALM | anterolateral motor cortex; anterior lateral motor area
MM | medial motor cortex | MOs | | medial m2
PM | premotor cortex | MO | PM, BA6 | premotor area; premotor; area 6
PMd | dorsal premotor cortex | PM | PMd | dorsal premotor area; dorsal premotor
PMv | ventral premotor cortex | PM | PMv, F5 | ventral premotor area; ventral premotor
SMA | supplementary motor area | MO | SMA | supplementary motor cortex; supplementary motor; superior frontal medial
preSMA | pre-supplementary motor area | MO | preSMA | presupplementary motor area; pre sma; pre supplementary motor cortex
CMA | cingulate motor area | MO | CMA |
FEF | frontal eye field | FL, Isocortex | FEF | frontal eye fields
SEF | supplementary eye field | FL, Isocortex | SEF | supplementary eye fields
SMC | sensorimotor cortex | Isocortex | SMC, SM1 | sensorimotor area; sensorimotor; rolandic cortex; central sulcus; perirolandic cortex

# Somatosensory
SS | somatosensory areas | Isocortex, PLo | SSC | somatosensory cortex; somatosensory area; somatosensory; somesthetic cortex
SSp | primary somatosensory area | SS | S1, SI, SSp, BA1, BA2, BA3, BA3a, BA3b | primary somatosensory cortex; primary somatosensory; area 1; area 2; area 3b; area 3a; postcentral gyrus; postcentral
SSp-bfd | barrel field | SSp | S1BF, SSpbfd, S1bf, wS1, vS1, BC | barrel cortex; primary somatosensory area barrel field; whisker somatosensory cortex; barrels; barrel column; vibrissal cortex; whisker barrel cortex; c2 barrel
SSp-ll | primary somatosensory area, lower limb | SSp | S1HL, SSpll, S1hl | hindlimb somatosensory cortex; hindlimb area
SSp-ul | primary somatosensory area, upper limb | SSp | S1FL, SSpul, fS1, S1fl | forelimb somatosensory cortex; forelimb area
SSp-m | primary somatosensory area, mouth | SSp | SSpm | orofacial somatosensory cortex
SSp-n | primary somatosensory area, nose | SSp | SSpn |
SSp-tr | primary somatosensory area, trunk | SSp | SSptr, S1Tr |
SSp-un | primary somatosensory area, unassigned | SSp | SSpun |
SSs | supplemental somatosensory area | SS | S2, SII, SSs, wS2 | secondary somatosensory cortex; secondary somatosensory area; secondary somatosensory; supplementary somatosensory area

# Visual
VIS | visual areas | Isocortex | VC, VCX | visual cortex; visual area; visual cortical area; visual cortices
VISp | primary visual area | VIS, OL | V1, VI, VISp, V1B, V1M, BA17 | primary visual cortex; primary visual; striate cortex; area 17; calcarine; calcarine cortex; pericalcarine
HVA | higher visual areas | VIS | HVA, HVAs | higher visual cortex; extrastriate cortex; extrastriate; secondary visual cortex; secondary visual area; visual association cortex; lateral visual cortex
VISl | lateral visual area | HVA | VISl, LM | lateromedial visual area; lateromedial area
VISal | anterolateral visual area | HVA | VISal | anterolateral area
VISam | anteromedial visual area | HVA | VISam | anteromedial area
VISpm | posteromedial visual area | HVA | VISpm | posteromedial area
VISli | laterointermediate area | HVA | VISli | 
VISpl | posterolateral visual area | HVA | VISpl |
VISpor | postrhinal area | HVA | VISpor, POR | postrhinal cortex
VISrl | rostrolateral visual area | HVA | VISrl | rostrolateral area
VISa | anterior visual area | HVA, PTLp | VISa |
V2 | visual area V2 | HVA, OL | V2, BA18, V2L, V2M | area 18; prestriate cortex
V3 | visual area V3 | HVA, OL | V3, V3A | area 19
V4 | visual area V4 | HVA | V4 | area v4
MT | middle temporal visual area | HVA, TL | MT, V5, hMT | middle temporal area; area mt; mt complex
MST | medial superior temporal area | HVA, TL | MST, MSTd |
IT | inferior temporal cortex | TL, HVA | IT, ITC, AIT, PIT, CIT | inferotemporal cortex; inferior temporal; inferotemporal; inferior temporal gyrus
FFA | fusiform gyrus | TL | FFA | fusiform face area; fusiform; fusiform cortex
LOC | lateral occipital cortex | OL, HVA | LOC | lateral occipital complex; lateral occipital
LING | lingual gyrus | OL | | lingual
CUN | cuneus | OL | | cuneal cortex

# Auditory
AUD | auditory areas | Isocortex, TL | ACx, AUD, AuC | auditory cortex; auditory area; auditory cortical area; auditory cortices
AUDp | primary auditory area | AUD | A1, AI, AUDp | primary auditory cortex; primary auditory
AUDd | dorsal auditory area | AUD | AUDd |
AUDv | ventral auditory area | AUD | AUDv, A2 | secondary auditory cortex; secondary auditory area
AUDpo | posterior auditory area | AUD | AUDpo |
HG | Heschl's gyrus | AUDp | | heschl gyrus; heschls gyrus; transverse temporal gyrus; transverse temporal
STG | superior temporal gyrus | AUD | STG, pSTG, BA22 | superior temporal cortex; superior temporal; wernicke; wernicke area
STS | superior temporal sulcus | TL | STS | 
MTG | middle temporal gyrus | TL | MTG, BA21 | middle temporal
TP | temporal pole | TL | | temporopolar cortex
TEa | temporal association areas | Isocortex, TL | TEa, TeA | temporal association area; temporal association cortex
ECT | ectorhinal area | Isocortex, MTL | ECT | ectorhinal cortex
PERI | perirhinal area | Isocortex, MTL | PERI, PRh, PRC, PER, BA35, BA36 | perirhinal cortex; perirhinal

# Gustatory, insular
GU | gustatory areas | Isocortex | GC, GU | gustatory cortex; gustatory area; taste cortex
VISC | visceral area | Isocortex | VISC | visceral cortex
AI | insular cortex | Isocortex | AI, INS, IC | insula; insular; agranular insular area; agranular insular cortex; agranular insula; anterior insula; posterior insula; island of reil
AId | agranular insular area, dorsal part | AI | AId |
AIv | agranular insular area, ventral part | AI | AIv |
AIp | agranular insular area, posterior part | AI | AIp |

# Prefrontal
PFC | prefrontal cortex | Isocortex, FL | PFC | prefrontal; prefrontal area
mPFC | medial prefrontal cortex | PFC | mPFC, MPFC, vmPFC, dmPFC | ventromedial prefrontal cortex; dorsomedial prefrontal cortex; medial prefrontal; medial frontal cortex
PL | prelimbic area | mPFC | PL, PrL | prelimbic cortex; prelimbic
ILA | infralimbic area | mPFC | ILA, IL | infralimbic cortex; infralimbic
ACA | anterior cingulate area | mPFC, CING | ACA, ACC, Cg1, Cg2, dACC, vACC, BA24 | anterior cingulate cortex; anterior cingulate; dorsal anterior cingulate cortex; anterior cingulate gyrus
ACAd | anterior cingulate area, dorsal part | ACA | ACAd |
ACAv | anterior cingulate area, ventral part | ACA | ACAv |
CING | cingulate cortex | Isocortex, LIMB | CING, Cg | cingulate; cingulate gyrus
PCC | posterior cingulate cortex | CING, PLo | PCC | posterior cingulate; posterior cingulate gyrus
dlPFC | dorsolateral prefrontal cortex | PFC | dlPFC, DLPFC, BA46, BA9 | dorsolateral prefrontal; area 46; middle frontal gyrus; principal sulcus
vlPFC | ventrolateral prefrontal cortex | PFC | vlPFC, VLPFC, BA45 | ventrolateral prefrontal
IFG | inferior frontal gyrus | vlPFC | IFG, BA44 | broca area; brocas area; broca; inferior frontal cortex; inferior frontal; pars opercularis; pars triangularis
SFG | superior frontal gyrus | PFC | SFG | superior frontal
ORB | orbital area | PFC | ORB, OFC, BA11 | orbitofrontal cortex; orbitofrontal; orbital cortex; orbitofrontal area
ORBl | orbital area, lateral part | ORB | ORBl, lOFC | lateral orbitofrontal cortex; lateral orbitofrontal
ORBm | orbital area, medial part | ORB | ORBm, mOFC | medial orbitofrontal cortex; medial orbitofrontal
ORBvl | orbital area, ventrolateral part | ORB | ORBvl, vlOFC | ventrolateral orbitofrontal cortex
FRP | frontal pole | FL, Isocortex | FRP, BA10 | frontopolar cortex

# Parietal
PTLp | posterior parietal association areas | Isocortex, PLo | PPC, PTLp, PtA | posterior parietal cortex; posterior parietal; parietal association area; parietal association cortex
LIP | lateral intraparietal area | PTLp, IPS | LIP | 
VIP | ventral intraparietal area | PTLp, IPS | VIP |
AIP | anterior intraparietal area | PTLp, IPS | AIP | anterior intraparietal; anterior intraparietal cortex
MIP | medial intraparietal area | PTLp, IPS | MIP, PRR | parietal reach region
IPS | intraparietal sulcus | PLo | IPS |
SPL | superior parietal lobule | PLo, PTLp | SPL, BA5, BA7 | superior parietal cortex; superior parietal; area 5; area 7a; area 7
IPL | inferior parietal lobule | PLo, PTLp | IPL | inferior parietal cortex; inferior parietal
SMG | supramarginal gyrus | IPL | SMG, BA40 | supramarginal
AG | angular gyrus | IPL | BA39 | angular
PCUN | precuneus | PLo | | precuneal cortex
RSP | retrosplenial area | Isocortex, CING | RSP, RSC | retrosplenial cortex; retrosplenial
RSPagl | retrosplenial area, lateral agranular part | RSP | RSPagl | dysgranular retrosplenial cortex
RSPd | retrosplenial area, dorsal part | RSP | RSPd |
RSPv | retrosplenial area, ventral part | RSP | RSPv | granular retrosplenial cortex
TPJ | temporoparietal junction | PLo, TL | TPJ | temporo parietal junction

# Olfactory areas
OLF | olfactory areas | CTX | OLF | olfactory cortex; olfactory area; olfactory system
MOB | main olfactory bulb | OLF | MOB, OB | olfactory bulb; olfactory bulbs; glomerular layer; mitral cell layer
AOB | accessory olfactory bulb | OLF | AOB |
AON | anterior olfactory nucleus | OLF | AON |
TT | taenia tecta | OLF | TTd, TTv | tenia tecta
DP | dorsal peduncular area | OLF | |
PIR | piriform area | OLF | PIR, PCx, APC | piriform cortex; piriform; anterior piriform cortex; posterior piriform cortex
NLOT | nucleus of the lateral olfactory tract | OLF | NLOT |
COA | cortical amygdalar area | OLF, AMYG | COA, COAa, COAp | cortical amygdala
PAA | piriform-amygdalar area | OLF, AMYG | PAA |

# Hippocampal formation
HPF | hippocampal formation | CTX, MTL, LIMB | HPF, HF | 
HIP | hippocampus | HPF | HPC, HIP, HIPP, Hipp, HC, HPCd, dHPC, vHPC, dHC, vHC | hippocampal; hippocampal region; dorsal hippocampus; ventral hippocampus; hippocampi; anterior hippocampus; posterior hippocampus; hippocampus proper
CA | Ammon's horn | HIP | | cornu ammonis; ammons horn
CA1 | field CA1 | CA | CA1, dCA1, vCA1, CA1sp | hippocampal area ca1; ca1 region; ca1 area; cornu ammonis 1
CA2 | field CA2 | CA | CA2, CA2sp | hippocampal area ca2; ca2 region
CA3 | field CA3 | CA | CA3, dCA3, CA3sp | hippocampal area ca3; ca3 region
CA4 | field CA4 | CA | CA4 |
DG | dentate gyrus | HIP | DG, GCL | dentate; fascia dentata; granule cell layer of dentate gyrus; hilus
FC | fasciola cinerea | HIP | |
IG | induseum griseum | HIP | |
RHP | retrohippocampal region | HPF | RHP | 
ENT | entorhinal area | RHP | ENT, EC, ERC | entorhinal cortex; entorhinal
ENTm | entorhinal area, medial part | ENT | MEC, ENTm, dMEC | medial entorhinal cortex; medial entorhinal; medial entorhinal area
ENTl | entorhinal area, lateral part | ENT | LEC, ENTl | lateral entorhinal cortex; lateral entorhinal; lateral entorhinal area
SUBC | subicular complex | RHP | |
SUB | subiculum | SUBC | SUB, vSUB, dSUB | subicular
PRE | presubiculum | SUBC | PrS |
POST | postsubiculum | SUBC | PoSub, PoS | dorsal presubiculum
PAR | parasubiculum | SUBC | PaS |
ProS | prosubiculum | SUBC | ProS |
PHC | parahippocampal cortex | MTL | PHC, PHG | parahippocampal gyrus; parahippocampal; parahippocampal region

# Cortical subplate, amygdala
CTXsp | cortical subplate | CTX | CTXsp | subplate
CLA | claustrum | CTXsp | CLA | claustral
EP | endopiriform nucleus | CTXsp | EPd, EPv |
AMYG | amygdala | MTL, LIMB | AMY, AMYG, Amy | amygdalar; amygdaloid complex; amygdalae; amygdaloid; amygdalar nucleus
LA | lateral amygdalar nucleus | AMYG | LA | lateral amygdala
BLA | basolateral amygdalar nucleus | AMYG | BLA, BLAa, BLAp | basolateral amygdala
BMA | basomedial amygdalar nucleus | AMYG | BMA | basomedial amygdala
PA | posterior amygdalar nucleus | AMYG | |
CEA | central amygdalar nucleus | AMYG | CEA, CeA, CeL, CeM, CEAl, CEAm | central amygdala; central nucleus of the amygdala
MEA | medial amygdalar nucleus | AMYG | MeA | medial amygdala
IA | intercalated amygdalar nucleus | AMYG | ITCs | intercalated cells

# Cerebral nuclei
CNU | cerebral nuclei | CH | CNU | 
BG | basal ganglia | grey | BG | basal nuclei; corticobasal
STR | striatum | CNU, BG | STR, Str | striatal; corpus striatum; neostriatum
STRd | dorsal striatum | STR | STRd | striatum dorsal region; dorsal striatal
CP | caudoputamen | STRd | CPu, CP | caudate putamen; caudate-putamen
CAU | caudate nucleus | STRd | Cd, CdN | caudate; caudate head; tail of the caudate
PUT | putamen | STRd | | 
DMS | dorsomedial striatum | STRd | DMS | dorsal medial striatum
DLS | dorsolateral striatum | STRd | DLS | dorsal lateral striatum
TS | tail of the striatum | STRd | TStr | tail of striatum; posterior striatum; posterior tail of striatum
STRv | ventral striatum | STR | VS, STRv | striatum ventral region
ACB | nucleus accumbens | STRv | ACB, NAc, NAcc, NAC, NACC, NAcC, NAcSh, NAcS, NAcL | accumbens; accumbens core; accumbens shell; nucleus accumbens core; nucleus accumbens shell; accumbens nucleus
OT | olfactory tubercle | STRv, OLF | |
LSX | lateral septal complex | STR | LSX | septum; septal area; septal
LS | lateral septal nucleus | LSX | LSr, LSc, LSv | lateral septum
PAL | pallidum | CNU, BG | PAL | pallidal
GP | globus pallidus | PAL | GP | 
GPe | globus pallidus, external segment | GP | GPe | external globus pallidus; globus pallidus externa; globus pallidus externus; external pallidum
GPi | globus pallidus, internal segment | GP | GPi, EPN | internal globus pallidus; globus pallidus interna; globus pallidus internus; entopeduncular nucleus; internal pallidum
VP | ventral pallidum | PAL | VPal | substantia innominata
MSC | medial septal complex | PAL, LSX | MSDB | medial septum diagonal band
MS | medial septal nucleus | MSC | | medial septum
NDB | diagonal band nucleus | MSC | NDB, DBB, HDB, VDB | diagonal band of broca; diagonal band
BF | basal forebrain | CNU | NBM | nucleus basalis; nucleus basalis of meynert
BST | bed nuclei of the stria terminalis | PAL | BST, BNST | bed nucleus of the stria terminalis; bed nucleus of stria terminalis; stria terminalis bed nucleus

# Thalamus
IB | diencephalon | grey | | interbrain
TH | thalamus | IB | TH, Thal | thalamic; thalami; thalamic nucleus
DORsm | thalamus, sensory-motor cortex related | TH | DORsm |
DORpm | thalamus, polymodal association cortex related | TH | DORpm |
VENT | ventral group of the dorsal thalamus | DORsm | | motor thalamus; ventral thalamus
VAL | ventral anterior-lateral complex of the thalamus | VENT | VAL | ventral anterior lateral thalamus; ventrolateral thalamus
VM | ventral medial nucleus of the thalamus | VENT | VM, VMThal | ventromedial thalamus
VIM | ventral intermediate nucleus | VENT | Vim, VIM | ventral intermedius nucleus; ventral intermediate thalamus
VB | ventrobasal complex | VENT | VB, VP | ventral posterior complex of the thalamus; ventrobasal thalamus; ventral posterior thalamus
VPL | ventral posterolateral nucleus of the thalamus | VB | VPL | ventral posterolateral nucleus; ventroposterolateral nucleus
VPM | ventral posteromedial nucleus of the thalamus | VB | VPM | ventral posteromedial nucleus; ventroposteromedial nucleus
GENd | geniculate group, dorsal thalamus | DORsm | | geniculate; geniculate nucleus
MG | medial geniculate complex | GENd | MGB, MGN, MG, MGd, MGv, MGm | medial geniculate body; medial geniculate nucleus; medial geniculate; auditory thalamus
LGd | dorsal part of the lateral geniculate complex | GENd | dLGN, LGN, LGd, LGNd, LG, LGB | lateral geniculate nucleus; lateral geniculate body; lateral geniculate; dorsal lateral geniculate nucleus; visual thalamus
LGv | ventral part of the lateral geniculate complex | TH | vLGN, LGv | ventral lateral geniculate nucleus
IGL | intergeniculate leaflet | TH | IGL | 
LP | lateral posterior nucleus of the thalamus | DORpm | LP | lateral posterior nucleus; lateral posterior thalamus
PULV | pulvinar | DORpm | | pulvinar nucleus
PO | posterior complex of the thalamus | DORpm | POm, PO | posterior medial thalamus; posteromedial thalamus; posterior thalamus; posterior medial nucleus of the thalamus
SGN | suprageniculate nucleus | DORpm | SGN |
ATN | anterior group of the dorsal thalamus | DORpm | ATN, ANT | anterior thalamus; anterior thalamic nuclei; anterior thalamic nucleus
AV | anteroventral nucleus of the thalamus | ATN | AVN | anteroventral thalamus
AM | anteromedial nucleus | ATN | | anteromedial thalamus; anteromedial nucleus of the thalamus
AD | anterodorsal nucleus | ATN | ADN, ADn | anterodorsal thalamic nucleus; anterodorsal thalamus; anterodorsal nucleus of the thalamus
LD | lateral dorsal nucleus of the thalamus | ATN | LDN | laterodorsal thalamus
MED | medial group of the dorsal thalamus | DORpm | | medial thalamus
MD | mediodorsal nucleus of the thalamus | MED | MD, MDThal | mediodorsal thalamus; mediodorsal thalamic nucleus; mediodorsal nucleus
SMT | submedial nucleus of the thalamus | MED | |
MTN | midline group of the dorsal thalamus | DORpm | | midline thalamus
PVT | paraventricular nucleus of the thalamus | MTN | PVT | paraventricular thalamus; paraventricular thalamic nucleus
RE | nucleus reuniens | MTN | NRe | nucleus of reuniens; reuniens
RH | rhomboid nucleus | MTN | |
ILM | intralaminar nuclei of the dorsal thalamus | DORpm | ILM | intralaminar thalamus; intralaminar nuclei
CL | central lateral nucleus of the thalamus | ILM | | central lateral thalamus; central thalamus
CM | central medial nucleus of the thalamus | ILM | CMT | centromedial thalamus; centromedian nucleus; centromedian thalamus
PF | parafascicular nucleus | ILM | | parafascicular thalamus; parafascicular
PCN | paracentral nucleus | ILM | PCN |
RT | reticular nucleus of the thalamus | TH | TRN, nRT | thalamic reticular nucleus; reticular thalamus; reticular thalamic nucleus
EPI | epithalamus | IB | |
HB | habenula | EPI | Hb | habenular; habenular nucleus
MH | medial habenula | HB | MHb |
LHb | lateral habenula | HB | LHb |
PIN | pineal gland | EPI | | pineal body

# Hypothalamus
HY | hypothalamus | IB | HY, Hyp | hypothalamic
PVH | paraventricular hypothalamic nucleus | HY | PVN, PVH | paraventricular nucleus of the hypothalamus; paraventricular nucleus
SO | supraoptic nucleus | HY | SON | 
ARH | arcuate hypothalamic nucleus | HY | ARC, ARH, Arc | arcuate nucleus
DMH | dorsomedial nucleus of the hypothalamus | HY | DMH | dorsomedial hypothalamus
VMH | ventromedial hypothalamic nucleus | HY | VMH, VMN | ventromedial hypothalamus; ventromedial nucleus of the hypothalamus
VMHvl | ventromedial hypothalamic nucleus, ventrolateral part | VMH | VMHvl | ventrolateral ventromedial hypothalamus; ventrolateral subdivision of the ventromedial hypothalamus
VMHdm | ventromedial hypothalamic nucleus, dorsomedial part | VMH | VMHdm | 
LHA | lateral hypothalamic area | HY | LHA, LH | lateral hypothalamus
PVZ | periventricular zone | HY | |
SCN | suprachiasmatic nucleus | HY | SCH, SCN | suprachiasmatic nuclei
POA | preoptic area | HY | POA | preoptic hypothalamus; preoptic
MPO | medial preoptic area | POA | MPOA, MPN, MPO | medial preoptic nucleus
LPO | lateral preoptic area | POA | LPO | 
MnPO | median preoptic nucleus | POA | MnPO, MEPO | 
AHN | anterior hypothalamic nucleus | HY | AHN | anterior hypothalamus
PH | posterior hypothalamic nucleus | HY | | posterior hypothalamus
MBO | mammillary body | HY | | mammillary bodies; mammillary nucleus
SUM | supramammillary nucleus | MBO | SuM | 
PMv-hy | ventral premammillary nucleus | HY | | premammillary nucleus
TMN | tuberomammillary nucleus | HY | TMN | 
STN | subthalamic nucleus | HY, BG | STN | subthalamic; subthalamus
ZI | zona incerta | HY | ZI | 
ME | median eminence | HY | |
PIT-gland | pituitary gland | HY | | pituitary; hypophysis

# Midbrain
BS | brainstem | root | BS | brain stem
MB | midbrain | BS | MB | mesencephalon
tectum | tectum | MB | | tectal; corpora quadrigemina
SC | superior colliculus | tectum | SC, SCs, SCm | colliculus superior; superior colliculi
SCs | superior colliculus, sensory related | SC | | superficial superior colliculus
SCm | superior colliculus, motor related | SC | SCdg, SCig | intermediate superior colliculus; deep superior colliculus
IC | inferior colliculus | tectum | ICC, ICe, ICc, ICd | inferior colliculi; colliculus inferior; central nucleus of the inferior colliculus
PAG | periaqueductal gray | MB | PAG, vlPAG, dPAG | periaqueductal grey; central gray
MRN | midbrain reticular nucleus | MB | MRN | midbrain reticular formation; mesencephalic reticular formation
MLR | mesencephalic locomotor region | MB | MLR | cuneiform nucleus
PPN | pedunculopontine nucleus | MB | PPN, PPTg, PPT | pedunculopontine tegmental nucleus
RN | red nucleus | MB | |
SN | substantia nigra | MB, BG | SN | nigral
SNc | substantia nigra, compact part | SN | SNc, SNC | substantia nigra pars compacta; substantia nigra compacta
SNr | substantia nigra, reticular part | SN | SNr, SNR | substantia nigra pars reticulata; substantia nigra reticulata
VTA | ventral tegmental area | MB | VTA | ventral tegmentum
APN | anterior pretectal nucleus | MB | APN | 
PRT | pretectal region | MB | NOT | pretectum; pretectal; pretectal area
IPN | interpeduncular nucleus | MB | IPN | 
NB | nucleus of the brachium of the inferior colliculus | MB | |
EW | Edinger-Westphal nucleus | MB | |
III | oculomotor nucleus | MB | |
RAmb | midbrain raphe nuclei | MB | RAmb |
RAPHE | raphe nuclei | BS | | raphe; raphe nucleus
DR | dorsal raphe nucleus | RAPHE, RAmb | DRN, DR | dorsal raphe nucleus; dorsal raphe; nucleus raphe dorsalis
MRnu | median raphe nucleus | RAPHE, RAmb | MnR | median raphe; superior central nucleus raphe

# Hindbrain
HBr | hindbrain | BS | | rhombencephalon
P | pons | HBr | | pontine
PG | pontine gray | P | | pontine nuclei; basal pons; pontine nucleus
LC | locus coeruleus | P | LC | locus ceruleus; locus caeruleus
PB | parabrachial nucleus | P | PBN | parabrachial
KF | Koelliker-Fuse nucleus | P | |
PRNc | pontine reticular nucleus | P | PRNc, PRNr | pontine reticular formation
SOC | superior olivary complex | P | SOC, LSO, MSO | superior olive; medial superior olive; lateral superior olive
NTB | nucleus of the trapezoid body | P | MNTB, NTB | medial nucleus of the trapezoid body
NLL | nucleus of the lateral lemniscus | P | NLL |
V | trigeminal nuclei | HBr | PSV, SPV, PrV, SpVi | trigeminal nucleus; trigeminal; principal sensory nucleus of the trigeminal
LDT | laterodorsal tegmental nucleus | P | LDTg | laterodorsal tegmentum
MY | medulla | HBr | MY | medulla oblongata; medullary
NTS | nucleus of the solitary tract | MY | NTS | nucleus tractus solitarius; solitary tract nucleus
CN | cochlear nuclei | MY | DCN-coch, VCN, AVCN, DCO, VCO | cochlear nucleus; ventral cochlear nucleus; dorsal cochlear nucleus
VNC | vestibular nuclei | MY | MVN | vestibular nucleus; vestibular; medial vestibular nucleus
IO | inferior olivary complex | MY | | inferior olive
PreBotC | preBötzinger complex | MY | preBotC, preBC | pre botzinger complex; prebotzinger
GRN | gigantocellular reticular nucleus | MY | GRN, GiA | gigantocellular nucleus
IRN | intermediate reticular nucleus | MY | IRN, IRt |
PARN | parvicellular reticular nucleus | MY | PARN |
RVLM | rostral ventrolateral medulla | MY | RVLM, VLM | ventrolateral medulla
DCNu | dorsal column nuclei | MY | | gracile nucleus; cuneate nucleus; dorsal column nucleus
XII | hypoglossal nucleus | MY | | hypoglossal
VII | facial motor nucleus | HBr | | facial nucleus
AMB | nucleus ambiguus | MY | |

# Cerebellum
CB | cerebellum | root | CB, CBL, Cblm | cerebellar
CBX | cerebellar cortex | CB | CBX | purkinje cell layer; granular layer of the cerebellum
VERM | vermis | CBX | | cerebellar vermis
SIM | simple lobule | CBX | | lobulus simplex; lobule simplex; lobule vi
AN | ansiform lobule | CBX | CrusI, CrusII, ANcr1, ANcr2 | crus 1; crus 2; crus i; crus ii
PRM | paramedian lobule | CBX | |
PFL | paraflocculus | CBX | |
FLc | flocculus | CBX | | floccular lobe; floccular complex; flocculi
NOD | nodulus | CBX | |
CBN | cerebellar nuclei | CB | DCN, CBN | deep cerebellar nuclei; deep cerebellar nucleus; cerebellar nucleus
FN | fastigial nucleus | CBN | |
IP | interposed nucleus | CBN | | nucleus interpositus
DN | dentate nucleus | CBN | | lateral cerebellar nucleus

# White matter and ventricles
WM | white matter | root | | fiber tracts; fibre tracts
CC | corpus callosum | WM | | callosal; callosum
AC | anterior commissure | WM | |
FX | fornix | WM | | fimbria
IntC | internal capsule | WM | |
OPT | optic tract | WM | |
MFB | medial forebrain bundle | WM | MFB |
VEN | ventricular system | root | VS-ven, VL | ventricle; lateral ventricle; cerebral ventricle; third ventricle; fourth ventricle
CHP | choroid plexus | VEN | | choroid
MENI | meninges | NS | dura, Dura, pia, Pia | dura mater; pia mater; arachnoid

# Spinal cord, senses and periphery
SpC | spinal cord | NS | | spinal; medulla spinalis; ventral horn; lumbar spinal cord; cervical spinal cord; thoracic spinal cord
DHorn | dorsal horn | SpC | SDH | spinal dorsal horn; superficial dorsal horn
MNpool | motor neuron pool | SpC | | motoneurons; motor neurons; spinal motor neurons
PNS | peripheral nervous system | NS | PNS | peripheral nerve; peripheral nerves
DRG | dorsal root ganglion | PNS | DRG, DRGs | dorsal root ganglia
TG | trigeminal ganglion | PNS | | trigeminal ganglia
NG | nodose ganglion | PNS | | nodose ganglia; vagal ganglion
VN | vagus nerve | PNS | | vagus; vagal nerve
ScN | sciatic nerve | PNS | | sciatic
ON | optic nerve | PNS | |
AN8 | auditory nerve | PNS | | cochlear nerve; vestibulocochlear nerve; spiral ganglion
SYMP | sympathetic ganglion | PNS | SCG | superior cervical ganglion; sympathetic ganglia
ENS | enteric nervous system | PNS | | myenteric plexus; enteric; stomatogastric ganglion
MUS | skeletal muscle | PNS | | muscle; forearm muscle
MUS-bic | biceps | MUS | | biceps brachii; biceps muscle
MUS-tri | triceps | MUS | | triceps brachii; triceps muscle
MUS-ta | tibialis anterior | MUS | | 
MUS-gas | gastrocnemius | MUS | | gastroc
MUS-sol | soleus | MUS | | soleus muscle
MUS-del | deltoid | MUS | | deltoid muscle
MUS-quad | quadriceps | MUS | | vastus lateralis; rectus femoris
RET | retina | NS | | retinal; fovea; retinae
RGCL | retinal ganglion cell layer | RET | RGC, RGCs, GCL-ret | retinal ganglion cell
COCH | cochlea | NS | | cochlear; inner ear; organ of corti; hair cell
VNO | vomeronasal organ | NS | VNO | vomeronasal
OE | olfactory epithelium | NS | | nasal epithelium
SKIN | skin | NS | | cutaneous

# Organoids and cultures
ORGD | brain organoid | NS | | organoid; cerebral organoid; cortical organoid; neural organoid; brain organoids; spheroid; assembloid
CULT | neuronal culture | NS | | cultured neurons; dissociated culture; cell culture; primary culture; in vitro culture; hippocampal culture

# Bird
PALB | avian pallium | CH | | pallium
HVC | HVC | PALB | HVC | proper name hvc; high vocal center
RA | robust nucleus of the arcopallium | PALB | | arcopallium; nucleus ra
LMAN | lateral magnocellular nucleus of the anterior nidopallium | PALB | LMAN | 
AreaX | area X | STR | | song basal ganglia
NCM | caudomedial nidopallium | PALB | NCM | nidopallium; nidopallium caudomediale; nidopallium caudolaterale
FieldL | field L | PALB | | 
HIPB | avian hippocampus | PALB, HPF | | 

# Fish and frog
OTect | optic tectum | tectum | TeO | optic lobe of the midbrain
FISHCB | corpus cerebelli | CB | | valvula cerebelli
FISHHB | zebrafish hindbrain | HBr | | oculomotor integrator; mauthner cell
TELENF | zebrafish telencephalon | CH | | dorsal pallium; subpallium
LATL | lateral line | PNS | | neuromast; neuromasts; electrosensory lobe; electrosensory lateral line lobe

# Insects
INSB | insect brain | NS | | fly brain; fruit fly brain; drosophila brain; central brain
MBody | mushroom body | INSB | | mushroom bodies; kenyon cell; kenyon cells
CX | central complex | INSB | | ellipsoid body; fan shaped body; protocerebral bridge; noduli
ALobe | antennal lobe | INSB | | antennal lobes; olfactory glomeruli
OLobe | optic lobe | INSB | | optic lobes; lobula plate; lobula
MEDU | fly medulla | OLobe | |
LHorn | lateral horn | INSB | | 
SEZ | subesophageal zone | INSB | SEZ | subesophageal ganglion; gnathal ganglion
VNCord | ventral nerve cord | NS | | thoracic ganglion; thoracic ganglia

# Worm and others
WORMN | worm nervous system | NS | | nerve ring; head ganglia; head neurons; tail ganglia; pharyngeal nervous system; pharynx
GANG | ganglion | NS | | ganglia; abdominal ganglion; buccal ganglion; pedal ganglion
STOM | stomatogastric nervous system | NS | STG-crab | stomatogastric
`;
