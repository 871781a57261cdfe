/** Slots such as `{F12.subjects}` of a written sentence, filled by what the facts say. Pure. */
import type { Fact } from '../facts/list/fact.ts';
import { flattenText } from '../model/writer/plain-text.ts';

/** A sentence with its slots filled. */
export interface Filled {
  readonly text: string;
  /** Facts whose slots it uses, which it stands on whether it says so or not. */
  readonly used: readonly string[];
  /** Slots that no fact has, as they were written. */
  readonly unknown: readonly string[];
}

const SLOT = /\{\s*([A-Za-z]+\d+)\s*(?:[.:]\s*([\w-]+)\s*)?\}/g;
/** Ids that a model puts behind a sentence, though there is a field for them. */
const CITED = /\s*[([]\s*(?:facts?:?\s*)?F\d+(?:\s*(?:,|;|and|to|-|–)\s*F\d+)*\s*[)\]]/gi;
/** Longest sentence, in characters. */
const MAX_CHARACTERS = 1_200;

/** What a text says once its slots are filled. Its line ends, controls and cited ids are taken away. */
export function fillSlots(text: string, facts: ReadonlyMap<string, Fact>): Filled {
  const used: string[] = [];
  const unknown: string[] = [];
  const filled = text.slice(0, 4 * MAX_CHARACTERS).replace(SLOT, (written, id: string, name?: string) => {
    const slots = facts.get(id)?.slots ?? {};
    const value = name !== undefined && Object.hasOwn(slots, name) ? slots[name] : undefined;
    if (value === undefined) {
      unknown.push(written);
      return written;
    }
    used.push(id);
    return value;
  });
  return { text: flattenText(filled.replace(CITED, ''), MAX_CHARACTERS), used: [...new Set(used)], unknown };
}
