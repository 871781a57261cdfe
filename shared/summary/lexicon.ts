/**
 * Names of software, of devices and their makers, and of institutions as texts of neurophysiology use them, each
 * with what in the facts bears it out. A table of this project's own; a name that it does not hold is met by the
 * form of the sentence instead. Pure data.
 */

/** A name as prose writes it, in lower case, and what bears it out where that is not the name itself. */
export interface NamedThing {
  readonly claim: RegExp;
  /** Tried on the facts' text in lower case; the words found where absent. */
  readonly bornOut?: RegExp;
}

function listNamed(sources: string): NamedThing[] {
  return sources
    .trim()
    .split(/\s*;\s*|\n/)
    .filter(Boolean)
    .map((source) => ({
      claim: new RegExp(`(?<![a-z0-9_])(?:${source.trim()})(?![a-z_])`),
    }));
}

/** Programs, toolboxes and pipelines. */
export const SOFTWARE: readonly NamedThing[] = [
  ...listNamed(`
kilosort\\s?\\d?(?:\\.\\d)?; mountainsort; spyking[ -]?circus; klusta(?:kwik|suite)?; ironclust; herdingspikes; tridesclous
waveclus|wave_clus; combinato; osort; plexon offline sorter|offline sorter; spike2; spikeinterface; phy2?(?= )
deeplabcut|dlc; sleap; lightning pose; anipose; deepposekit; facemap; moseq; ethovision; bonsai; any-?maze; zebrazoom; idtracker(?:\\.ai)?; tracktor; bpod; pybpod; pycontrol; simba
suite2p; caiman; cnmf(?:-e)?; min1pipe; cellpose; extract algorithm; sima toolkit; cascade algorithm; inscopix data processing
matlab; fiji; imagej; ilastik; napari; igor pro; labview; clampfit; axograph; clampex; patchmaster; wavesurfer; ephus; scanimage; thorimage; prairie ?view; zen (?:black|blue); nis-elements; metamorph; micro-?manager
spikeglx; open ephys gui; trodes; cheetah software; synapse software; central software; datajoint; ipfx; neuroconv; matnwb; pynwb; brainstorm; fieldtrip; eeglab; freesurfer; brainglobe; elastix; ants toolkit; guppy; pmat; netpyne; brian2; chronux; mne-python; noldus; eztrack; spss; prism
psychopy; psychtoolbox; monkeylogic; presentation software; virmen; blender; unity
`),
  { claim: /\bpclamp\b/, bornOut: /pclamp|clampex|clampfit/ },
];

