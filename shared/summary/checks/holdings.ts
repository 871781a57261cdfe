/** The check of file contents: the headers of as many files contain, or lack, what a summary says they do. Pure. */

import { listSentences } from '../../model/plain-text.ts';
import { readCount, SPELLED_NUMBER } from '../../vocabulary/number-words.ts';
import { findTechniqueMentions } from '../../vocabulary/techniques.ts';
import type { Check, Draft } from '../check.ts';
import { type Evidence, normalize } from '../evidence.ts';
import { type Holding, listHoldings } from '../known-holdings.ts';
import { findStoredThings } from '../stored-things.ts';
import { isDenied, isSpeculation } from './sentences.ts';

/** Words of sentences about the contents of files. */
const STORED =
  /\b(?:contain(?:s|ed|ing)?|holds?|held|holding|includ(?:es?|ed|ing)|stor(?:es?|ed|ing)|provid(?:es?|ed|ing)|available|shared|supplied|present|carr(?:y|ies|ied)|come(?:s)? with|accompan(?:y|ies|ied)|kept|saved|given|has|have|features?|offers?|comprise[sd]?|complement(?:s|ed)?|consists? of|next to|alongside|along with|together with|mark(?:s|ed)?)\b/i;

/** Words of sentences about another place, about what may be computed, or about how things were made. */
const ELSEWHERE =
  /\b(?:elsewhere|separate(?:ly)?|another(?! (?:module|group|table|file|column|series)|[.,;]|$)|other dandisets?|companion|original version|figshare|github|not (?:be )?(?:included|contained|stored|part)|can be|could|may|might|would|article|paper|publication|preprint|derived from|defined (?:from|by)|train(?:ed)?|atlas|based on|obtained from|computed from|extracted from|study|project|aim\w*|in general)\b/i;

const NUMBER = `\\d{1,3}(?:,\\d{3})+|\\d+|${SPELLED_NUMBER}`;
const HOLDERS =
  '(?:nwb )?(?:files|sessions|recordings|mice|rats|animals|subjects|fish|worms|monkeys|participants|patients|datasets)';
/** `only half of the files`, `in three files only`, `some of the recordings`, `six of ten worms`. */
const FEW = new RegExp(
  `\\b(?:(?:only|just) )?(?:(half|some|several|certain|a few|a subset|a minority|one|none|no|most|${NUMBER})(?: of(?: the| all| these)?(?: (?:${NUMBER}))?)?(?: other| of the)? (?:nwb )?${HOLDERS})\\b`,
  'iu',
);
/** `lacks a table of trials`, `files without LFP`. */
const LACKING = /\b(?:lack(?:s|ing)?|miss(?:es|ing)?|without|do(?:es)? not (?:have|contain|include|hold))\b/i;

/** The number of files that a quantifier gives; `some` where it gives none. */
function readQuantifier(word: string, total: number): number | 'some' {
  const lower = word.toLowerCase();
  if (/^(?:some|several|certain|a few|a subset|a minority|most)$/.test(lower)) return 'some';
  if (/^(?:none|no)$/.test(lower)) return 0;
  if (lower === 'half') return total / 2;
  return lower === 'one' ? 1 : readCount(lower);
}

/** Whether the owners mention the kind of data in their own words, which support it even if no header names it. */
function isMentioned({ find }: Holding, { facts }: Evidence): boolean {
  const { name = '', description = '' } = facts?.dandiset ?? {};
  const texts = (facts?.fileTypes ?? []).flatMap((type) => Object.values(type.texts));
  return [name, description, ...texts].some((text) => find(text) !== undefined);
}

/** Finds kinds of data that a sentence attributes to more or fewer files than contain them. */
function findInSentence(
  sentence: string,
  holdings: readonly Holding[],
  evidence: Evidence,
  isItem: boolean,
): { excerpt: string; message: string }[] {
  if (!isItem && !STORED.test(sentence) && !LACKING.test(sentence)) return [];
  if (ELSEWHERE.test(sentence) || isSpeculation(sentence)) return [];
  return holdings.flatMap((holding) => {
    const found = holding.find(sentence);
    if (found === undefined) return [];
    const { files, total, isExact } = holding;
    const few = FEW.exec(sentence);
    const isLacking = LACKING.test(sentence);
    if (files === 0) {
      if (isDenied(sentence, found.at) || isLacking || (few !== null && /^no/i.test(few[1]!))) return [];
      // The headers may use the very words: `teblk_4558_reward time (sec)`.
      if (isMentioned(holding, evidence) || evidence.splitText.includes(normalize(found.written))) return [];
      return [{ excerpt: found.written, message: `No file holds this: ${found.written}.` }];
    }
    if (files !== total || !isExact || few === null || total < 2) return [];
    const amount = readQuantifier(few[1]!, total);
    // Data in all files is neither in only some of them nor missing in any.
    const isWrong = isLacking || isDenied(sentence, found.at) ? amount !== 0 : amount !== total;
    if (BESIDE.test(sentence.slice(0, found.at))) return [];
    // `Some files hold it too` says nothing about the others, and `in four files` may be about one file type.
    const isOnly = isLacking || ONLY.test(sentence);
    if (!isOnly && (amount === 'some' || (Number.isInteger(amount) && evidence.counts.has(amount))))
      return [];
    if (COUNTED_BEFORE.test(sentence.slice(0, found.at))) return [];
    if (!isWrong || !isOfHolders(sentence, few) || isOfPart(few[0], amount, evidence)) return [];
    return [{ excerpt: few[0], message: `All ${total} files hold this: ${found.written}.` }];
  });
}

