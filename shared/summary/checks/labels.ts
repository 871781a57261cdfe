/** Checks that internal labels (“Type N”) and instructions of the prompt do not appear in a summary. Pure. */

import { escapePattern } from '../../escape-pattern.ts';
import { INSTRUCTIONS } from '../../prompt/fixed-words.ts';
import { MARK_PATTERN, REQUEST_INSTRUCTIONS } from '../../prompt/request.ts';
import type { Check, Draft } from '../check.ts';
import { type Evidence, normalize } from '../evidence.ts';

/**
 * `Type 1`, `types 2 and 3`, `type-1`, `Type X`, `Type one`, `type II`, `Type A files`. Within one line, since the next
 * item of a list may begin with a number.
 */
const LABEL =
  /(?<!\b(?:receptor|channel|collagen|diabetes|diabetic|synapse|transporter) )\btypes?,?[ -]*(?:# *)?(?:\d{1,3}(?![\d.]*\d)|x\b(?!-)|one\b|two\b|three\b|four\b|five\b|[a-h](?= (?:nwb )?files?\b|:))|\b[Tt]ypes?[ -]+[IVX]{1,4}\b|\b[Tt]ypes?[ -]+[A-H]\b(?=[ :,.]|$)(?! cells?| neurons?| receptors?| channels?)/gi;

const ORDINALS = '(?:first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)';
const GROUPS = '(?:kind|type|category|class|group|set|sort|variant|format)s?';

/**
 * Labels in other words: `files of the second kind`, `the third type of file`, `category 1 files`, `the first-type
 * file`, `types of files, called 1 and 2`.
 */
const DISGUISED = new RegExp(
  [
    `\\bfiles? (?:of|in) the ${ORDINALS} ${GROUPS}\\b`,
    `\\b${ORDINALS}[ -]${GROUPS}(?: of)?(?: the)?(?: nwb)?[ -]files?\\b`,
    `\\b(?:category|class|group|kind|set|variant|sort|format) (?:\\d{1,2}|[A-H]|[IVX]{1,4})(?=,? (?:nwb )?files?\\b)`,
    `\\bfiles? of (?:category|class|group|kind|set|variant|sort) (?:\\d{1,2}|[A-H]|[IVX]{1,4})\\b`,
    `\\btypes?\\b[^.;\\n]{0,25}\\b(?:called|named|labell?ed|numbered) ?(?:\\d|[A-H]\\b|[IVX]+\\b)(?: (?:and|to|or) (?:\\d|[A-H]\\b|[IVX]+\\b))?`,
    `\\bfiles? (?:fall|come|are divided|divide) in(?:to)? (?:two|three|four|five|\\d) types?,? (?:\\d|[A-H]|[IVX]+)\\b`,
  ].join('|'),
  'gi',
);

/** A label in a text. */
interface Label {
  readonly excerpt: string;
  /** Whether it can only label a type of file: it is capitalized, or next to `files`. */
  readonly isCertain: boolean;
}

/** The labels in a text that the facts do not use for something else, as they do with `type 1 diabetes`. */
function findLabels(text: string, evidence: Evidence): Label[] {
  return [...text.matchAll(LABEL)].flatMap((match): Label[] => {
    const [excerpt] = match;
    const said = normalize(excerpt);
    // Roman numerals count only in capitals: `type i` may be a typo of `type in`.
    if (/[ivx]+$/.test(said) && !/[IVX]+$|x$/i.test(excerpt.slice(5))) return [];
    const roman = /\s([ivx]+)$/.exec(said)?.[1];
    if (roman && roman !== 'x' && !/[IVX]+$/.test(excerpt)) return [];
    const isNamed = new RegExp(
      `\\b${escapePattern(said)
        .replace(/^types/, 'types?')
        .replace(/[\s-]+/g, '[\\s-]*')}\\b`,
    ).test(evidence.text);
    // Before `files` it is a label, even if the facts use the same name for something else.
    const isBeforeFiles = /^\s*(nwb\s+)?(?:files?|data)\b/i.test(text.slice(match.index + excerpt.length));
    if (isNamed && !isBeforeFiles) return [];
    const isAfterFiles =
      /\b(?:files? (?:of|in|belonging to) (?:the )?|(?:some|others|these|they|all) (?:is|are) (?:of )?)$/i.test(
        text.slice(0, match.index),
      );
    return [{ excerpt, isCertain: /^T/.test(excerpt) || isBeforeFiles || isAfterFiles }];
  });
}

/** Reports internal labels of file types. */
export const typeLabels: Check = {
  name: 'type-labels',
  severity: 'error',
  rule: 'no internal label such as “Type 1” is reported',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      findLabels(text, evidence)
        .filter(({ isCertain }) => isCertain)
        .map(({ excerpt }): Draft => ({ message: LABEL_MESSAGE, excerpt, location: { part, index } })),
    ),
};

