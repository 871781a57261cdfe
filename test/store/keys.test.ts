import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../shared/errors.ts';
import {
  catalogKey,
  catalogPartKey,
  dandisetPrefixes,
  draftsKey,
  failureKey,
  failurePrefix,
  findContentType,
  headerDigestKey,
  headerKey,
  keptKey,
  latestKey,
  mapResultPrefix,
  PUBLICATION_DOCUMENTS,
  parseDandisetKey,
  parsePublicationKey,
  parseSummaryKey,
  publicationBaselineKey,
  publicationKey,
  RUN_DOCUMENTS,
  requireKey,
  runDocumentKey,
  runPrefix,
  type SummaryDocument,
  SWEEP_DOCUMENTS,
  summaryKeys,
  summaryPrefix,
  sweepDocumentKey,
  sweepReportKey,
  sweepResultPrefix,
} from '../../shared/store/keys.ts';

const hex = (minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength, maxLength });
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const ids = digits(6);
const versions = fc.oneof(
  fc.constant('draft'),
  fc.tuple(digits(6), digits(4)).map(([day, minute]) => `0.${day}.${minute}`),
);
const uuids = fc.uuid();
const contentIds = fc.oneof(
  uuids,
  fc.tuple(hex(32), fc.nat(), fc.nat()).map(([md5, files, bytes]) => `${md5}-${files}--${bytes}`),
);
const sweepIds = fc
  .tuple(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), fc.uuid())
  .map(([date, name]) => `${date.toISOString().slice(0, 19).replaceAll(':', '').toLowerCase()}-${name}`);
const runs = fc.record({ dandisetId: ids, version: versions, inputHash: hex(16, 64) });

/** Any key that the module makes, with what it was made from. */
const made = fc.oneof(
  contentIds.map((id) => [['header', id], headerKey(id)] as const),
  contentIds.map((id) => [['digest', id], headerDigestKey(id)] as const),
  fc
    .tuple(runs, fc.constantFrom(...RUN_DOCUMENTS))
    .map(([run, name]) => [['run', run, name], runDocumentKey(run, name)] as const),
  runs.map((run) => [['map', run], mapResultPrefix(run)] as const),
  fc
    .tuple(ids, versions, fc.constantFrom<SummaryDocument>('markdown', 'prompt', 'provenance'))
    .map(([id, version, part]) => [['summary', id, version, part], summaryKeys(id, version)[part]] as const),
  fc
    .tuple(ids, versions, hex(64))
    .map(([id, version, hash]) => [['kept', id, version, hash], keptKey(id, version, hash)] as const),
  ids.map((id) => [['latest', id], latestKey(id)] as const),
  uuids.map((part) => [['part', part], catalogPartKey(part)] as const),
  fc.constant([['catalog'], catalogKey()] as const),
  fc.constant([['drafts'], draftsKey()] as const),
  fc.constant([['baseline'], publicationBaselineKey()] as const),
  fc
    .tuple(fc.constantFrom(...PUBLICATION_DOCUMENTS), ids, versions)
    .map(
      ([document, id, version]) =>
        [['publication', document, id, version], publicationKey(document, id, version)] as const,
    ),
  fc
    .tuple(ids, versions, hex(64))
    .map(
      ([id, version, input]) => [['failure', id, version, input], failureKey(id, version, input)] as const,
    ),
  fc
    .tuple(sweepIds, fc.constantFrom(...SWEEP_DOCUMENTS))
    .map(([sweep, name]) => [['sweep', sweep, name], sweepDocumentKey(sweep, name)] as const),
  sweepIds.map((sweep) => [['sweep results', sweep], sweepResultPrefix(sweep)] as const),
  sweepIds.map((sweep) => [['report', sweep], sweepReportKey(sweep)] as const),
);

