/** Acronyms in what the files say of themselves, written out behind the quotation. Pure. */
import type { FactsAtHand } from './facts-at-hand.ts';

/** Acronyms of the field that few outside it know, where the owners do not write them out. */
const KNOWN: Readonly<Record<string, string>> = {
  '2ABT': 'two-armed bandit task',
  '2AFC': 'two-alternative forced choice',
  SEEG: 'stereo-electroencephalography',
  sEEG: 'stereo-electroencephalography',
  ECoG: 'electrocorticography',
  tDCS: 'transcranial direct current stimulation',
  DMTS: 'delayed match-to-sample task',
  RSVP: 'rapid serial visual presentation',
  PPI: 'prepulse inhibition',
  MID: 'monetary incentive delay task',
  SSRT: 'stop-signal reaction time',
  tACS: 'transcranial alternating current stimulation',
  TMS: 'transcranial magnetic stimulation',
  DBS: 'deep brain stimulation',
  RNS: 'responsive neurostimulation',
  PCA: 'principal component analysis',
  NMF: 'non-negative matrix factorization',
  BCI: 'brain-computer interface',
};

/** A keyword that is an acronym few know, in its words. */
export function writeOut(keyword: string): string {
  return Object.hasOwn(KNOWN, keyword) ? KNOWN[keyword]! : keyword;
}

/** What a text's acronyms mean, to follow its quotation: ` (tFUS: transcranial focused ultrasound)`; empty where it has none that are known. */
export function explainAcronyms(text: string, { facts: { dandiset } }: FactsAtHand): string {
  const written = `${dandiset.name}. ${dandiset.description.slice(0, 20_000)}`;
  const acronyms = text.match(/(?<![\p{L}\p{N}])\d?[a-z]?[A-Z][A-Za-z]?[A-Z]{1,4}(?![\p{L}\p{N}-])/gu) ?? [];
  const explained = [...new Set(acronyms)].flatMap((acronym) => {
    const words =
      findWords(acronym, written) ?? (Object.hasOwn(KNOWN, acronym) ? KNOWN[acronym]! : undefined);
    return words === undefined || text.toLowerCase().includes(words.toLowerCase())
      ? []
      : [`${acronym}: ${words}`];
  });
  return explained.length === 0 ? '' : ` (${explained.join('; ')})`;
}

/** The run of the owners' words that begin with the acronym's letters. */
function findWords(acronym: string, written: string): string | undefined {
  if (acronym.length < 3 || !/^\p{L}+$/u.test(acronym)) return undefined;
  const pattern = [...acronym].map((letter) => `${letter}\\p{L}{2,}`).join('[ -]');
  return new RegExp(`\\b${pattern}`, 'iu').exec(written)?.[0].toLowerCase();
}
