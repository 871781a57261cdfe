/** Slots such as `{F12.subjects}` of a written sentence, filled by what the facts say. Pure. */
import type { Fact } from '../facts/list/fact.ts';
import { flattenText } from '../model/plain-text.ts';
import { findOwn } from '../own-entry.ts';

/** A sentence with its slots filled. */
export interface Filled {
  readonly text: string;
  /** Facts whose slots it uses, which it is based on whether it says so or not. */
  readonly used: readonly string[];
  /** Slots that no fact has, as they were written. */
  readonly unknown: readonly string[];
  /** What its slots were filled with. */
  readonly values: readonly string[];
}

const SLOT = /\{\s*([A-Za-z]+\d+)\s*(?:[.:]\s*([\w-]+)\s*)?\}/g;
/** Ids that a model puts behind a sentence, though there is a field for them. */
const CITED = /\s*[([]\s*(?:facts?:?\s*)?F\d+(?:\s*(?:,|;|and|to|-|–)\s*F\d+)*\s*[)\]]/gi;
/** Longest sentence, in characters. */
const MAX_CHARACTERS = 1_200;

/**
 * A text in markdown with its slots filled and its cited ids taken away; a slot that no fact has stays as it was written.
 */
export function fillMarkdown(markdown: string, facts: ReadonlyMap<string, Fact>): string {
  return markdown
    .replace(SLOT, (written, id: string, name?: string) => findSlot(facts, id, name) ?? written)
    .replace(CITED, '');
}

function findSlot(
  facts: ReadonlyMap<string, Fact>,
  id: string,
  name: string | undefined,
): string | undefined {
  return name === undefined ? undefined : findOwn(facts.get(id)?.slots ?? {}, name);
}

/** What a text says once its slots are filled. Its line ends, controls and cited ids are taken away. */
export function fillSlots(text: string, facts: ReadonlyMap<string, Fact>): Filled {
  const used: string[] = [];
  const values: string[] = [];
  const unknown: string[] = [];
  const filled = text.slice(0, 4 * MAX_CHARACTERS).replace(SLOT, (written, id: string, name?: string) => {
    const value = findSlot(facts, id, name);
    if (value === undefined) {
      unknown.push(written);
      return written;
    }
    used.push(id);
    values.push(value);
    return value;
  });
  return {
    text: flattenText(filled.replace(CITED, ''), MAX_CHARACTERS),
    used: [...new Set(used)],
    unknown,
    values,
  };
}
