/**
 * The requirements for the deterministic writer's pages over the whole corpus: its Dandisets, the records of its
 * manifests, and the sample. Counted over all pages, to detect a change that improves one page and spoils another.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPromptText, load, readHeaders } from '../../bench/questions.ts';
import { Hdf5HeaderReader } from '../../shared/hdf5/hdf5-header-reader.ts';
import { DeterministicWriter } from '../../shared/model/deterministic-writer.ts';
import { buildDigest } from '../../shared/pipeline/header-digest.ts';
import type { Prompt } from '../../shared/prompt/prompt.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';
import { findRegionMentions, findRegions } from '../../shared/vocabulary/regions.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';

interface Page {
  readonly name: string;
  readonly facts: Prompt['facts'];
  readonly abstract: string;
  readonly data: string;
  readonly keywords: readonly string[];
  readonly findings: readonly string[];
}

/** Regions that mean no more than the whole brain. */
const GENERAL = new Set(['NS', 'root', 'grey', 'CH']);

/** Whether any fact names a region unambiguously; acronyms alone often mean other things. */
function isRegionNamed({ facts }: Page): boolean {
  return (facts.list ?? []).some(({ text }) =>
    findRegionMentions(text).some(
      ({ term, written }) => !GENERAL.has(term.id) && !/^[A-Z]{2,4}$/.test(written),
    ),
  );
}

