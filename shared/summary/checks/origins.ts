/** Checks of laboratories and institutions: the facts name those that a summary names. Pure. */
import { escapePattern } from '../../escape-pattern.ts';
import { findOwn } from '../../own-entry.ts';
import type { Check, Draft } from '../check.ts';
import { type Evidence, normalize } from '../evidence.ts';
import { INSTITUTIONS } from '../lexicon.ts';
import { findUnknown } from './equipment.ts';
import { isDenied } from './sentences.ts';

const NAME = "[\\p{Lu}][\\p{L}'’-]+";

/**
 * `the Frank Lab`, `Reimer-Arenkiel laboratory`, `the Frank and Kim labs`, `Frank’s team`, `the lab of Loren Frank`,
 * `the group of Dr. B. Milner`.
 */
const LABS = new RegExp(
  `(?!(?:The|This|That|Their|Our|Its)\\s)(?:(${NAME})\\s+and\\s+)?(${NAME})(?:['’]s)?\\s+(?:[Ll]ab(?:s|orator(?:y|ies))?|[Gg]roup|team)\\b(?!\\s+of\\s+\\p{Ll})|\\b(?:[Ll]ab(?:oratory)?|[Gg]roup|team)\\s+(?:(?:is|was)\\s+that\\s+)?of\\s+(?:(?:Dr|Prof|Professor)\\.?\\s+)?(?:(?:${NAME}|\\p{Lu}\\.)\\s+){0,3}(${NAME})`,
  'gu',
);

/** The head of a group, right after the group's name. */
const OF_OWNER = new RegExp(
  `^\\s+of\\s+(?:(?:Dr|Prof|Professor)\\.?\\s+)?(?:(?:${NAME}|\\p{Lu}\\.)\\s+){0,2}(${NAME})`,
  'u',
);

/** Capitalized words before `lab` that are no names. */
const NO_NAMES =
  /^(?:The|This|Our|Their|A|One|Each|Neuroscience|Research|Behaviou?r\w*|Animal|Human|Neural|Systems|Vision|Sleep|First|Second|Third|Control|Experimental|Test|Treatment|Treated|Age|Working|Project|Subject|Larger|Smaller|Largest|Smallest|Main|Other|Same|Remaining|Data|Core|Clinical|Surgical|National|Harbor|Physiology|Electrophysiology)$/;

/** Whether the facts name a laboratory by this surname. */
function isKnownLab(surname: string, { text }: Evidence): boolean {
  const name = escapePattern(normalize(surname).replace(/'s$/, ''));
  return (
    new RegExp(`(?<!\\p{L})${name}(?:['’]s)?[\\s_-]?(?:[\\p{L}-]+[\\s_-]){0,3}(?:lab|group)`, 'u').test(
      text,
    ) ||
    new RegExp(`\\blab(?:oratory)?s?(?::| of| name)[^\\n.]{0,60}(?<!\\p{L})${name}(?!\\p{L})`, 'u').test(text)
  );
}

/** Reports laboratories that are not in the facts. */
export const labs: Check = {
  name: 'labs',
  severity: 'warning',
  rule: 'every laboratory that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      [...text.matchAll(LABS)].flatMap((match): Draft[] => {
        const unknown = match
          .slice(1)
          .filter((name) => name !== undefined)
          .filter((name) => !isNamedLab(name, /\bteam\b/.test(match[0]), evidence));
        if (unknown.length === 0 || isDenied(text, match.index)) return [];
        // In `the Toronto group of Taufik Valiante` only the person must be known.
        const owner = OF_OWNER.exec(text.slice(match.index + match[0].length))?.[1];
        if (owner !== undefined && isNamedLab(owner, false, evidence)) return [];
        return [
          {
            message: `The facts do not name the laboratory ${unknown.join(' and ')}.`,
            excerpt: match[0],
            location: { part, index },
          },
        ];
      }),
    ),
};

