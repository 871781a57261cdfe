/**
 * Generates as many Dandisets as an archive has from the texts of a few dozen, to measure the search index.
 * Pure.
 */
import type { SearchDocument } from '../../shared/search/search-document.ts';

/** Characters of a typical summary by a language model, and of an owners' description with its references. */
const SUMMARY = 2_400;
const DESCRIPTION = 1_600;
/** A tenth of the words occur in only one Dandiset, such as names, ids and findings. */
const OWN_WORDS = 0.1;

/**
 * Generates this many documents, the same every time. Their texts are single words and pairs of consecutive
 * words from the samples: whole sentences would recur, and compress to a sixth of the size of real prose.
 * These texts compress to 0.3 of their length, as the samples' own prose does.
 */
export function buildArchiveDocuments(samples: readonly SearchDocument[], count: number): SearchDocument[] {
  const random = seededRandom(1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const rich = samples.filter(({ summary }) => summary.length > 500);
  const words = samples.flatMap(({ summary, description }) => `${summary} ${description}`.split(/\s+/));
  const own = (text: string): string =>
    text.replace(/\p{L}{4,}/gu, (word) =>
      random() < OWN_WORDS ? `${word.slice(0, 4)}${Math.floor(random() * 4000).toString(36)}` : word,
    );
  const mixWords = (length: number): string => {
    let text = '';
    while (text.length < length) {
      const at = Math.floor(random() * words.length);
      text += ` ${own(words.slice(at, at + (random() < 0.5 ? 1 : 2)).join(' '))}`;
    }
    return text.trim();
  };
  return Array.from({ length: count }, (_, at) => {
    const base = pick(rich);
    return {
      ...base,
      id: String(at + 1).padStart(6, '0'),
      title: own(pick(samples).title),
      summary: mixWords(SUMMARY),
      description: mixWords(DESCRIPTION),
      names: base.names.map(own),
      contributors: base.contributors.map(own),
    };
  });
}

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
