/** The markdown of a structured reply: its sentences in the canonical parts, claims and inferences marked in words. Pure. */
import type { BlockContent } from 'mdast';
import { PART_HEADINGS } from '../model/headings.ts';
import type { SupportedSentence } from '../model/language-model.ts';
import { heading, list, type Prose, paragraph, serialize } from '../model/page-tree.ts';
import type { WrittenSentence } from '../prompt/structured-schema.ts';
import { ATTRIBUTED, HEDGED } from './check-sentence.ts';
import { isPlainOpener } from './plain-openers.ts';

/** A sentence that is based on its facts. */
export interface SoundSentence extends SupportedSentence {
  readonly starts: WrittenSentence['starts'];
}

/** A page and its sentences as they are in it. */
export interface Page {
  readonly text: string;
  readonly sentences: readonly SupportedSentence[];
}

/** The page of sound sentences; a part without any is left out, and the checks tell. */
export function buildPage(sentences: readonly SoundSentence[], keywords: readonly string[]): Page {
  const abstract = splitAbstract(group(mark(sentences.filter(({ part }) => part === 'abstract'))));
  const data = group(mark(sentences.filter(({ part }) => part === 'description')));
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

/** Sentences with the words that say whose they are, where they do not say it themselves: a claim's once a run. */
function mark(sentences: readonly SoundSentence[]): SoundSentence[] {
  let isAttributed = false;
  return sentences.map((sentence) => {
    const { kind, text, starts } = sentence;
    if (kind === 'inference')
      return HEDGED.test(text) ? sentence : { ...sentence, text: prefix('This suggests that', text) };
    if (kind !== 'claim') {
      isAttributed = false;
      return sentence;
    }
    const goesOn = isAttributed && starts === 'continues';
    isAttributed = true;
    return goesOn || ATTRIBUTED.test(text)
      ? sentence
      : { ...sentence, text: prefix('According to its owners,', text) };
  });
}

/** `words` before a sentence, whose first word loses the capital that its place gave it. */
function prefix(words: string, text: string): string {
  const first = /^\p{L}+/u.exec(text)?.[0] ?? '';
  const isPlain = /^\p{Lu}\p{Ll}*$/u.test(first) && isPlainOpener(first) && first !== 'I';
  return isPlain
    ? `${words} ${first.toLowerCase()}${text.slice(first.length)}`
    : `${words.replace(/,$/, '').replace(/ that$/, '')}: ${text}`;
}

/** Paragraphs, and each item by itself. */
function group(sentences: readonly SoundSentence[]): SoundSentence[][] {
  const groups: SoundSentence[][] = [];
  for (const sentence of sentences) {
    const last = groups.at(-1);
    const isOwn = sentence.starts !== 'continues' || last === undefined || last[0]?.starts === 'item';
    // What follows an item without being one opens a paragraph.
    if (isOwn) groups.push([sentence]);
    else last.push(sentence);
  }
  return groups;
}

/** Sentences of one paragraph from which on an abstract is two. */
const TWO_FROM = 4;
const MOST_PARAGRAPHS = 3;

/** An abstract of two or three paragraphs: one long one is splitText, and more than three are joined. Items are sentences there. */
function splitAbstract(groups: readonly SoundSentence[][]): SoundSentence[][] {
  const flat = groups.map((sentences) =>
    sentences.map((each) => ({ ...each, starts: 'continues' as const })),
  );
  const isItems = groups.some(([first]) => first?.starts === 'item');
  const paragraphs = isItems || flat.length > MOST_PARAGRAPHS ? join(flat) : flat;
  const [only] = paragraphs;
  if (paragraphs.length !== 1 || only === undefined || only.length < TWO_FROM) return paragraphs;
  const half = Math.ceil(only.length / 2);
  return [only.slice(0, half), only.slice(half)];
}

/** As many paragraphs of about the same number of sentences as an abstract may have. */
function join(groups: readonly SoundSentence[][]): SoundSentence[][] {
  const all = groups.flat();
  const size = Math.ceil(all.length / MOST_PARAGRAPHS);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );
}

function writeBlocks(groups: readonly SoundSentence[][]): BlockContent[] {
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

function writeParagraph(sentences: readonly SoundSentence[]): BlockContent {
  return paragraph(...writeProse(sentences));
}

function writeProse(sentences: readonly SoundSentence[]): Prose[] {
  return sentences.flatMap(({ text }, at) => (at === 0 ? [text] : [' ', text]));
}
