/**
 * Where in the facts a summary's keywords and numbers stand, for provenance: a reader can follow each back to
 * the metadata or to a header. Pure.
 */
import { isObject } from '../json-value.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { normalize } from './evidence.ts';
import { buildProse } from './prose.ts';
import type { ReplyParts } from './reply-parts.ts';

/** One keyword or number, and where it stands. */
export interface Ground {
  /** As the summary has it. */
  readonly text: string;
  /** Places in the facts, as dotted paths such as `dandiset.keywords.2`; empty where it follows from several, or from none. */
  readonly in: readonly string[];
}

/** Most places told of one keyword or number. */
const MAX_PLACES = 3;
/** Most numbers told of one summary. */
const MAX_NUMBERS = 200;

/** The grounds of a summary's keywords and of the numbers in its prose. */
export function buildGrounds(
  parts: ReplyParts,
  facts: DandisetFacts,
): { keywords: Ground[]; numbers: Ground[] } {
  const leaves = [...readLeaves(facts, '')];
  const prose = buildProse(parts).filter(({ part }) => part !== 'keywords');
  const written = prose.flatMap(
    ({ text }) =>
      text.match(/(?<![\p{L}\p{N}_.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\p{L}\p{N}_.,-])\d+(?:\.\d+)?/gu) ??
      [],
  );
  return {
    keywords: parts.keywords.map((text) => {
      const word = normalize(text);
      return { text, in: findLocations(leaves, ({ text: said }) => said.includes(word)) };
    }),
    numbers: [...new Set(written)].slice(0, MAX_NUMBERS).map((text) => {
      const plain = text.replaceAll(',', '');
      const value = Number(plain);
      const pattern = new RegExp(
        `(?<![\\d.])(?:${plain.replace('.', '\\.')}|${text.replace('.', '\\.')})(?![\\d]|\\.\\d)`,
      );
      return {
        text,
        in: findLocations(leaves, ({ value: known, text: said }) => known === value || pattern.test(said)),
      };
    }),
  };
}

interface Leaf {
  readonly path: string;
  readonly text: string;
  readonly value?: number;
}

function findLocations(leaves: readonly Leaf[], isHere: (leaf: Leaf) => boolean): string[] {
  const places: string[] = [];
  for (const leaf of leaves) {
    if (!isHere(leaf)) continue;
    places.push(leaf.path);
    if (places.length === MAX_PLACES) break;
  }
  return places;
}

/** Every text and number of the facts with its path. Labels are internal and no ground. */
function* readLeaves(value: unknown, path: string): Generator<Leaf> {
  if (typeof value === 'string') yield { path, text: normalize(value) };
  if (typeof value === 'number') yield { path, text: '', value };
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'label') yield* readLeaves(inner, path ? `${path}.${key}` : key);
  }
}
