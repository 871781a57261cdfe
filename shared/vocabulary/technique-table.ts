/**
 * The table of techniques of recording, imaging, stimulation and analysis in neurophysiology, each with the kind that
 * it belongs to. Names follow the DANDI schema's approaches and techniques (Apache-2.0), NWB's terms and the usual
 * words of the field. Written for this project. Pure data.
 *
 * A line: `id | name | kinds of | abbreviations | synonyms`.
 */
export const TECHNIQUE_TABLE = `
electrophysiology | electrophysiology | | ephys, EPhys, Ephys | electrophysiological approach; electrophysiological recording; neurophysiology; electrophysiological
extracellular | extracellular electrophysiology | electrophysiology | | extracellular recording; extracellular electrophysiology recording; multi electrode extracellular electrophysiology recording technique; single electrode extracellular electrophysiology recording technique; multielectrode recording; multi electrode recording; extracellular
single-unit | single-unit recording | extracellular | SUA | single neuron recording; single unit; single units; single neuron; single cell recording; isolated unit; isolated neuron; sorted unit; unit recording
multi-unit | multi-unit activity | extracellular | MUA, MUAe | multiunit activity; multiunit; multi unit; threshold crossing
tetrode | tetrode recording | extracellular | | tetrode; tetrodes; hyperdrive
silicon-probe | silicon probe recording | extracellular | | silicon probe; neuronexus; multi shank probe; polytrode
neuropixels | Neuropixels recording | silicon-probe | NPX, NPXL, Npx | neuropixel; neuropixels; neuropixels probe; neuropixels 1 0; neuropixels 2 0; imec probe; neuropixel probe; neuropixels nhp
utah-array | Utah array recording | extracellular | | utah array; utah electrode array; blackrock array; microelectrode array implant; intracortical array; intracortical recording; intracortical microelectrode array; intracortical
mea | microelectrode array recording | extracellular | HDMEA | multi electrode array; multielectrode array; micro electrode array; microelectrode array; high density microelectrode array; hd mea; maxwell biosystems; maxone
lfp | local field potential | electrophysiology | LFP, LFPs | local field potentials; field potential; field recording; local field
csd | current source density | lfp | CSD | current source density analysis
intracellular | intracellular electrophysiology | electrophysiology | icephys | intracellular recording; intracellular electrophysiology recording; intracellular; sharp electrode; membrane potential recording
patch-clamp | patch clamp | intracellular | | patch clamp recording; patch clamp technique; patch clamp electrophysiology; whole cell; whole cell recording; whole cell patch clamp; patchclamp; slice electrophysiology; slice recording; cell attached
current-clamp | current clamp | patch-clamp | CC-clamp | current clamp recording; current clamp technique; current injection; injected current
voltage-clamp | voltage clamp | patch-clamp | VC-clamp | voltage clamp recording; voltage clamp technique
multipatch | multi-patch recording | patch-clamp | | multipatch; paired recording; octopatch; paired patch clamp; synaptic connectivity
patch-seq | Patch-seq | patch-clamp, transcriptomics | | patchseq; patch sequencing
dynamic-clamp | dynamic clamp | patch-clamp | | 
in-vitro-slice | acute brain slice | | | brain slice; slice preparation; acute slice; ex vivo; ex vivo slice; slices; in vitro
intracranial-eeg | intracranial EEG | electrophysiology | iEEG, IEEG, ieeg, SEEG, sEEG, iEEGs | intracranial electroencephalography; intracranial electroencephalogram; stereo eeg; stereoelectroencephalography; depth electrode; depth electrodes; intracranial recording; intracranial electrode; intracranial neural recording; stereotactic eeg
ecog | electrocorticography | intracranial-eeg | ECoG, ECOG, uECoG | electrocorticogram; electrocorticographic; subdural grid; subdural electrode; micro ecog; surface grid; cortical surface grid
eeg | electroencephalography | electrophysiology | EEG | electroencephalogram; electroencephalographic; scalp eeg
meg | magnetoencephalography | | MEG | magnetoencephalogram
emg | electromyography | electrophysiology | EMG, EMGs | electromyogram; electromyographic; muscle activity; hd emg; surface emg; motor unit
ekg | electrocardiography | electrophysiology | ECG, EKG | electrocardiogram; heart rate; cardiac recording
eog | electrooculography | electrophysiology | EOG | electrooculogram
impedance | impedance spectroscopy | | EIS | electrochemical impedance spectroscopy; electrode impedance; impedance measurement
imaging | optical imaging | | ophys | cell population imaging; microscopy approach; microscopy approach cell population imaging; microscopy; optical physiology; optophysiology; functional imaging; fluorescence imaging; neural imaging; imaging
calcium-imaging | calcium imaging | imaging | GCaMP, GCaMP6, GCaMP6s, GCaMP6f, GCaMP7f, GCaMP8, jGCaMP7f, jGCaMP8m, jRGECO1a | gcamp; calcium indicator; ca2 imaging; calcium activity; calcium signal; calcium fluorescence; calcium transient; ca imaging; geci; oregon green bapta; cal 520
two-photon | two-photon imaging | imaging | 2P, 2p, TPM, 2PLSM | two photon; two photon microscopy; two photon microscopy technique; 2 photon; 2photon; twophoton; two photon laser scanning microscopy; multiphoton; multi photon; multiphoton imaging; 2p imaging; mesoscope; two photon mesoscope
three-photon | three-photon imaging | imaging | 3P, 3p | three photon; three photon microscopy; 3 photon
one-photon | one-photon imaging | imaging | 1P, 1p | one photon; one photon microscopy; one photon microscopy technique; 1 photon; epifluorescence
miniscope | miniscope imaging | one-photon | UCLA-miniscope | miniscope; miniature microscope; inscopix; head mounted microscope; endoscope; microendoscope; grin lens
widefield | widefield imaging | one-photon | WFI | wide field imaging; widefield; wide field; mesoscale; mesoscale imaging; macroscope
light-sheet | light-sheet imaging | imaging | LSFM, SPIM | light sheet microscopy; light sheet; lightsheet; selective plane illumination; swept confocally aligned planar excitation; scape
confocal | confocal microscopy | imaging | | confocal; confocal imaging; spinning disk
voltage-imaging | voltage imaging | imaging | GEVI | voltage sensitive dye; voltage indicator; optical voltage; voltron; asap3
intrinsic-imaging | intrinsic signal imaging | imaging | ISI | intrinsic imaging; optical intrinsic signal imaging
dendritic-imaging | dendritic imaging | imaging | | dendrite imaging; apical dendrite imaging; distal apical dendrite
volumetric-imaging | volumetric imaging | imaging | | volumetric microscopy; whole animal imaging; neuropal
brain-wide | brain-wide recording | | | whole brain; brainwide; brain wide; entire brain; brain wide map; whole nervous system; whole brain imaging
photometry | fiber photometry | imaging | | fibre photometry; photometry; fiber photometric; photometry recording; bulk fluorescence
neuromodulator-sensing | neuromodulator sensing | | dLight, GRABDA, dLight1, GRAB-DA, iGluSnFR, GRAB | grab sensor; dlight1 3b; dopamine sensor; acetylcholine sensor; glutamate imaging; neurotransmitter release; dopamine release; neuromodulator release
voltammetry | voltammetry | | FSCV | fast scan cyclic voltammetry; cyclic voltammetry; amperometry
microdialysis | microdialysis | | |
ultrasound-imaging | functional ultrasound imaging | | fUS, fUSI | functional ultrasound
fmri | functional MRI | mri | fMRI, BOLD | functional magnetic resonance imaging; bold signal
mri | magnetic resonance imaging | | MRI | magnetic resonance; mr image; mr imaging; mr structural image; structural mr image; structural mri; diffusion mri; diffusion weighted imaging
pet | positron emission tomography | | PET |
blood-flow | hemodynamic imaging | imaging | OCT | cerebral blood flow; blood flow; hemodynamics; haemodynamics; laser speckle; laser doppler flowmetry; neurovascular coupling; functional hyperemia; vasodilation; optical coherence tomography
stimulation | stimulation | | | neural stimulation; brain stimulation; neuromodulation
optogenetics | optogenetics | stimulation | | optogenetic approach; optogenetic; optogenetic stimulation; optogenetic inhibition; optogenetic silencing; photostimulation; photoinhibition; photoactivation; optogenetic manipulation; opto stimulation; channelrhodopsin; halorhodopsin; archaerhodopsin; opto tagging; optotagging; chr2; holographic stimulation
chemogenetics | chemogenetics | | DREADD, DREADDs, CNO | chemogenetic; chemogenetic inhibition; clozapine n oxide; hm4di; hm3dq
electrical-stimulation | electrical stimulation | stimulation | DBS, ICMS, ES | electrical microstimulation; microstimulation; intracortical microstimulation; deep brain stimulation; current stimulation; electrostimulation; stimulation pulses; nerve stimulation; vagus nerve stimulation; vns; direct electrical stimulation; single pulse electrical stimulation
electroporation | electroporation | stimulation | NCAN, CANCAN | electropermeabilization; pulsed electric field; nanosecond pulse; bipolar cancellation
tms | transcranial magnetic stimulation | stimulation | TMS |
tcs | transcranial current stimulation | stimulation | tACS, tDCS | transcranial alternating current stimulation; transcranial direct current stimulation; transcranial electrical stimulation
ultrasound-stimulation | ultrasound stimulation | stimulation | tFUS, LIFU, FUS | transcranial focused ultrasound stimulation; transcranial focused ultrasound; focused ultrasound; ultrasonic neuromodulation; focused ultrasound stimulation
pharmacology | pharmacology | | | pharmacological manipulation; drug application; muscimol; drug administration; ketamine; psilocybin; anesthesia; anaesthesia; isoflurane; propofol; urethane
lesion | lesion | | | lesioning; ablation; inactivation; neurotoxic lesion
sensory-stimulation | sensory stimulation | | | stimulus presentation
visual-stimulation | visual stimulation | sensory-stimulation | | visual stimulus; visual stimuli; drifting grating; gratings; natural scene; natural movie; natural image; gabor; receptive field mapping; checkerboard; random dot motion; moving bar
auditory-stimulation | auditory stimulation | sensory-stimulation | | auditory stimulus; sound stimulus; acoustic stimulus; pure tone; pure tones; click train; sounds
olfactory-stimulation | odor stimulation | sensory-stimulation | | odour stimulation; odor; odour; odorant; olfactory stimulus; olfactometer; odor presentation
somatosensory-stimulation | tactile stimulation | sensory-stimulation | | whisker stimulation; tactile stimulus; air puff; whisker deflection; vibrotactile
behavior | behavioral recording | | | behavioral approach; behavioral technique; behaviour; behavior; behavioral; behavioural; behavioral task; behavioral data; behavioral measurement
video-tracking | video tracking | behavior | | behavioral video; video recording; videography; high speed video; animal tracking; position tracking; motion tracking
pose-estimation | pose estimation | behavior | DLC, SLEAP | deeplabcut; lightning pose; keypoint tracking; markerless tracking; skeleton tracking; body part tracking; pose tracking; pose
eye-tracking | eye tracking | behavior | | gaze tracking; eye movement; eye movements; eye position; saccade tracking; eyelink; gaze
pupillometry | pupillometry | eye-tracking | | pupil tracking; pupil diameter; pupil size; pupil; pupil area
motion-capture | motion capture | behavior | IMU | mocap; kinematics; kinematic recording; inertial measurement unit; accelerometer; 3d kinematics
spike-sorting | spike sorting | | | spike sorting technique; kilosort; kilosort2; spikesorting; mountainsort; sorted spike; ironclust; klusta; spyking circus
signal-filtering | signal filtering | | | signal filtering technique; bandpass filter
segmentation | image segmentation | | | suite2p; cnmf; caiman; cell segmentation; roi segmentation; cellpose; extract algorithm
spectral-analysis | spectral analysis | | | time frequency analysis; wavelet; power spectrum; spectrogram; hilbert transform; spectral decomposition
histology | histology | | | histological reconstruction; immunohistochemistry; immunostaining; staining; biocytin
morphology | morphological reconstruction | | | neuron morphology; cell morphology; dendritic morphology
transcriptomics | transcriptomics | | scRNAseq, snRNAseq, RNAseq, MERFISH | rna sequencing; rna seq; single cell rna sequencing; transcriptomic; gene expression; spatial transcriptomics; t type
electron-microscopy | electron microscopy | | EM, TEM, SEM | connectomics; connectomic; serial section electron microscopy
simulation | simulation | | | computational model; computational simulation; simulated data; biophysical simulation; simulated; synthetic data; modeling; modelling; neuron simulator; in silico
bci | brain-computer interface | | BCI, BMI, iBCI | brain machine interface; brain computer interface; neuroprosthesis; neuroprosthetic; neural prosthesis; neural decoding; decoding; brain computer interfaces
surgery | surgery | | | surgical technique; surgical; implantation
analysis | analysis | | | analytical technique
chronic | chronic recording | | | chronic implant; longitudinal recording; long term recording; chronically implanted; multi day; longitudinal
benchmark | benchmark | | | benchmarking; performance testing; cloud benchmark; test dataset; test data; test file; example dataset; tutorial
`;
