/** An archive's worth of Dandisets for the measuring of the search index, from the texts of a few dozen. Pure. */
import type { SearchDocument } from '../../shared/search/search-document.ts';

/**
 * So many documents: each takes its sentences from several of the samples, and a tenth of its words are of its own, as
 * names, ids and findings are in real ones. The same every time.
 */
export function buildArchiveDocuments(samples: readonly SearchDocument[], count: number): SearchDocument[] {
  const random = seededRandom(1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const rich = samples.filter(({ summary }) => summary.length > 500);
  const own = (text: string): string =>
    text.replace(/\p{L}{4,}/gu, (word) =>
      random() < 0.1 ? `${word.slice(0, 4)}${Math.floor(random() * 4000).toString(36)}` : word,
    );
  const mixTexts = (part: 'summary' | 'description'): string => {
    const sentences = Array.from({ length: 12 }, () => pick(pick(rich)[part].split(/(?<=\.) /)));
    return own(sentences.join(' '));
  };
  return Array.from({ length: count }, (_, at) => {
    const base = pick(rich);
    return {
      ...base,
      id: String(at + 1).padStart(6, '0'),
      title: own(pick(samples).title),
      summary: mixTexts('summary'),
      description: mixTexts('description'),
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
