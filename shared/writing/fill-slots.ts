/** Fills slots such as `{F12.subjects}` in a written sentence with values of the facts. Pure. */
import type { Fact } from '../facts/list/fact.ts';
import { flattenText } from '../model/plain-text.ts';
import { findOwn } from '../own-entry.ts';

/** A sentence with its slots filled. */
export interface Filled {
  readonly text: string;
  /** Ids of facts whose slots it uses; it is based on them even if it does not cite them. */
  readonly used: readonly string[];
  /** Slots that no fact has, as written. */
  readonly unknown: readonly string[];
  /** The values of its slots. */
  readonly values: readonly string[];
}

const SLOT = /\{\s*([A-Za-z]+\d+)\s*(?:[.:]\s*([\w-]+)\s*)?\}/g;
/** Ids that a model puts after a sentence, although there is a field for them. */
const CITED = /\s*[([]\s*(?:facts?:?\s*)?F\d+(?:\s*(?:,|;|and|to|-|–)\s*F\d+)*\s*[)\]]/gi;
/** Longest sentence, in characters. */
const MAX_CHARACTERS = 1_200;

/**
 * Fills the slots of a markdown text and removes cited ids. A slot that no fact has is left as written.
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

/** Fills the slots of a sentence, and removes line breaks, control characters and cited ids. */
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
