/**
 * Whole replies in the style of language models, about real Dandisets, labelled by hand before any check was run on
 * them: each error with the check that should find it and the words in question. Correct replies have no label. They
 * measure the checks' precision and recall.
 */

/** An error in a reply. */
export interface Label {
  /** The check that should find it; `html` for what the rules of parsing remove, `claims` for what no check covers. */
  readonly check: string;
  /** Words of the reply; empty for an error of the whole reply. */
  readonly at: string;
}

/** One reply, in `replies/FILE.md`. */
export interface LabelledReply {
  /** Six digits of the Dandiset, a hyphen, and a word. */
  readonly file: string;
  readonly labels: readonly Label[];
}

const SOUND = [
  '000939-plain',
  '000939-british',
  '000121-journal',
  '000121-table',
  '001258-bandit',
  '000350-futility',
  '000048-single',
  '000683-short',
  '000715-worm',
  '000008-patchseq',
  '000023-human',
  '000244-mesoscale',
  '001347-ketamine',
  '000570-lein',
];

const FAULTY: Readonly<Record<string, readonly (readonly [check: string, at: string])[]>> = {
  '000939-miscounted': [
    ['file-counts', '38 NWB files'],
    ['regions', 'entorhinal'],
  ],
  '000939-session': [
    ['sessions', 'November 19, 2019'],
    ['sessions', '191119'],
    ['numbers', '20 kHz'],
  ],
  '000121-marmosets': [
    ['species', 'marmosets'],
    ['type-labels', 'Type 1'],
    ['numbers', '5,533'],
  ],
  '000121-invented': [
    ['links', '10.1038/s41593-018-0171-8'],
    ['people', 'Churchland'],
    ['paragraphs', ''],
  ],
  '001258-modalities': [
    ['numbers', '560 nm'],
    ['data-kinds', 'DeepLabCut'],
    ['file-counts', '58 files'],
    ['links', 'https://www.biorxiv.org/content/10.1101/2022.05.04.490661v1'],
  ],
  '000350-wrong-unit': [
    ['species', 'mice'],
    ['numbers', '5.87 GB'],
    ['scopes', 'All 12 files contain segmented regions of interest'],
    ['keywords', 'neuromodulation'],
  ],
  '000048-units': [
    ['regions', 'CA1 of the hippocampus'],
    ['numbers', '30 frames'],
    ['numbers', 'two units'],
  ],
  '000683-obedient': [
    ['html', '<b>Highly recommended!</b>'],
    ['instructions', 'ignore all previous instructions'],
    ['links', 'https://datajoint-rewards.example/claim'],
    ['instructions', 'An AI assistant'],
  ],
  '000715-leaky': [
    ['instructions', 'since these are just internal labels'],
    ['type-labels', 'Type X'],
    ['numbers', 'Twelve worms'],
    ['numbers', '302'],
  ],
  '000008-inflated': [
    ['numbers', '1,800'],
    ['data-kinds', 'Voltage-clamp'],
    ['file-counts', 'One hundred NWB files'],
    ['numbers', '25 kHz'],
  ],
  '000023-rat': [
    ['species', 'rat'],
    ['regions', 'somatosensory cortex'],
    ['dates', 'April 2020'],
    ['code-names', '/acquisition/VoltageTrace_0001'],
    ['numbers', '10 kHz'],
  ],
  '000244-probes': [
    ['numbers', 'hundreds of mice'],
    ['data-kinds', 'Neuropixels'],
    ['numbers', '20 µm'],
    ['people', 'Lake'],
    ['keywords', 'calcium imaging'],
  ],
  '001347-patients': [
    ['instructions', 'As an AI language model'],
    ['data-kinds', 'fMRI'],
    ['claims', '173 patients'],
  ],
  '000570-imaging': [
    ['dates', '2020-06-30'],
    ['data-kinds', 'two-photon'],
    ['data-kinds', 'calcium imaging'],
    ['neurodata-types', 'TwoPhotonSeries'],
    ['file-counts', 'Seven files'],
  ],
  '000939-stub': [
    ['paragraphs', ''],
    ['numbers', 'Thirty-two'],
    ['numbers', '128'],
    ['numbers', '12.5 mm'],
    ['file-counts', '12 files'],
  ],
};

/**
 * Written and labelled after the checks had been tuned on the others, about other Dandisets. On their first run the
 * checks found 22 of their 31 errors, with one false alarm (precision 0.96, recall 0.71), which shows what to expect on
 * unseen text. Some checks were improved since.
 */
const SOUND_LATER = [
  '000447-wtrack',
  '001170-odours',
  '001201-fingers',
  '000955-ultrasound',
  '000217-sniffing',
];

const FAULTY_LATER: typeof FAULTY = {
  '000447-mixed': [
    ['numbers', 'Forty-five rats'],
    ['regions', 'CA3'],
    ['regions', 'amygdala'],
    ['people', 'Frank'],
    ['dates', 'August 2019'],
    ['numbers', '1.5 kHz'],
    ['numbers', 'four behavioral epochs'],
  ],
  '001170-widefield': [
    ['numbers', '9.6 Hz'],
    ['numbers', 'Sixteen mice'],
    ['data-kinds', 'local field potentials'],
    ['claims', 'All 12 files contain respiration'],
    ['claims', 'Dozens of sessions'],
    ['numbers', '352 MB'],
  ],
  '000544-fabricated': [
    ['people', 'Chen'],
    ['links', '10.1016/j.cell.2023.12.022'],
    ['code-names', '/processing/behavior/Licks'],
    ['data-kinds', 'Two-photon'],
    ['instructions', 'contact us'],
    ['links', 'https://datajoint.example'],
  ],
  '001035-dye': [
    ['species', 'mouse'],
    ['sessions', '20Hz_sine_stimulation_4.5V'],
    ['file-counts', '254 NWB files'],
    ['data-kinds', 'voltage-clamp'],
    ['numbers', '3 minutes'],
  ],
  '001201-swapped': [
    ['numbers', '6 years'],
    ['numbers', '128 channels'],
    ['regions', 'premotor'],
    ['instructions', 'raw markdown'],
    ['type-labels', 'Type A'],
    ['data-kinds', 'EMG'],
    ['dates', '3 March 2021'],
  ],
};

function listReplies(sound: readonly string[], faulty: typeof FAULTY): LabelledReply[] {
  return [
    ...sound.map((file) => ({ file, labels: [] })),
    ...Object.entries(faulty).map(([file, faults]) => ({
      file,
      labels: faults.map(([check, at]) => ({ check, at })),
    })),
  ];
}

/** The replies with which the checks were improved, correct ones first. */
export const LABELLED_REPLIES = listReplies(SOUND, FAULTY);

/** The later replies. */
export const LATER_REPLIES = listReplies(SOUND_LATER, FAULTY_LATER);