describe('keys', () => {
  it('are the ones that the documentation states', () => {
    const run = { dandisetId: '000683', version: 'draft', inputHash: 'ab'.repeat(32) };
    expect(headerKey('0f0e0d0c-1234-4321-8888-0123456789ab')).toBe(
      'headers/0f0e0d0c-1234-4321-8888-0123456789ab.json',
    );
    expect(runPrefix('000683', 'draft', run.inputHash)).toBe(`runs/000683/draft/${run.inputHash}/`);
    expect(runDocumentKey(run, 'assets.jsonl')).toBe(`runs/000683/draft/${run.inputHash}/assets.jsonl`);
    expect(mapResultPrefix(run)).toBe(`runs/000683/draft/${run.inputHash}/map`);
    expect(summaryKeys('000683', '0.240101.1200')).toEqual({
      markdown: 'summaries/000683/0.240101.1200/summary.md',
      prompt: 'summaries/000683/0.240101.1200/summary_prompt.md',
      provenance: 'summaries/000683/0.240101.1200/summary.json',
    });
    expect(latestKey('000683')).toBe('summaries/000683/latest.json');
    expect(summaryPrefix()).toBe('summaries/');
    expect(summaryPrefix('000683')).toBe('summaries/000683/');
    expect(catalogKey()).toBe('catalog.json');
    expect(publicationKey('claims', '000683', '0.240101.1200')).toBe(
      'publications/claims/000683/0.240101.1200.json',
    );
    expect(failureKey('000683', 'draft', run.inputHash)).toBe(`failures/000683/draft/${run.inputHash}.json`);
    expect(failurePrefix()).toBe('failures/');
    expect(failurePrefix('000683')).toBe('failures/000683/');
    expect(sweepDocumentKey('2026-11-22t061500-one', 'due.jsonl')).toBe(
      'sweeps/2026-11-22t061500-one/due.jsonl',
    );
    expect(sweepReportKey('2026-11-22t061500-one')).toBe('reports/2026-11-22t061500-one.json');
    expect(dandisetPrefixes('000683')).toEqual([
      'summaries/000683/',
      'runs/000683/',
      'failures/000683/',
      'kept/000683/',
    ]);
  });

  it('are safe paths for every store', () => {
    fc.assert(
      fc.property(made, ([, key]) => {
        expect(requireKey(key)).toBe(key);
        expect(key).not.toContain('..');
        expect(key).toMatch(/^[a-z]/);
        expect(key).toMatch(/^[a-z0-9/._-]+$/);
      }),
    );
  });

  it('differ for different documents, and none is below another', () => {
    fc.assert(
      fc.property(made, made, ([one, oneKey], [other, otherKey]) => {
        expect(oneKey === otherKey).toBe(JSON.stringify(one) === JSON.stringify(other));
        expect(otherKey.startsWith(`${oneKey}/`)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('of summaries can be parsed, and no others', () => {
    fc.assert(
      fc.property(made, ([from, key]) => {
        const [kind, dandisetId, version, document] = from as readonly string[];
        expect(parseSummaryKey(key)).toEqual(
          kind === 'summary' ? { dandisetId, version, document } : undefined,
        );
      }),
    );
    for (const key of [
      '',
      'summaries',
      'summaries/000683/draft',
      'summaries/000683/draft/summary.json/x',
      'summaries/000683/drafts/summary.md',
      'summaries/00683/draft/summary.md',
      'x/summaries/000683/draft/summary.md',
      'summaries/000683/draft/constructor',
    ]) {
      expect(parseSummaryKey(key), key).toBeUndefined();
    }
  });

  it('of publications and of a Dandiset’s documents can be parsed, and no others', () => {
    fc.assert(
      fc.property(made, ([from, key]) => {
        const [kind, first, dandisetId, version] = from as readonly string[];
        expect(parsePublicationKey(key)).toEqual(
          kind === 'publication' ? { dandisetId, version } : undefined,
        );
        const isOfOne = kind === 'summary' || kind === 'kept' || kind === 'latest';
        expect(parseDandisetKey(key)).toEqual(isOfOne ? first : undefined);
      }),
    );
    for (const key of [
      'publications/claims/000683/0.240101.1200',
      'publications/other/000683/draft.json',
      'kept',
      'summaries/x',
    ]) {
      expect(parsePublicationKey(key), key).toBeUndefined();
      expect(parseDandisetKey(key), key).toBeUndefined();
    }
  });

  it('refuse anything but an id, version or hash, and name the field', () => {
    const bad = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '..',
        '../..',
        '/',
        '000683/',
        '000683\n',
        ' 000683',
        '',
        'DRAFT',
        '0.240101.1200/..',
        '٠٠٠٦٨٣',
      ),
    );
    const uses: readonly (readonly [field: string, use: (text: string) => string])[] = [
      ['dandisetId', (text) => latestKey(text)],
      ['dandisetId', (text) => dandisetPrefixes(text)[0] as string],
      ['dandisetId', (text) => publicationKey('claims', text, 'draft')],
      ['version', (text) => publicationKey('announced', '000683', text)],
      ['input', (text) => failureKey('000683', 'draft', text)],
      ['sweepId', (text) => sweepReportKey(`${text}/`)],
      ['dandisetId', (text) => summaryPrefix(text)],
      ['dandisetId', (text) => runPrefix(text, 'draft', 'a'.repeat(64))],
      ['version', (text) => summaryKeys('000683', text).markdown],
      ['inputHash', (text) => runPrefix('000683', 'draft', text)],
      ['contentId', (text) => headerKey(text)],
      ['contentId', (text) => headerDigestKey(text)],
      ['sha256', (text) => keptKey('000683', 'draft', text)],
      ['part', (text) => catalogPartKey(text)],
      [
        'name',
        (text) =>
          runDocumentKey(
            { dandisetId: '000683', version: 'draft', inputHash: 'a'.repeat(64) },
            text as never,
          ),
      ],
    ];
    fc.assert(
      fc.property(bad, fc.constantFrom(...uses), (text, [field, use]) => {
        let error: unknown;
        try {
          use(text);
        } catch (thrown) {
          error = thrown;
        }
        // A string of random digits may be valid by chance: then it must have one of the valid forms.
        if (error === undefined) expect(text).toMatch(/^([0-9]{6}|draft)$/);
        else {
          expect(error).toBeInstanceOf(InvalidInputError);
          expect((error as InvalidInputError).field).toBe(field);
        }
      }),
      { numRuns: 1000 },
    );
    expect(() => latestKey(683 as unknown as string)).toThrow(InvalidInputError);
    expect(() => latestKey(123456 as unknown as string)).toThrow(InvalidInputError);
    expect(() => latestKey(undefined as unknown as string)).toThrow(InvalidInputError);
  });

  it('determine the content type', () => {
    expect(findContentType('a/summary.md')).toBe('text/markdown; charset=utf-8');
    expect(findContentType('a/summary.json')).toBe('application/json');
    expect(findContentType('a/assets.jsonl')).toBe('application/jsonl');
    expect(findContentType('a/json')).toBe('application/octet-stream');
  });
});