/** Devices, and makers that stand for them. */
export const DEVICES: readonly NamedThing[] = [
  ...listNamed(`
multiclamp(?: 700[ab]?)?; digidata(?: 1\\d{3}\\w?)?; axopatch(?: 200[ab]?)?; axoclamp; itc-?18(?:usb)?; epc-?(?:9|10)
intan; plexon; neuralynx; tucker[- ]davis(?: technologies)?; ripple neuro; open ephys; spikegadgets; axona; nihon kohden; natus; brain products; biosemi
neuronexus; cambridge neurotech; atlas neuro; buzsaki\\s?64; v-?probes?; s-?probes?; neuroport
miniscopes?; inscopix; light[- ]sheet; spinning disk; 2p-ram; axiozoom; bruker; thorlabs; leica; photometrics; scientifica; sutter instruments?
doric(?: lenses)?; neurophotonics; coherent(?= |\\.|$)(?<=by coherent); laserglow; optogenetic led
eyelink; tobii; pupil labs; vicon; kinect; cyber-?glove; accelerometers?; thermistors?; microdrives?; hyperdrives?; kinarm
ecog (?:grid|array|electrodes?)s?; subdural (?:grids?|strips?); microwires?; neurogrid; michigan probes?; gamry; biologic; solartron; keithley; tektronix; data gloves?; oscilloscopes?; stereotaxic frames?; mini-?cams?; raspberry pi; arduino; teensy; emotiv; stentrode; neuralink; medtronic; abbott; utah slant
`),
  // Makers, by what they make.
  { claim: /\bolympus\b/, bornOut: /olympus|\bix\d\d\b|\bbx\d\d|cellsens|\bfv\d{3,4}/ },
  { claim: /\bhamamatsu\b/, bornOut: /hamamatsu|\borca/ },
  { claim: /\bzeiss\b/, bornOut: /zeiss|axio|\blsm\b/ },
  { claim: /\bnikon\b/, bornOut: /nikon|\bti-?e\b|eclipse/ },
  { claim: /\bandor\b/, bornOut: /andor|ixon|zyla/ },
  { claim: /\bblackrock(?: microsystems| neurotech)?\b/, bornOut: /blackrock|neuroport|cereplex|utah/ },
  {
    claim: /\b(?:molecular devices|axon instruments)\b/,
    bornOut: /molecular devices|\baxon|multiclamp|digidata|clampex|pclamp/,
  },
  { claim: /\b(?:heka|instrutech)\b/, bornOut: /heka|instrutech|\bitc-?18|\bepc/ },
  { claim: /\b(?:optitrack|naturalpoint)\b/, bornOut: /optitrack|naturalpoint|\bmotive/ },
  { claim: /\bmetrohm\b/, bornOut: /metrohm|autolab/ },
  { claim: /\bmacroscopes?\b/, bornOut: /macroscop|axiozoom|mesoscal|mesoscop|wide-?field/ },
  { claim: /\beye[- ]trackers?\b/, bornOut: /eye|gaze|pupil/ },
  {
    claim: /\b(?:optic(?:al)?[- ]fib(?:er|re)s?|fib(?:er|re)[- ]optic)\b/,
    bornOut: /fib(?:er|re)|cannula|photometr|optogen/,
  },
  { claim: /\bmri scanners?\b/, bornOut: /\bf?mri\b|magnetic/ },
  { claim: /\bdepth electrodes?\b/, bornOut: /depth electrode|\bs?eeg\b|stereo|intracranial|\bieeg/ },
  { claim: /\bneuropixels? ultra\b/, bornOut: /ultra/ },
  { claim: /\bneuropixels?\b/, bornOut: /neuropixel|npx|imec/ },
  { claim: /\btetrodes?\b/, bornOut: /tetrode|ntrode/ },
  {
    claim: /\bsilicon[- ](?:probes?|electrodes?)\b/,
    bornOut: /silicon|neuropixel|imec|neuronexus|cambridge neurotech|\d-channel (?:linear )?probe/,
  },
  { claim: /\butah (?:microelectrode |electrode )?arrays?\b/, bornOut: /utah/ },
  {
    claim: /\bmicro-?electrode arrays?\b/,
    bornOut: /micro-?electrode array|utah|\bmea\b|microwire|multi-?electrode/,
  },
  { claim: /\b(?:electroencephalograph|eeg (?:caps?|headsets?|amplifiers?))\b/, bornOut: /\beeg/ },
];

/** Institutions by the short names that people use; others are met by their form. */
export const INSTITUTIONS: readonly NamedThing[] = [
  ...listNamed(`
harvard; stanford; princeton; yale; columbia university; caltech; cornell; dartmouth; duke university; brown university; emory; johns hopkins; northwestern university; vanderbilt; berkeley; ucla; ucsf; ucsd
oxford; cambridge university; university college london; ucl; imperial college; eth zurich; epfl; karolinska; riken; allen institute; janelia(?: research campus)?; howard hughes medical institute; hhmi; salk institute; scripps; rockefeller university; weizmann; champalimaud; sainsbury wellcome; flatiron institute; mayo clinic; nih; nimh; ninds
`),
  {
    claim: /\bmassachusetts institute of technology\b/,
    bornOut: /\bmit\b|massachusetts institute of technology/,
  },
  { claim: /\bcold spring harbor(?: laboratory)?\b/, bornOut: /cold spring|\bcshl\b/ },
  { claim: /\bnyu\b|\bnew york university\b/, bornOut: /\bnyu\b|new york university/ },
];