/** The writer's own words, without quotations and code type. */
function listOwnWords({ abstract, data }: Page): string {
  return `${abstract}\n${data}`.replace(/“[^”]*”/g, '“”').replace(/`[^`]*`/g, '``');
}

/** The sentences and list items of a page. */
function listSentences({ abstract, data }: Page): string[] {
  return `${abstract}\n${data}`
    .split(/(?<=[.!?])\s+|\n/)
    .map((sentence) => sentence.trim())
    .filter(({ length }) => length > 25);
}

function findMedian(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function name(pages: readonly Page[]): string[] {
  return pages.map((page) => page.name);
}

const folder = corpusFolder();

describe.skipIf(folder === undefined)(
  `pages of everything in the corpus${folder ? '' : `: ${CORPUS_ABSENT}`}`,
  () => {
    const reader = new Hdf5HeaderReader({ engine: 'auto' });
    const pages: Page[] = [];

    beforeAll(async () => {
      const writer = new DeterministicWriter();
      for (const loaded of load([])) {
        const headers = await readHeaders(loaded, reader);
        const digests = new Map([...headers].map(([source, header]) => [source, buildDigest(header)]));
        const nwb = loaded.files.filter(({ path }) => path.endsWith('.nwb')).length;
        const { facts } = buildPromptText(loaded, headers, digests, 'rich', nwb).prompt;
        const { text } = await writer.generate({ facts } as Prompt);
        const parsed = parseReply(text);
        const { findings } = runChecks(parsed, buildEvidence({ facts }), { finish: 'stop' });
        pages.push({
          name: loaded.name,
          facts,
          abstract: parsed.parts.abstract.join('\n'),
          data: parsed.parts.description.join('\n'),
          keywords: parsed.parts.keywords,
          findings: findings.map(({ check, message }) => `${check}: ${message}`),
        });
      }
    }, 240_000);
    afterAll(() => reader.close());

    it('are numerous', () => {
      expect(pages.length).toBeGreaterThanOrEqual(57);
    });

    it('pass every check', () => {
      expect(pages.flatMap((page) => page.findings.map((finding) => `${page.name}: ${finding}`))).toEqual([]);
    });

    it('name licence, DOI and how to cite, always', () => {
      const lacking = pages.filter(
        ({ data }) =>
          !/The licence is |The metadata state no licence/.test(data) ||
          !/The DOI of this version is |This version has no DOI|Cite as DANDI:/.test(data) ||
          !/Cite as: |cite as DANDI:/.test(data),
      );
      expect(name(lacking)).toEqual([]);
    });

    it('have a region among their keywords if any fact names one', () => {
      const named = pages.filter(isRegionNamed);
      expect(named.length).toBeGreaterThanOrEqual(40);
      const lacking = named.filter(({ keywords }) => !keywords.some((each) => findRegions(each).length > 0));
      expect(name(lacking)).toEqual([]);
    });

    it('have ten keywords if the facts support ten, and none that is a format, a session or a person', () => {
      const numbers = pages.map(({ keywords }) => keywords.length);
      expect(findMedian(numbers)).toBeGreaterThanOrEqual(9);
      expect(numbers.filter((number) => number === 10).length).toBeGreaterThanOrEqual(pages.length * 0.4);
      expect(Math.max(...numbers)).toBeLessThanOrEqual(10);
      // A file without data, a version without files, and one with unnamed images support only three.
      expect(numbers.filter((number) => number < 3).length).toBeLessThanOrEqual(4);
      const wrong = pages.flatMap(({ keywords, facts }) =>
        keywords.filter(
          (keyword) =>
            /\b(?:nwb|hdf5|zarr|bids|dandi)\b|\d{6}|\bses(?:sion)?[-_ ]?\d/i.test(keyword) ||
            facts.dandiset.contributors.some((person) => person.name.toLowerCase() === keyword.toLowerCase()),
        ),
      );
      expect(wrong).toEqual([]);
    });

    it('have each keyword once', () => {
      const twice = pages.filter(
        ({ keywords }) => new Set(keywords.map((each) => each.toLowerCase())).size < keywords.length,
      );
      expect(name(twice)).toEqual([]);
    });

    it('repeat nothing: no sentence, no doubled word, no title', () => {
      const repeated = pages.flatMap((page) => {
        const sentences = listSentences(page);
        const title = page.facts.dandiset.name;
        return [
          ...sentences.filter((sentence, at) => sentences.indexOf(sentence) !== at),
          ...(listOwnWords(page).match(/\b(\p{L}{2,}) \1\b/gu) ?? []),
          ...(title.length > 25 && page.abstract.includes(title) ? [title] : []),
        ].map((found) => `${page.name}: ${found}`);
      });
      expect(repeated).toEqual([]);
    });

    it('use singular and plural correctly', () => {
      const wrong = pages.flatMap((page) =>
        (
          listOwnWords(page).match(
            /(?<![\d.,])\b(?:1|one) (?:files|subjects|sessions|units|contacts|rows|trials)\b|\bthe files (?:names|gives|says|has)\b|\bthe file (?:name|give|say|have)\b/gi,
          ) ?? []
        ).map((found) => `${page.name}: ${found}`),
      );
      expect(wrong).toEqual([]);
      // A single file is never mentioned in the plural.
      const single = pages.filter(
        (page) =>
          page.facts.coverage.read === 1 && /\bthe files (?:name|give|say)\b/i.test(listOwnWords(page)),
      );
      expect(name(single)).toEqual([]);
    });

    it('quote whole sentences, and none that depends on text that is not quoted', () => {
      const quotes = pages.flatMap((page) =>
        [...`${page.abstract}\n${page.data}`.matchAll(/“([^”]*)”/g)].map(([, quote = '']) => ({
          name: page.name,
          quote,
        })),
      );
      expect(quotes.length).toBeGreaterThan(100);
      const broken = quotes.filter(({ quote }) =>
        /…$|\b(?:as|described|shown) (?:above|below)\b|\bthese hypotheses\b|\bthis problem\b|\bfig(?:ure|\.) ?\d/i.test(
          quote,
        ),
      );
      expect(broken).toEqual([]);
    });

    it('never replace one or two names by a count', () => {
      const hidden = pages.flatMap((page) =>
        (listOwnWords(page).match(/\band (?:1|2|one|two) more\b[^.;]*/g) ?? []).map(
          (found) => `${page.name}: ${found}`,
        ),
      );
      expect(hidden).toEqual([]);
    });

    it('are not padded', () => {
      const padding =
        /generally serve|can be (?:used|useful)|valuable|comprehensive(?! morpho)|the device (?:Microscope|Camera|Device)\b|say otherwise/i;
      expect(name(pages.filter((page) => padding.test(listOwnWords(page))))).toEqual([]);
    });
  },
);
