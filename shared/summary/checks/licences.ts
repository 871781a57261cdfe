/** The check of licences: a summary names only licences of the metadata. Pure. */
import type { Check, Draft } from '../check.ts';
import { isDenied } from './sentences.ts';

/** A licence named in prose, with its version if stated. */
interface Licence {
  readonly id: string;
  readonly version?: string;
  readonly excerpt: string;
  readonly offset: number;
}

const CREATIVE_COMMONS =
  /\b(?:CC[- ]?BY|Creative Commons[- ]Attribution)((?:[- ]?(?:NC|SA|ND|Non-?Commercial|Share-?Alike|No-?Deriv\w*))*)(?:[- ]?(?:International|licen[cs]e|v))*[- ]?(\d\.\d)?/gi;

const MODIFIERS: readonly (readonly [words: RegExp, sign: string])[] = [
  [/NC|Non-?Commercial/i, 'nc'],
  [/SA|Share-?Alike/i, 'sa'],
  [/ND|No-?Deriv/i, 'nd'],
];

/** Other licences, and phrases used instead of one. */
const OTHERS: readonly (readonly [words: RegExp, id: string])[] = [
  [/\bCC[- ]?(?:0|Zero)\b|\bpublic domain\b/gi, 'cc0'],
  [/\bMIT licen[cs]e\b/gi, 'mit'],
  [/\bApache(?:[- ]licen[cs]e)?[- ]2(?:\.0)?\b|\bApache licen[cs]e\b/gi, 'apache'],
  [/\bBSD(?:[- ]\d-clause)? licen[cs]e\b/gi, 'bsd'],
  [/\b(?:L?GPL(?:v?\d)?|GNU (?:Lesser )?General Public Licen[cs]e)\b/gi, 'gpl'],
  [/\bODbL\b|\bOpen Database Licen[cs]e\b/gi, 'odbl'],
  [/\bPDDL\b/gi, 'pddl'],
  [/\ball rights (?:are )?reserved\b/gi, 'reserved'],
];

function readLicences(text: string): Licence[] {
  const commons = [...text.matchAll(CREATIVE_COMMONS)].map((match): Licence => {
    const signs = MODIFIERS.filter(([words]) => words.test(match[1] ?? '')).map(([, sign]) => sign);
    return {
      id: ['cc-by', ...signs].join('-'),
      ...(match[2] === undefined ? {} : { version: match[2] }),
      excerpt: match[0].trim(),
      offset: match.index,
    };
  });
  const others = OTHERS.flatMap(([words, id]) =>
    [...text.matchAll(words)].map((match) => ({ id, excerpt: match[0], offset: match.index })),
  );
  return [...commons, ...others];
}

/** Reports licences, or versions of them, that are not in the metadata. */
export const licences: Check = {
  name: 'licences',
  severity: 'warning',
  rule: 'every licence that is named is in the metadata',
  find: ({ prose, evidence }) => {
    const known = readLicences(evidence.text);
    return prose.flatMap(({ text, part, index }) =>
      readLicences(text).flatMap(({ id, version, excerpt, offset }): Draft[] => {
        const isKnown = known.some(
          (other) =>
            other.id === id &&
            (version === undefined || other.version === undefined || other.version === version),
        );
        if (isKnown || isDenied(text, offset)) return [];
        return [
          { message: `The facts do not name the licence ${excerpt}.`, excerpt, location: { part, index } },
        ];
      }),
    );
  },
};
