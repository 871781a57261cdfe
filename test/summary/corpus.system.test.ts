import { afterAll, describe, expect, it } from 'vitest';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import {
  findFactsAtHand,
  listLocations,
  listOwnersRegions,
} from '../../shared/model/deterministic-writer/facts-at-hand.ts';
import { DeterministicWriter } from '../../shared/model/deterministic-writer.ts';
import { buildSummary } from '../../shared/summary/build-summary.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { findRegions } from '../../shared/vocabulary/regions.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';
import { corpusDandisets } from '../corpus-archive.ts';
import { takeSample } from '../effort.ts';
import { buildCorpusPrompt } from './corpus-prompts.ts';

/** Dandisets with golden summaries that were proofread: one for each kind of data, small and large. */
const KEPT = [
  '000023',
  '000048',
  '000121',
  '000244',
  '000350',
  '000683',
  '000715',
  '000939',
  '001258',
  '001347',
];

/** The number of others that `npm test` runs. */
const OTHERS = 6;

function listDandisets(folder: string) {
  const all = corpusDandisets(folder);
  const others = new Set(
    takeSample(
      all.filter(({ id }) => !KEPT.includes(id)),
      OTHERS,
    ),
  );
  return all.filter((each) => KEPT.includes(each.id) || others.has(each));
}

const folder = corpusFolder();

describe.skipIf(folder === undefined)(
  `the deterministic writer on the corpus${folder ? '' : `: ${CORPUS_ABSENT}`}`,
  () => {
    const reader = new Hdf5HeaderReader();
    afterAll(() => reader.close());

    it.each(folder === undefined ? [] : listDandisets(folder))(
      '$id passes every check, with and without the prompt’s text',
      async (dandiset) => {
        const prompt = await buildCorpusPrompt(dandiset, reader, { isCounted: true });
        const writer = new DeterministicWriter();
        const { text, finish } = await writer.generate(prompt);
        const parsed = parseReply(text);
        for (const evidence of [
          buildEvidence({ facts: prompt.facts, promptText: prompt.text }),
          buildEvidence({ facts: prompt.facts }),
        ]) {
          expect(runChecks(parsed, evidence, { finish: finish.unified }).findings).toEqual([]);
        }
        // Licence and DOI are always reported; keywords are within limits, with a region if a source names one.
        const description = parsed.parts.description.join('\n');
        expect(description).toMatch(/The licence is |The metadata state no licence/);
        expect(description).toMatch(/The DOI of this version is |This version has no DOI|Cite as DANDI:/);
        const { keywords } = parsed.parts;
        expect(keywords.length).toBeLessThanOrEqual(10);
        expect(keywords.filter((keyword) => /\b(?:nwb|hdf5|dandi)\b/i.test(keyword))).toEqual([]);
        const at = findFactsAtHand(prompt.facts)!;
        if (
          listLocations(at).some(({ name }) => findRegions(name).length > 0) ||
          listOwnersRegions(at).length > 0
        )
          expect(
            keywords.some((keyword) => findRegions(keyword).length > 0),
            keywords.join(),
          ).toBe(true);
        const markdown = buildSummary(parsed.parts, {
          dandiset: prompt.facts.dandiset,
          model: { id: writer.modelId, isLanguageModel: false },
          coverage: prompt.facts.coverage,
          generatedAt: '2026-11-22T00:00:00.000Z',
        });
        expect(parseReply(markdown).parts).toEqual(parsed.parts);
        if (KEPT.includes(dandiset.id))
          await expect(markdown).toMatchFileSnapshot(`golden/corpus/${dandiset.id}.md`);
      },
      120_000,
    );
  },
);