/** Whether a word is no name, or a laboratory of the facts. A team may have any name of the facts. */
function isNamedLab(written: string, isTeam: boolean, evidence: Evidence): boolean {
  const name = written.replace(/['’]s$/, '');
  // An abbreviation names a group of cells or animals: `the PV group`.
  if (NO_NAMES.test(name) || /^\p{Lu}{2,}$/u.test(name) || isKnownLab(name, evidence)) return true;
  if (isTeam && evidence.words.has(normalize(name).replace(/'s$/, ''))) return true;
  const { facts } = evidence;
  const fields = [
    ...(facts?.fileTypes ?? []).flatMap(({ texts }) => texts.lab ?? []),
    ...(facts?.contents?.all.labs.values ?? []).map(({ value }) => value),
  ];
  const isIn = (text: string) => normalize(text).includes(normalize(name));
  if (fields.some(isIn)) return true;
  // Where the facts name no laboratory, a contributor's is accepted.
  return fields.length === 0 && (facts?.dandiset.contributors ?? []).some((each) => isIn(each.name));
}

/**
 * `the University of Washington`, `Emory University`, `the Max Planck Institute of Neurobiology`, `Baylor College of
 * Medicine`.
 */
const BY_FORM = new RegExp(
  `\\b(?:Universit(?:y|é|ät|at)\\s+(?:of|de|di|degli)\\s+(?:${NAME})(?:\\s+(?:${NAME}|of|at|and)(?=\\s+${NAME}|[\\s.,;]))*|(?:${NAME}\\s+|\\p{Lu}&\\p{Lu}\\s+){1,3}(?:Universit(?:y|ät)|Institut(?:es?|o)?(?!\\p{L})|College|Hospital|School|Polytechnic|Academy|Research (?:Cent(?:er|re)|Campus))(?:\\s+(?:of|for)\\s+(?:${NAME})(?:\\s+(?:and\\s+)?${NAME})*)?)`,
  'gu',
);

/** Words of an institution's name that do not identify it. */
const PLAIN =
  /^(?:the|university|universit\p{L}+|institutes?|institut|college|hospital|school|of|for|at|and|de|research|center|centre|campus|polytechnic|academy|national|medical|medicine|science|sciences|technology|health)$/u;

/** Whether the facts contain the identifying words of an institution's name, with at most one letter changed. */
function isKnownInstitution(name: string, evidence: Evidence): boolean {
  const words = normalize(name)
    .split(/[^\p{L}\p{N}'-]+/u)
    .filter((word) => word.length > 1 && !PLAIN.test(word));
  if (ALIASES.some(([claim, support]) => claim.test(name) && support.test(evidence.text))) return true;
  if (evidence.text.includes(normalize(name))) return true;
  // The facts may have only the initials: NINDS for `National Institute of Neurological Disorders and Stroke`.
  const initials = (name.match(/\b\p{Lu}/gu) ?? []).join('').toLowerCase();
  if (initials.length >= 3 && evidence.words.has(initials)) return true;
  return words.length > 0 && words.every((word) => hasSimilar(evidence.words, word));
}

/** Whether an acronym is that of an organization in the facts: `NIMH` for National Institute of Mental Health. */
function isKnownAcronym(acronym: string, { facts }: Evidence): boolean {
  if (!/^[A-Z]{3,}$/.test(acronym)) return false;
  const named = [
    ...(facts?.dandiset.contributors ?? []).map(({ name }) => name),
    ...(facts?.fileTypes ?? []).flatMap(({ texts }) => texts.institution ?? []),
    ...(facts?.contents?.all.institutions.values ?? []).map(({ value }) => value),
  ];
  return named.some((name) => (name.match(/\b\p{Lu}/gu) ?? []).join('').includes(acronym));
}

/** Campuses of one university, as prose names them: each needs its own support. */
const CAMPUS =
  /\b(?:University of California|UC)(?:,| at| in|-)?\s*(Berkeley|Davis|Irvine|Los Angeles|Merced|Riverside|San Diego|San Francisco|Santa Barbara|Santa Cruz)\b/g;
/** Their abbreviations; the others are known by their place. */
const CAMPUS_SHORT: Readonly<Record<string, RegExp>> = {
  Berkeley: /\bucb\b/,
  Davis: /\bucd\b/,
  Irvine: /\buci\b/,
  'Los Angeles': /\bucla\b/,
  Riverside: /\bucr\b/,
  'San Diego': /\bucsd\b/,
  'San Francisco': /\bucsf\b/,
  'Santa Barbara': /\bucsb\b/,
  'Santa Cruz': /\bucsc\b/,
};

/** Finds campuses of the University of California that the facts do not name. */
function findUnknownCampus(text: string, evidence: Evidence): { excerpt: string; offset: number }[] {
  return [...text.matchAll(CAMPUS)].flatMap(({ 0: excerpt, 1: place = '', index: offset }) =>
    evidence.text.includes(place.toLowerCase()) || findOwn(CAMPUS_SHORT, place)?.test(evidence.text) === true
      ? []
      : [{ excerpt, offset }],
  );
}

/** Institutions with two names. */
const ALIASES: readonly (readonly [claim: RegExp, support: RegExp])[] = [
  [
    /University of California/i,
    /\buc\b|\buc[- ](?:berkeley|davis|irvine|san)|\bucla\b|\bucsf\b|\bucsd\b|\buci\b|berkeley/,
  ],
  [/California Institute of Technology/i, /caltech/],
  [/Massachusetts Institute of Technology/i, /\bmit\b/],
  [/New York University/i, /\bnyu\b/],
  [/University College London/i, /\bucl\b/],
  [/Howard Hughes|Janelia/i, /\bhhmi\b|janelia/],
  [/National Institutes? of Health/i, /\bnih\b/],
];

/** Whether the facts contain a word, or one that differs in one letter: `Conecticut` for `Connecticut`. */
function hasSimilar(words: ReadonlySet<string>, word: string): boolean {
  if (words.has(word)) return true;
  if (word.length < 7) return false;
  return [...words].some((other) => Math.abs(other.length - word.length) <= 1 && isOneApart(other, word));
}

function isOneApart(one: string, other: string): boolean {
  let start = 0;
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start++;
  const [left, right] = [one.slice(start), other.slice(start)];
  return left.slice(1) === right.slice(1) || left.slice(1) === right || left === right.slice(1);
}

/** Reports institutions that are not in the facts. */
export const institutions: Check = {
  name: 'institutions',
  severity: 'warning',
  rule: 'every institution that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) => {
      const location = { part, index };
      const byForm = [...text.matchAll(BY_FORM)]
        .map((match) => ({
          excerpt: match[0].replace(/^(?:(?:The|At|In|From|US|U\.S\.|UK)\s+)+/, '').replace(/['’]s\b.*$/, ''),
          offset: match.index,
        }))
        .filter(({ excerpt }) => !isKnownInstitution(excerpt, evidence));
      const acronym = /\bMIT\b/.exec(text);
      const byAcronym =
        acronym && !/\bmit\b|massachusetts institute of technology/.test(evidence.text)
          ? [{ excerpt: acronym[0], offset: acronym.index }]
          : [];
      const byName = findUnknown(text, INSTITUTIONS, evidence).filter(
        ({ excerpt, offset }) =>
          !byForm.some((form) => form.excerpt.includes(excerpt)) &&
          !isKnownAcronym(excerpt, evidence) &&
          !/^\s+(?:Bio|Neuro|Electronic|Instruments|architecture|atlas)/i.test(
            text.slice(offset + excerpt.length),
          ),
      );
      const byCampus = findUnknownCampus(text, evidence).filter(
        ({ offset }) => ![...byForm, ...byName].some((other) => other.offset === offset),
      );
      return [...byForm, ...byName, ...byAcronym, ...byCampus]
        .filter(({ offset }) => !isDenied(text, offset))
        .map(
          ({ excerpt }): Draft => ({
            message: `The facts do not name the institution ${excerpt}.`,
            excerpt,
            location,
          }),
        );
    }),
};
