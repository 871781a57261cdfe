/**
 * Builds the markdown of a structured reply: sentences in the canonical parts, claims and inferences marked in words.
 * Pure.
 */
import type { BlockContent } from 'mdast';
import { PART_HEADINGS } from '../model/headings.ts';
import type { SupportedSentence } from '../model/language-model.ts';
import { heading, list, type Prose, paragraph, serialize } from '../model/page-tree.ts';
import { listSentences } from '../model/plain-text.ts';
import type { WrittenSentence } from '../prompt/structured-schema.ts';
import { ATTRIBUTED, HEDGED } from './check-sentence.ts';
import { isPlainOpener } from './plain-openers.ts';

/** A sentence that its facts support. */
export interface AcceptedSentence extends SupportedSentence {
  readonly starts: WrittenSentence['starts'];
  /** Whether a claim also states counts of the files, so that it is not attributed to the owners alone. */
  readonly isCounted?: boolean;
}

/** A page, and its sentences as they appear in it. */
export interface Page {
  readonly text: string;
  readonly sentences: readonly SupportedSentence[];
}

/** Builds the page from accepted sentences. A part without sentences is left out; the checks report it. */
export function buildPage(sentences: readonly AcceptedSentence[], keywords: readonly string[]): Page {
  const abstract = splitAbstract(
    groupSentences(markKinds(sentences.filter(({ part }) => part === 'abstract'))),
  );
  const data = groupSentences(markKinds(sentences.filter(({ part }) => part === 'description')));
  const blocks: BlockContent[] = [
    ...(abstract.length === 0 ? [] : [heading(2, PART_HEADINGS.abstract), ...abstract.map(writeParagraph)]),
    ...(data.length === 0 ? [] : [heading(2, PART_HEADINGS.description), ...writeBlocks(data)]),
    ...(keywords.length === 0
      ? []
      : [heading(2, PART_HEADINGS.keywords), list(keywords.map((keyword) => [keyword]))]),
  ];
  return {
    text: serialize(blocks),
    sentences: [...abstract, ...data]
      .flat()
      .map(({ part, text, facts, kind }) => ({ part, text, facts, kind })),
  };
}

/**
 * Adds an attribution to claims and a hedge to inferences, unless they have one; once for a run of claims, across
 * paragraphs too, and for a list item, which is read alone. A claim with counts is only attributed where nothing before
 * it names the owners.
 */
function markKinds(sentences: readonly AcceptedSentence[]): AcceptedSentence[] {
  let isAttributed = false;
  let isNamed = false;
  return sentences.map((sentence) => {
    const { kind, text, starts, isCounted } = sentence;
    if (kind === 'inference')
      return HEDGED.test(text) ? sentence : { ...sentence, text: addPrefix('This suggests that', text) };
    if (kind !== 'claim') {
      isAttributed = false;
      return sentence;
    }
    const goesOn = isAttributed && starts !== 'item';
    const isRepeated = isNamed;
    isAttributed = true;
    isNamed = true;
    if (goesOn || ATTRIBUTED.test(text) || (isCounted && isRepeated)) return sentence;
    const who = isCounted ? 'according to its files and owners' : 'according to its owners';
    return { ...sentence, text: addAttribution(text, who) };
  });
}

/**
 * Adds who says so at the end of the first sentence, where it does not keep the reader from what was done; at its
 * beginning if it does not end in a full stop alone.
 */
function addAttribution(text: string, who: string): string {
  const first = (listSentences(text)[0] ?? '').trim();
  return /[^.]\.$/.test(first) && text.startsWith(first)
    ? `${first.slice(0, -1)}, ${who}.${text.slice(first.length)}`
    : addPrefix(`${who[0]!.toUpperCase()}${who.slice(1)},`, text);
}

/** Puts `words` before a sentence, and lowercases its first word if that is an ordinary word. */
function addPrefix(words: string, text: string): string {
  const first = /^\p{L}+/u.exec(text)?.[0] ?? '';
  const isPlain = /^\p{Lu}\p{Ll}*$/u.test(first) && isPlainOpener(first) && first !== 'I';
  return isPlain
    ? `${words} ${first.toLowerCase()}${text.slice(first.length)}`
    : `${words.replace(/,$/, '').replace(/ that$/, '')}: ${text}`;
}

/** Groups sentences into paragraphs; each list item is a group of its own. */
function groupSentences(sentences: readonly AcceptedSentence[]): AcceptedSentence[][] {
  const groups: AcceptedSentence[][] = [];
  for (const sentence of sentences) {
    const last = groups.at(-1);
    const isOwn = sentence.starts !== 'continues' || last === undefined || last[0]?.starts === 'item';
    // A sentence after an item that is no item itself opens a paragraph.
    if (isOwn) groups.push([sentence]);
    else last.push(sentence);
  }
  return groups;
}

/** Fewest sentences of an abstract that is split into two paragraphs. */
const TWO_FROM = 4;
const MOST_PARAGRAPHS = 3;

/** Splits an abstract into two or three paragraphs, or joins more than three. Items become sentences. */
function splitAbstract(groups: readonly AcceptedSentence[][]): AcceptedSentence[][] {
  const flat = groups.map((sentences) =>
    sentences.map((each) => ({ ...each, starts: 'continues' as const })),
  );
  const isItems = groups.some(([first]) => first?.starts === 'item');
  const paragraphs = isItems || flat.length > MOST_PARAGRAPHS ? rejoin(flat) : flat;
  const [only] = paragraphs;
  if (paragraphs.length !== 1 || only === undefined || only.length < TWO_FROM) return paragraphs;
  const half = Math.ceil(only.length / 2);
  return [only.slice(0, half), only.slice(half)];
}

/** Joins all sentences and splits them into `MOST_PARAGRAPHS` paragraphs of similar length. */
function rejoin(groups: readonly AcceptedSentence[][]): AcceptedSentence[][] {
  const all = groups.flat();
  const size = Math.ceil(all.length / MOST_PARAGRAPHS);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}

function writeBlocks(groups: readonly AcceptedSentence[][]): BlockContent[] {
  const blocks: BlockContent[] = [];
  let items: Prose[][] = [];
  const flush = () => {
    if (items.length > 0) blocks.push(list(items));
    items = [];
  };
  for (const sentences of groups) {
    if (sentences[0]?.starts === 'item') {
      items.push(writeProse(sentences));
      continue;
    }
    flush();
    blocks.push(writeParagraph(sentences));
  }
  flush();
  return blocks;
}

function writeParagraph(sentences: readonly AcceptedSentence[]): BlockContent {
  return paragraph(...writeProse(sentences));
}

function writeProse(sentences: readonly AcceptedSentence[]): Prose[] {
  return sentences.flatMap(({ text }, at) => (at === 0 ? [text] : [' ', text]));
}
