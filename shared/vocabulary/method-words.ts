/**
 * Words for the preparation and recording of subjects and cells that are not in the table of techniques, with the words
 * of the facts that support them. Written for this project. Pure data.
 */
import { parseClaimPatterns } from './claim-patterns.ts';

/** Claims of method. */
export const METHOD_WORDS = parseClaimPatterns(String.raw`
patched|patch[- ](?:clamped|pipettes?|electrodes?) => patch|clamp|intracellular
perforated[- ]patch => perforat
cell-attached|loose[- ](?:patch|seal) => cell-attached|loose
sharp (?:micro)?electrodes? => sharp
juxtacellular\w* => juxta|cell-attached
in utero electroporat\w+ => utero|electroporat
tungsten|steel (?:micro)?electrodes? => tungsten|steel
(?:focused|transcranial) ultrasound => ultraso
transcranial (?:magnetic|direct|electric\w*|alternating) \w+|\bt[dam]cs\b|\btms\b => transcran|\bt[da]cs\b|\btms\b|magnetic stim
(?:in vivo)(?! or) => in vivo|awake|behav|head[- ]?fix|freely|implant|an(?:a)?esth|task|subject|participant|patient|swim|explor|session|monkey|mouse perform
lick(?:s|ing)? (?:port|spout)s? => lick|spout
flow cytometr\w+|mass spectrometr\w+|western blots? => cytometr|spectrometr|blot
electron microscop\w+ => electron micro|\bem\b
expansion microscop\w+ => expansion
light[- ]sheet => light[- ]?sheet|spim
confocal => confocal
adaptive optics => adaptive
diffusion (?:tensor|mri)\w*|tractography => diffusion|tractogra|dti
positron emission|PET scans? => positron|\bpet\b
magnetoencephalogra\w+|MEG => \bmeg\b|magnetoenceph
near-infrared spectroscopy|fNIRS => nirs|near-infrared
eye coils?|scleral => coil
GRAB\w*|dLight\w*|RdLight\w* => grab|dlight
chemogenetic\w*|DREADDs? => chemogen|dreadd|\bcno\b
chronic(?:ally)? (?:implant\w*|record\w*|window\w*|array\w*)|long[- ]term implant\w* => chronic|implant|long-?term|longitud|weeks|months|years
acute(?:ly)? (?:recordings?|insert\w*|penetrations?) => acute|insert|penetrat|slice|head-?fix
histolog\w+|immuno(?:histochem|stain|fluor)\w*|stained (?:sections|slices|tissue) => histolog|stain|immuno|biocytin|section
(?:filled|labell?ed) with biocytin|biocytin => biocytin
(?:reconstruct\w+ )?(?:of )?(?:\w+ )?morpholog(?:y|ies)|morphological(?:ly)?|reconstructed (?:cells|neurons|dendrites|axons) => morpho|reconstruct
(?:rna|dna)[- ]?seq\w*|sequenc(?:ed|ing)(?! of)|transcriptom\w+ => rna|sequenc|transcript
(?:viral|virus|aav|retrograde) (?:inject\w+|vectors?|tracing|tracers?) => virus|\baav|viral|vector|tracer|inject
(?:intracortical |electrical |cortical )?micro-?stimulation|electrical stimulation(?! artifacts?) => micro-?stimul|electric\w* (?:micro)?stim|electro-?stim|\bicms\b|electric\w* pulse|deep brain
cranial windows? => window|craniot
craniotom\w+ => craniotom|window|surg|implant|insert|skull
thinned[- ]skull|thin[- ]skull => skull
laser[- ]doppler|doppler => doppler
laser speckle|speckle => speckle
wireless(?:ly)?|telemetr\w+ => wireless|telemetr|logger
electroencephalogra\w+|EEG => \beeg|electroenceph|ecog|electrocort|intracranial|\b[is]+eeg\b
electrophysiolog\w+ => electr|ephys|spik|tetrod|micro-?wire|silicon probe|utah|intracellular|extracellular|field potential|\be?cog\b|\bi?eeg\b|\bemg\b|\blfp|clamp|\bunits?\b|voltage|action potential|neuropixel
(?:multi|four|two|single|six|eight)-?shank => shank
(?:acute |brain |coronal |sagittal |cortical |hippocampal )slices? => slice|ex vivo|patch-?(?:clamp|seq)
organ(?:oids?|otypic) => organo
cultur(?:ed|es) => cultur|embry|\be1\d\b|in vitro|organoid
anesthetized|under anesthesia => an(?:a)?esth|isofluran|urethan|ketamin|propofol
lesion(?:s|ed)?|ablat(?:ed|ion)|aspirat(?:ed|ion) => lesion|ablat|aspirat|remov
knock(?:ed)?[- ]?(?:out|down) => knock|\bko\b|null|deficien|-\/-|ip3r2
(?:magnetic resonance|mri|ct) (?:scans?|images?|imaging) => magnetic|\bf?mri\b|\bct\b
retinotop\w+ (?:map\w*|imaging) => retinotop
cross[- ]correlograms? => correl
current[- ]source density => source density|\bcsd\b
reverse micro-?dialysis|microdialysis => dialys
optical coherence => coherence tomo|\boct\b
plethysmogra\w+ => plethysmo
population[- ]vectors?(?: \w+)? => population[- ]vector
independent component(?:s)?(?: analys[ei]s)?|ICA => independent component|\bica\b
principal components?(?: analys[ei]s)?|PCA => principal component|\bpca\b|\bpcs?\b
t-SNE|UMAP => t-?sne|umap
hidden markov(?: models?)?|HMMs? => markov|\bhmm
(?:non-?negative )?(?:matrix|tensor) factori[sz]ations?|NMF => factori|\bnmf\b
spike[- ]triggered averag\w+ => triggered
(?:support vector|random forests?|logistic regressions?|neural networks?|deep learning|autoencoders?) => support vector|\bsvm|random forest|logistic|neural net|deep|\bcnn|\brnn|lstm|autoenc|network
iontophor\w+ => iontophor
photoacoustic\w* => photoacoust
electroretinogra\w+ => retinogra|\berg\b
(?:vagus|spinal cord|sciatic)(?: nerve)? stimulation => vag|spinal|sciatic
nerve cuffs?|cuff electrodes? => cuff
three-photon|3-photon => three-?photon|3-?photon|\b3p\b
electromyogra\w+|EMG => \bemg|electromyo|muscle|motor unit
`);

