import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  formatVersionRef,
  isPublishedVersion,
  parseVersionRef,
} from '../../shared/archive/version-ref.ts';
import { InvalidInputError } from '../../shared/errors.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const ids = digits(6);
const published = fc.tuple(digits(6), digits(4)).map(([date, time]) => `0.${date}.${time}`);
const versions = fc.oneof(fc.constant('draft'), published);

describe('parseVersionRef', () => {
  it.each([
    ['000683', { id: '000683' }],
    ['000683/draft', { id: '000683', version: 'draft' }],
    ['000683/0.230101.1200', { id: '000683', version: '0.230101.1200' }],
    ['DANDI:000683/draft', { id: '000683', version: 'draft' }],
    ['dandi:000683', { id: '000683' }],
  ])('reads %s', (text, ref) => {
    expect(parseVersionRef(text)).toEqual(ref);
  });

  it('reads back every id and version', () => {
    fc.assert(
      fc.property(ids, fc.option(versions, { nil: undefined }), fc.boolean(), (id, version, prefixed) => {
        const ref = version === undefined ? { id } : { id, version };
        expect(parseVersionRef(`${prefixed ? 'DANDI:' : ''}${formatVersionRef(ref)}`)).toEqual(ref);
      }),
    );
  });

  it('returns well-formed parts or an error of one sentence for any other text', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.tuple(ids, fc.string()).map(([id, rest]) => `${id}/${rest}`),
      fc.tuple(fc.constantFrom('DANDI:', 'DANDI', ''), digits(5), versions).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const { id, version } = parseVersionRef(text);
          expect(id).toMatch(/^\d{6}$/);
          if (version !== undefined) expect(version).toMatch(/^(draft|0\.\d{6}\.\d{4})$/);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
          const { message } = error as InvalidInputError;
          expect(message).toMatch(/^[^\n]*expected [^\n]*\.$/);
          expect(message.length).toBeLessThan(500);
        }
      }),
    );
  });

  it.each([
    ['683', 'dandiset', '"683" is not the id of a Dandiset: expected six digits, such as 000683.'],
    ['', 'dandiset', '"" is not the id of a Dandiset: expected six digits, such as 000683.'],
    [
      '000683/latest',
      'version',
      '"latest" is not a version of a Dandiset: expected draft or 0.YYMMDD.HHMM, such as 0.230101.1200.',
    ],
    [
      '000683/',
      'version',
      '"" is not a version of a Dandiset: expected draft or 0.YYMMDD.HHMM, such as 0.230101.1200.',
    ],
    [
      '000683/draft/x',
      'dandiset',
      '"000683/draft/x" has too many parts: expected ID or ID/VERSION, such as 000683 or 000683/draft.',
    ],
  ])('says what is wrong with %j', (text, field, message) => {
    expect(() => parseVersionRef(text)).toThrow(
      expect.objectContaining({ name: 'InvalidInputError', field, message }),
    );
  });

  it('repeats only the beginning of a long input', () => {
    expect(() => parseVersionRef('x'.repeat(100_000))).toThrow(/^"x{60}…" is not/);
  });
});

describe('compareVersions', () => {
  it('puts the draft first and published versions by date', () => {
    const sorted = ['0.240102.0000', 'draft', '0.210101.2359', '0.210101.0001'].sort(compareVersions);
    expect(sorted).toEqual(['draft', '0.210101.0001', '0.210101.2359', '0.240102.0000']);
  });

  it('is a total order', () => {
    fc.assert(
      fc.property(versions, versions, versions, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, b) === 0).toBe(a === b);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it('never chooses the draft if something is published', () => {
    fc.assert(
      fc.property(fc.array(versions, { minLength: 1 }), (list) => {
        const last = [...list].sort(compareVersions).at(-1);
        expect(isPublishedVersion(last ?? '')).toBe(list.some(isPublishedVersion));
      }),
    );
  });
});
