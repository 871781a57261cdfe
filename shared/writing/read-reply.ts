/**
 * Reads a structured reply as models send it in practice: finds the JSON object in surrounding text, or salvages the
 * complete sentences of a broken one. Pure.
 */

import * as z from 'zod/mini';
import { isObjectOrList } from '../json-value.ts';
import { WrittenCorrection, type WrittenKeyword, WrittenSentence } from '../prompt/structured-schema.ts';
import { findReplyText } from '../summary/thinking.ts';

/** The contents of a reply. */
export interface ReadReply {
  readonly abstract: readonly WrittenSentence[];
  readonly data: readonly WrittenSentence[];
  readonly keywords: readonly WrittenKeyword[];
  readonly corrections: readonly WrittenCorrection[];
  /** `whole`; `salvaged` from truncated or invalid JSON; `none` if nothing could be read. */
  readonly form: 'whole' | 'salvaged' | 'none';
}

/** Most characters of a reply that are read: far more than a summary needs. */
const MAX_CHARACTERS = 400_000;
/** Most sentences per list that are read: far more than a summary has. */
const MAX_SENTENCES = 200;

/** Reads a reply. Never throws: a reply in another form gives `none`. */
export function readReply(text: string): ReadReply {
  const answer = findReplyText(text).text.slice(0, MAX_CHARACTERS);
  for (const candidate of findObjects(answer)) {
    const whole = parseObject(candidate);
    if (whole !== undefined) return whole;
  }
  return salvage(answer);
}

/**
 * Candidates for the JSON object: the whole text, the contents of fences, and the text from the first brace to the
 * last.
 */
function findObjects(text: string): string[] {
  const fenced = [...text.matchAll(/```[\w-]*[ \t]*\r?\n([\s\S]*?)\r?\n[ \t]*```/g)].map(
    ([, inner]) => inner!,
  );
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
  return [text, ...fenced.reverse(), ...(from >= 0 && to > from ? [text.slice(from, to + 1)] : [])];
}

function parseObject(text: string): ReadReply | undefined {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObjectOrList(object)) return undefined;
  const fields = object as Record<string, unknown>;
  // Some models wrap the object in another one.
  const inner = fields.summary ?? fields.response ?? fields.answer;
  const own =
    'abstract' in fields || 'corrections' in fields || typeof inner !== 'object'
      ? fields
      : (inner as typeof fields);
  const read = {
    abstract: readList(own.abstract, readSentence),
    data: readList(own.data ?? own.description, readSentence),
    keywords: readList(own.keywords, readKeyword),
    corrections: readList(own.corrections, readCorrection),
  };
  const count = Object.values(read).flat().length;
  return count === 0 ? undefined : { ...read, form: 'whole' };
}

function readList<T>(value: unknown, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(value)) return [];
  return value
    .flat()
    .slice(0, MAX_SENTENCES)
    .flatMap((item) => {
      const found = read(item);
      return found === undefined ? [] : [found];
    });
}

/** A missing or invalid field gets the default that claims least: no facts, kind `fact`, the same paragraph. */
const LooseSentence = z.object({
  text: z.string(),
  facts: z._default(z.catch(z.array(z.string()), []), []),
  starts: z._default(z.catch(WrittenSentence.shape.starts, 'continues'), 'continues'),
  kind: z._default(z.catch(WrittenSentence.shape.kind, 'fact'), 'fact'),
});
const LooseKeyword = z.object({ text: z.string(), facts: z._default(z.catch(z.array(z.string()), []), []) });
const LooseCorrection = z.object({
  refused: z.string(),
  text: z.string(),
  facts: z._default(z.catch(z.array(z.string()), []), []),
  kind: z._default(z.catch(WrittenCorrection.shape.kind, 'fact'), 'fact'),
});

function readSentence(item: unknown): WrittenSentence | undefined {
  // A plain string cites no facts, and is refused for that.
  if (typeof item === 'string') return { starts: 'continues', text: item, facts: [], kind: 'fact' };
  const read = LooseSentence.safeParse(item);
  return read.success ? read.data : undefined;
}

function readKeyword(item: unknown): WrittenKeyword | undefined {
  if (typeof item === 'string') return { text: item, facts: [] };
  const read = LooseKeyword.safeParse(item);
  return read.success ? read.data : undefined;
}

function readCorrection(item: unknown): WrittenCorrection | undefined {
  const read = LooseCorrection.safeParse(item);
  return read.success ? read.data : undefined;
}

/** The beginnings of lists in a broken text, and the complete objects in them, which have no inner braces. */
const LISTS = /"(abstract|data|description|keywords|corrections)"\s*:\s*\[/g;
const OBJECT = /\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}/g;

function salvage(text: string): ReadReply {
  const found: Record<'abstract' | 'data' | 'keywords' | 'corrections', unknown[]> = {
    abstract: [],
    data: [],
    keywords: [],
    corrections: [],
  };
  const opens = [...text.matchAll(LISTS)];
  for (const [at, open] of opens.entries()) {
    const until = opens[at + 1]?.index ?? text.length;
    const name = open[1] === 'description' ? 'data' : (open[1] as keyof typeof found);
    const list = text.slice(open.index + open[0].length, until);
    for (const [json] of list.matchAll(OBJECT)) found[name].push(parseLoose(json));
  }
  const read = {
    abstract: readList(found.abstract, readSentence),
    data: readList(found.data, readSentence),
    keywords: readList(found.keywords, readKeyword),
    corrections: readList(found.corrections, readCorrection),
  };
  return { ...read, form: Object.values(read).flat().length === 0 ? 'none' : 'salvaged' };
}

function parseLoose(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