/** Strains, lines and genotypes, and the health and housing of subjects. */
export const STRAIN_WORDS = parseClaimPatterns(String.raw`
wistar => wistar
long[- ]evans => long[- ]evans
sprague[- ]dawley => sprague
lister[- ]hooded => lister
fischer(?: 344)?|f344 => fischer|f344
brown norway => brown norway
c57bl\/?6\w*|c57 => c57|black ?6
balb\/?c => balb
cd-?1 => \bcd-?1
dba\/?2\w* => \bdba
swiss webster => swiss webster
wild[- ]?types? => wild[- ]?type|\bwt\b|\+\/\+
transgenic => transgen|\bcre\b|-cre|\btg\b|gcamp|thy1|\bai\d|knock|reporter|mutant|genotype|strain|neuropal|\+\/|promoter
knock-?outs?|knockout => knock|\bko\b|null|deficien|-\/-|ip3r2
mutants? => mutant|mutat|knock|\bko\b|genotype
(?:pv|sst|som|vip|emx1|vglut2|vgat|thy1|dat|gad2|camk2|drd1|drd2|rbp4|cux2|ntsr1|chat)[- ]cre => -cre|\bcre\b
hermaphrodit\w+ => hermaphrod|elegans
nacre => nacre
casper => casper
roy orbison => roy
ab\/?wik|tübingen|tuebingen|ekkwill => \bab\b|wik|t(?:ü|ue?)binge|ekkwill
(?:gfp|tdtomato|mcherry)[- ]express\w+ => gfp|gcamp|tdtomato|mcherry|reporter
heterozygo\w+ => hetero|\/\+|\+\/|wt\/
homozygo\w+ => homozyg|\/\w+
hemizygo\w+ => hemizyg

# Health and housing
epilep\w+|seizures? => epilep|seiz|ictal|ieeg|seeg|intracran
parkinson\w* => parkinson|\bpd\b|6-?ohda
amyotrophic|motor neuron disease => amyotroph|\bals\b|motor neuron
tetraplegi\w*|quadriplegi\w*|paraly[sz]ed|spinal cord injur\w+ => plegi|paraly|spinal|injur
(?<!and )strokes? => stroke|ischa?em
autis\w+ => autis|\basd\b|fmr1|shank3
alzheimer\w* => alzheim|\bapp\b|5xfad|tau\b|amyloid
schizophren\w+ => schizo
(?:brain )?tumou?rs?|gliomas? => tumou?r|gliom|cancer
ovariectomi[sz]ed => ovariec
(?:water|food)[- ](?:restrict\w+|depriv\w+) => restrict|depriv|thirst|hungr|motivat
single-housed|group-housed|singly housed => hous
`);
