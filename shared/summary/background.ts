/**
 * Which sentences speak of the field and not of the data: those with which an abstract opens, and lists of what files do
 * not hold. The checks of content look past them. Pure.
 */
import { splitSentences } from '../model/plain-text.ts';
import type { Finding } from './check.ts';
import type { ProseBlock } from './prose.ts';

/** Words by which a sentence speaks of the data, of who recorded them and of those who were recorded. */
const OF_DATA =
  /\b(?:(?:this|the|its|our|present) (?:\p{L}+ )?(?:data ?sets?|dandisets?|stud(?:y|ies)|collection|project|version|archive|repository|resource|experiments?|upload|release|files?|recordings?|sessions?|authors?|owners?|contributors?|animals|mice|rats|monkeys|subjects|participants?|patients?|fish|worms?|title|description|metadata)|(?:^|in )this work|these (?:data|recordings|files|\p{L}+ (?:data|recordings))|the data|here|we|our|recorded|imaged|performed|available|included|provided|stored|given|contain\p{L}*|files?|(?:each|every|all|these|one|two|three|\d+) sessions?|nwb|dandi\p{L}*)\b/iu;

/** A verb in the past: something that happened, and not what is so in general. */
const PAST =
  /\b(?:was|were|had|did|drove|led|gave|took|ran|found|rose|fell|showed|kept|became|grew|spoke|swam|flew|went|began|saw)\b|\b\p{L}{2,}ed (?:the|an?|that|more|less|to)\b/iu;

/** A verb in the present, by which a sentence says what is so in general; a line without a verb says what there is. */
const GENERAL_VERBS =
  /\b(?:is|are|has|have|can|cannot|must|remains?|depends?|requires?|rel(?:y|ies)|allows?|enables?|offers?|underl(?:ie|ies)|carr(?:y|ies)|encodes?|converts?|navigates?|calls? for|produces?|responds?|learns?|guides?|changes?|shapes?|supports?|plays?|comes? in|begins?|asks?|represents?|poses?|makes?|controls?|drives?|regulates?|integrates?|develops?|solves?|overcomes?|closes?|helps?|governs?|matters?|varies|vary|involves?|arises?|contributes?|determines?|promises?|lets?|means?|needs?|knows?|think|shows?|gives?)\b/i;

/** A verb before its object: `adjust their turns`, `ask how`; no preposition. */
const WITH_OBJECT =
  /\b(?!(?:of|in|on|at|by|for|from|with|during|after|before|between|across|through|into|under|over|to|and|or|but|as|than|while|when|where|that|which|near|along|within|without|per|via|about)\b)\p{L}{3,} (?:the|an?|their|its|how|that|whether|what|his|her|it|them|many|most|some|all)\b/iu;

/** Words with which whole sentences begin and lines without a verb seldom do; and a label such as `Background.` */
const OPENS_A_SENTENCE =
  /^\s*(?:The|An?|In|While|When|Most|Many|How|What|Why|Each|Every|Despite|Although|Yet|But|Because|Since)\s|^\s*\p{L}+[.:]\s*$/u;

function isGeneral(sentence: string): boolean {
  return (
    GENERAL_VERBS.test(sentence) ||
    WITH_OBJECT.test(sentence) ||
    OPENS_A_SENTENCE.test(sentence) ||
    /\?\s*$/.test(sentence)
  );
}

/** The sentences of an abstract before the first that speaks of the data. */
function findOpening(prose: readonly ProseBlock[]): ReadonlySet<string> {
  const sentences = prose
    .filter(({ part }) => part === 'abstract')
    .flatMap(({ text }) => text.split('\n').flatMap(splitSentences));
  const end = sentences.findIndex(
    (sentence) =>
      OF_DATA.test(sentence) || PAST.test(sentence) || /\d{2}/.test(sentence) || !isGeneral(sentence),
  );
  // Without a sentence about the data there is nothing that the others lead up to.
  return new Set(sentences.slice(0, Math.max(0, end)).map((sentence) => sentence.trim()));
}

/** A line before a list that says that the files hold none of what follows. */
const NOT_HELD =
  /\b(?:(?:do(?:es)?|will|can) [*_]*not[*_]* (?:be )?(?:contain(?:ed)?|included?|hold|held|have|provided?|f[io]u?nd)|not (?:included|provided|contained|available|present|part of)|no(?:ne)? of the following|absent|missing|lacks?|without)\b[^.:]*:\s*$/i;

/** Blocks that list what the files do not hold. */
function findListsOfAbsent(prose: readonly ProseBlock[]): ReadonlySet<ProseBlock> {
  return new Set(
    prose.filter((block, at) => {
      const before = prose[at - 1];
      const isList = block.nodeTypes.has('list') && before?.part === block.part;
      return isList && NOT_HELD.test(before?.text ?? '');
    }),
  );
}

/** Checks of who, where and when, and of form: they hold of any sentence. */
const OF_ANY_SENTENCE = new Set([
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

/** Without the findings of content about sentences that say nothing of the data. */
export function dropBackground(
  findings: readonly Finding[],
  prose: readonly ProseBlock[],
  isOfContent: (check: string) => boolean,
): Finding[] {
  const opening = findOpening(prose);
  const absent = findListsOfAbsent(prose);
  return findings.filter(({ check, excerpt, location }) => {
    if (!isOfContent(check) || OF_ANY_SENTENCE.has(check)) return true;
    const block = prose.find(({ part, index }) => part === location.part && index === location.index);
    if (block === undefined) return true;
    if (absent.has(block)) return false;
    const sentence = block.text
      .split('\n')
      .flatMap(splitSentences)
      .find((each) => each.includes(excerpt));
    return sentence === undefined || block.part !== 'abstract' || !opening.has(sentence.trim());
  });
}