/** Reports possible labels of file types that may also be terms of the field: `receptors of type 2`. */
export const disguisedLabels: Check = {
  name: 'disguised-labels',
  severity: 'warning',
  rule: 'no internal label of a file type is reported in other words',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [
        ...[...text.matchAll(DISGUISED)].map(([excerpt]) => excerpt),
        ...findLabels(text, evidence)
          .filter(({ isCertain }) => !isCertain)
          .map(({ excerpt }) => excerpt),
      ].map((excerpt): Draft => ({ message: LABEL_MESSAGE, excerpt, location: { part, index } })),
    ),
};

const LABEL_MESSAGE = 'An internal label of a file type is reported; say what the files hold.';

/** Statements about the task instead of the data, and sentences that follow instructions found in the data. */
const MACHINE_TALK: readonly RegExp[] = [
  /\b(ignor|disregard|forget|overrid)\w*\s+(all\s+|any\s+|the\s+|my\s+|your\s+)*(previous|prior|above|earlier|preceding)?\s*(instructions?|prompts?|guidelines|directions)/i,
  /\bas an? (ai (language )?model|ai|artificial intelligence|large language model|language model)\b/i,
  /\b(system|developer|hidden|initial) (prompt|message|instructions?)\b/i,
  /\b(my|these|your|the given) (instructions|prompt)\b/i,
  /\bi(['’]m| am) (sorry|unable)\b|\bi (cannot|can['’]t|won['’]t) (help|assist|comply|provide|summari[sz]e|fulfil)/i,
  /\b(?:ai|llm|chatbot|language model)s?(?: (?:assistant|agent|model)s?)?\b[^.]{0,60}\b(?:must|should|shall|ought to|please)\b/i,
  /\b(?:you should not refer to|internal labels used for|list of up to ten keywords|raw markdown suitable)\b/i,
  MARK_PATTERN,
  /\b(prompt injection|jailbreak|do anything now)\b/i,
  /\bauto-generated summary of the contents of a dandiset\b/i,
  /\b(click|visit|go to|sign up|subscribe|download|buy|donate|send|log ?in|email|contact|reach out to) (here|now|us|me|at|your|to (https?:|www))/i,
];

/**
 * Characters of the instructions whose verbatim repetition is a leak: about eight words, too many to coincide by
 * chance.
 */
const LEAK_LENGTH = 50;

/** Phrases of the instructions that a description of files may also use: these alone are no leak. */
const HARMLESS = [
  'a description of what data are available in the nwb files.',
  'is not going to be representative of all nwb files of that type.',
];

const LEAKS = [INSTRUCTIONS, REQUEST_INSTRUCTIONS]
  .flatMap((words) => buildLeaks(normalize(words)))
  .filter((window) => !HARMLESS.some((phrase) => phrase.includes(window)));

/** The windows of `LEAK_LENGTH` characters that start at each word of the instructions. */
function buildLeaks(instructions: string): string[] {
  const starts = [...instructions.matchAll(/\S+/g)].map(({ index }) => index);
  return starts
    .map((start) => instructions.slice(start, start + LEAK_LENGTH))
    .filter(({ length }) => length === LEAK_LENGTH);
}

/** Reports statements about instructions, refusals, calls to action and repetitions of the prompt. */
export const instructions: Check = {
  name: 'instructions',
  severity: 'error',
  rule: 'the text is about the data; it neither addresses the reader nor mentions its task',
  find: ({ prose }) =>
    prose.flatMap(({ text, part, index }): Draft[] => {
      const location = { part, index };
      const talk = MACHINE_TALK.flatMap((pattern) => pattern.exec(text)?.[0] ?? []);
      const said = normalize(text);
      const leak = LEAKS.find((window) => said.includes(window));
      return [
        ...talk.map((excerpt) => ({
          message: 'The text speaks of instructions or to its reader.',
          excerpt,
          location,
        })),
        // Whole words, so that the sentence can be found by the excerpt.
        ...(leak
          ? [
              {
                message: 'The text repeats the prompt.',
                excerpt: leak.replace(/\s\S*$/, ''),
                location,
              },
            ]
          : []),
      ];
    }),
};