/** A single word is often a synonym of one in the facts. */
const LEAST_WORDS = 2;

/** Finds things said to be in the files of which no word occurs in the facts. */
function findUnknownThings(
  sentence: string,
  { meanings: known }: Evidence,
): { excerpt: string; message: string }[] {
  if (ELSEWHERE.test(sentence) || isSpeculation(sentence) || LACKING.test(sentence)) return [];
  return (
    findStoredThings(sentence)
      .filter(({ meanings, at }) => {
        const isNew = meanings.length >= LEAST_WORDS && meanings.every((meaning) => !known.has(meaning));
        return isNew && !isDenied(sentence, at);
      })
      // Techniques are left to another check.
      .filter(({ written }) => findTechniqueMentions(written).length === 0)
      .map(({ written }) => ({ excerpt: written, message: `No word of the facts names this: ${written}.` }))
  );
}

/** Words before a kind of data that is only mentioned beside the one counted. */
const BESIDE =
  /\b(?:in addition to|besides?|beyond|apart from|along(?:side| with)|next to|as well as|on top of|together with|with)(?: (?:the|a|an|their|its))?(?: \p{L}+)?\s$/iu;

const ONLY = /\b(?:only|just|merely|alone|solely|a (?:subset|minority) of)\b/i;
/** A count of things, not of files: `14 voltage-clamp sweeps`. */
const COUNTED_BEFORE = /\d(?: \p{L}+)?(?: and \d+)? $/u;

/** Words right before files that contain something, and right after them. */
const IN_THEM = /\b(?:in|for|from|of|with|by|across|to) (?:(?:only|just|about|roughly) )?$/i;
const THEY_HOLD =
  /^,? (?:also |do |that |which |only |just |alone )?(?:contain|hold|includ|stor|provid|carr|come with|has\b|have\b|with\b|feature|offer|lack|miss|without|do(?:es)? not|are without)/i;

/** Whether a number of files is the number of files that contain something. */
function isOfHolders(sentence: string, { 0: written, index }: RegExpExecArray): boolean {
  return IN_THEM.test(sentence.slice(0, index)) || THEY_HOLD.test(sentence.slice(index + written.length));
}

/** Whether the metadata have this number as a count of files, subjects or other things. */
function isOfPart(_written: string, amount: number | 'some', { facts, totals }: Evidence): boolean {
  if (amount === 'some') return false;
  const { numberOfFiles, numberOfSubjects } = facts?.dandiset ?? {};
  return amount === numberOfFiles || amount === numberOfSubjects || (amount > 1 && totals.has(amount));
}

/** Whether words are the subject of a denial that follows a relative clause. */
function isDeniedLater(sentence: string, words: string): boolean {
  const after = sentence.slice(sentence.indexOf(words) + words.length);
  return /^,? which\b/.test(after) && isDenied(sentence, sentence.indexOf(words));
}

/** Reports kinds of data that are in more or fewer files than a summary says. */
export const holdings: Check = {
  name: 'holdings',
  severity: 'warning',
  rule: 'every kind of data said to be in the files is in the headers of as many of them',
  find: ({ prose, evidence }) => {
    if (evidence.facts === undefined) return [];
    const known = listHoldings(evidence.facts);
    return prose
      .filter(({ part }) => part !== 'keywords')
      .flatMap(({ text, part, index, nodeTypes }) => {
        // A list item about the contents of files needs no verb.
        const isItem = part === 'description' && nodeTypes.has('listItem');
        return listSentences(text.replace(/“[^”]*”|"[^"]*"/g, (quote) => ' '.repeat(quote.length)))
          .flatMap((sentence) => [
            ...sentence
              .split(/[;:]\s|, (?:which|but|while|whereas|so|since|as|because)\b/)
              .flatMap((clause) => findInSentence(clause, known, evidence, isItem))
              // The denial may follow a relative clause: `spike times, which one would need, are absent`.
              .filter(({ excerpt }) => !isDeniedLater(sentence, excerpt)),
            ...sentence.split(/;\s/).flatMap((clause) => findUnknownThings(clause, evidence)),
          ])
          .map((found): Draft => ({ ...found, location: { part, index } }));
      });
  },
};
