/**
 * Removes findings of content checks in text that claims nothing about the data: background at the beginning of an
 * abstract, and lists of what the files do not contain. Runs after all checks. Pure.
 */
import { listSentences } from '../model/plain-text.ts';
import type { Finding } from './check.ts';
import { isOfContent } from './check-powers.ts';
import type { ProseBlock } from './prose.ts';

/** Words of sentences about the data, their authors or the recorded subjects. */
const OF_DATA =
  /\b(?:(?:this|the|its|our|present) (?:\p{L}+ )?(?:data ?sets?|dandisets?|stud(?:y|ies)|collection|project|version|archive|repository|resource|experiments?|upload|release|files?|recordings?|sessions?|authors?|owners?|contributors?|animals|mice|rats|monkeys|subjects|participants?|patients?|fish|worms?|title|description|metadata)|(?:^|in )this work|these (?:data|recordings|files|\p{L}+ (?:data|recordings))|the data|here|we|our|recorded|imaged|performed|available|included|provided|stored|given|contain\p{L}*|files?|(?:each|every|all|these|one|two|three|\d+) sessions?|nwb|dandi\p{L}*)\b/iu;

/** A verb in the past tense: the sentence reports an event, not general knowledge. */
const PAST =
  /\b(?:was|were|had|did|drove|led|gave|took|ran|found|rose|fell|showed|kept|became|grew|spoke|swam|flew|went|began|saw)\b|\b\p{L}{2,}ed (?:the|an?|that|more|less|to)\b/iu;

/** A verb in the present tense, as in general statements. A line without a verb describes the data. */
const GENERAL_VERBS =
  /\b(?:is|are|has|have|can|cannot|must|remains?|depends?|requires?|rel(?:y|ies)|allows?|enables?|offers?|underl(?:ie|ies)|carr(?:y|ies)|encodes?|converts?|navigates?|calls? for|produces?|responds?|learns?|guides?|changes?|shapes?|supports?|plays?|comes? in|begins?|asks?|represents?|poses?|makes?|controls?|drives?|regulates?|integrates?|develops?|solves?|overcomes?|closes?|helps?|governs?|matters?|varies|vary|involves?|arises?|contributes?|determines?|promises?|lets?|means?|needs?|knows?|think|shows?|gives?)\b/i;

/** A word before an object, probably a verb since it is no preposition: `adjust their turns`, `ask how`. */
const WITH_OBJECT =
  /\b(?!(?:of|in|on|at|by|for|from|with|during|after|before|between|across|through|into|under|over|to|and|or|but|as|than|while|when|where|that|which|near|along|within|without|per|via|about)\b)\p{L}{3,} (?:the|an?|their|its|how|that|whether|what|his|her|it|them|many|most|some|all)\b/iu;

/** First words of full sentences, rare in lines without a verb; or a label such as `Background.` */
const SENTENCE_START =
  /^\s*(?:The|An?|In|While|When|Most|Many|How|What|Why|Each|Every|Despite|Although|Yet|But|Because|Since)\s|^\s*\p{L}+[.:]\s*$/u;

function isGeneral(sentence: string): boolean {
  return (
    GENERAL_VERBS.test(sentence) ||
    WITH_OBJECT.test(sentence) ||
    SENTENCE_START.test(sentence) ||
    /\?\s*$/.test(sentence)
  );
}

/** The sentences of an abstract before the first one about the data; none if no sentence is about the data. */
function findOpening(prose: readonly ProseBlock[]): ReadonlySet<string> {
  const sentences = prose
    .filter(({ part }) => part === 'abstract')
    .flatMap(({ text }) => listSentences(text));
  const end = sentences.findIndex(
    (sentence) =>
      OF_DATA.test(sentence) || PAST.test(sentence) || /\d{2}/.test(sentence) || !isGeneral(sentence),
  );
  return new Set(sentences.slice(0, Math.max(0, end)).map((sentence) => sentence.trim()));
}

/** A line before a list that says that the files do not contain its items. */
const NOT_CONTAINED =
  /\b(?:(?:do(?:es)?|will|can) [*_]*not[*_]* (?:be )?(?:contain(?:ed)?|included?|hold|held|have|provided?|f(?:i|ou)nd)|not (?:included|provided|contained|available|present|part of)|no(?:ne)? of the following|absent|missing|lacks?|without)\b[^.:]*:\s*$|^\W*what (?:is|are) (?:missing|absent|not (?:included|here|provided|in (?:the|these) files|present))\W*$/i;

/** Blocks that list what the files do not contain. */
function findListsOfAbsent(prose: readonly ProseBlock[]): ReadonlySet<ProseBlock> {
  return new Set(
    prose.filter((block, at) => {
      const before = prose[at - 1];
      const isList = block.nodeTypes.has('list') && before?.part === block.part;
      return isList && NOT_CONTAINED.test(before?.text ?? '');
    }),
  );
}

/** Checks whose findings count in every sentence: of names, places, dates, totals, labels and instructions. */
const IN_EVERY_SENTENCE = new Set([
  'institutions',
  'labs',
  'licences',
  'people',
  'links',
  'dates',
  'sessions',
  'instructions',
  'type-labels',
  'disguised-labels',
  'credits',
  'file-counts',
  'subject-counts',
]);

/** Removes the findings of content checks in background and in lists of what is absent. */
export function dropBackground(findings: readonly Finding[], prose: readonly ProseBlock[]): Finding[] {
  const opening = findOpening(prose);
  const absent = findListsOfAbsent(prose);
  return findings.filter(({ check, excerpt, location }) => {
    if (!isOfContent(check) || IN_EVERY_SENTENCE.has(check)) return true;
    const block = prose.find(({ part, index }) => part === location.part && index === location.index);
    if (block === undefined) return true;
    if (absent.has(block)) return false;
    if (block.part !== 'abstract') return true;
    const sentence = listSentences(block.text).find((each) => each.includes(excerpt));
    return sentence === undefined || !opening.has(sentence.trim());
  });
}
