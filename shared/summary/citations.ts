/**
 * Finds the keywords and numbers of a summary in the facts, for provenance: a reader can trace each to the metadata
 * or to a header. Pure.
 */
import { isObjectOrList } from '../json-value.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import { normalize } from './evidence.ts';
import type { ReplyParts } from './parsed-reply.ts';
import { buildProse } from './prose.ts';

/** One keyword or number, and where the facts contain it. */
export interface Citation {
  /** As the summary has it. */
  readonly text: string;
  /**
   * Dotted paths in the facts, such as `dandiset.keywords.2`; empty if it is derived from several facts or from none.
   */
  readonly sources: readonly string[];
}

/** Most sources reported per keyword or number. */
const MAX_SOURCES = 3;
/** Most numbers reported per summary. */
const MAX_NUMBERS = 200;

/** Builds the citations of a summary's keywords and of the numbers in its prose. */
export function buildCitations(
  parts: ReplyParts,
  facts: DandisetFacts,
): { keywords: Citation[]; numbers: Citation[] } {
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
      return { text, sources: findLocations(leaves, ({ text: said }) => said.includes(word)) };
    }),
    numbers: [...new Set(written)].slice(0, MAX_NUMBERS).map((text) => {
      const plain = text.replaceAll(',', '');
      const value = Number(plain);
      const pattern = new RegExp(
        `(?<![\\d.])(?:${plain.replace('.', '\\.')}|${text.replace('.', '\\.')})(?![\\d]|\\.\\d)`,
      );
      return {
        text,
        sources: findLocations(
          leaves,
          ({ value: known, text: said }) => known === value || pattern.test(said),
        ),
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
  const sources: string[] = [];
  for (const leaf of leaves) {
    if (!isHere(leaf)) continue;
    sources.push(leaf.path);
    if (sources.length === MAX_SOURCES) break;
  }
  return sources;
}

/** Yields every text and number of the facts with its path. Labels are internal, so they are no source. */
function* readLeaves(value: unknown, path: string): Generator<Leaf> {
  if (typeof value === 'string') yield { path, text: normalize(value) };
  if (typeof value === 'number') yield { path, text: '', value };
  if (!isObjectOrList(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'label') yield* readLeaves(inner, path ? `${path}.${key}` : key);
  }
}
