/**
 * Names of software, of devices and their makers, and of institutions in neurophysiology, each with the words of the
 * facts that support it. The tables were compiled for this project; other names are found by the form of the sentence
 * instead. Pure data.
 */

/** A name in prose, in lower case, and the words that support it if that is not the name itself. */
export interface NamedThing {
  readonly claim: RegExp;
  /** Matched against the facts' text in lower case; by default the words that `claim` matched must be there. */
  readonly support?: RegExp;
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
  { claim: /\bpclamp\b/, support: /pclamp|clampex|clampfit/ },
];

/** Devices and their makers. */
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
  // Makers, and words such as those of their products that support them.
  { claim: /\bolympus\b/, support: /olympus|\bix\d\d\b|\bbx\d\d|cellsens|\bfv\d{3,4}/ },
  { claim: /\bhamamatsu\b/, support: /hamamatsu|\borca/ },
  { claim: /\bzeiss\b/, support: /zeiss|axio|\blsm\b/ },
  { claim: /\bnikon\b/, support: /nikon|\bti-?e\b|eclipse/ },
  { claim: /\bandor\b/, support: /andor|ixon|zyla/ },
  { claim: /\bblackrock(?: microsystems| neurotech)?\b/, support: /blackrock|neuroport|cereplex|utah/ },
  {
    claim: /\b(?:molecular devices|axon instruments)\b/,
    support: /molecular devices|\baxon|multiclamp|digidata|clampex|pclamp/,
  },
  { claim: /\b(?:heka|instrutech)\b/, support: /heka|instrutech|\bitc-?18|\bepc/ },
  { claim: /\b(?:optitrack|naturalpoint)\b/, support: /optitrack|naturalpoint|\bmotive/ },
  { claim: /\bmetrohm\b/, support: /metrohm|autolab/ },
  { claim: /\bmacroscopes?\b/, support: /macroscop|axiozoom|mesoscal|mesoscop|wide-?field/ },
  { claim: /\beye[- ]trackers?\b/, support: /eye|gaze|pupil/ },
  {
    claim: /\b(?:optic(?:al)?[- ]fib(?:er|re)s?|fib(?:er|re)[- ]optic)\b/,
    support: /fib(?:er|re)|cannula|photometr|optogen/,
  },
  { claim: /\bmri scanners?\b/, support: /\bf?mri\b|magnetic/ },
  { claim: /\bdepth electrodes?\b/, support: /depth electrode|\bs?eeg\b|stereo|intracranial|\bieeg/ },
  { claim: /\bneuropixels? ultra\b/, support: /ultra/ },
  { claim: /\bneuropixels?\b/, support: /neuropixel|npx|imec/ },
  { claim: /\btetrodes?\b/, support: /tetrode|ntrode/ },
  {
    claim: /\bsilicon[- ](?:probes?|electrodes?)\b/,
    support: /silicon|neuropixel|imec|neuronexus|cambridge neurotech|\d-channel (?:linear )?probe/,
  },
  { claim: /\butah (?:microelectrode |electrode )?arrays?\b/, support: /utah/ },
  {
    claim: /\bmicro-?electrode arrays?\b/,
    support: /micro-?electrode array|utah|\bmea\b|microwire|multi-?electrode/,
  },
  { claim: /\b(?:electroencephalograph|eeg (?:caps?|headsets?|amplifiers?))\b/, support: /\beeg/ },
];

/** Institutions by their short names; others are found by their form. */
export const INSTITUTIONS: readonly NamedThing[] = [
  ...listNamed(`
harvard; stanford; princeton; yale; columbia university; caltech; cornell; dartmouth; duke university; brown university; emory; johns hopkins; northwestern university; vanderbilt; berkeley; ucla; ucsf; ucsd
oxford; cambridge university; university college london; ucl; imperial college; eth zurich; epfl; karolinska; riken; allen institute; janelia(?: research campus)?; howard hughes medical institute; hhmi; salk institute; scripps; rockefeller university; weizmann; champalimaud; sainsbury wellcome; flatiron institute; mayo clinic; nih; nimh; ninds
`),
  {
    claim: /\bmassachusetts institute of technology\b/,
    support: /\bmit\b|massachusetts institute of technology/,
  },
  { claim: /\bcold spring harbor(?: laboratory)?\b/, support: /cold spring|\bcshl\b/ },
  { claim: /\bnyu\b|\bnew york university\b/, support: /\bnyu\b|new york university/ },
];
