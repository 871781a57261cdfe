/** Texts that are refused before parsing markdown; every caller of the parser must check the limits. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownHtml } from '../../shared/api/markdown-html.ts';
import { findMarkdownRefusal, MAX_MARKDOWN_CHARACTERS } from '../../shared/model/markdown-bounds.ts';
import { readSentences } from '../../shared/model/plain-text.ts';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';

/** Texts for which the parser takes seconds to hours. */
const HEAVY: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ['unclosed emphasis', '*a_'.repeat(5_400), /1000 marks of emphasis/],
  ['a megabyte of unclosed emphasis', '*a_'.repeat(350_000), /longer than any summary/],
  ['nested quotations', '>'.repeat(16_000), /500 marks of quotation/],
  ['eight megabytes of words', 'lorem ipsum '.repeat(700_000), /8400000 characters/],
];
const REPLIES = join(import.meta.dirname, '../summary/replies');

describe('findMarkdownRefusal', () => {
  it.each(HEAVY)('refuses %s', (_, text, says) => {
    expect(findMarkdownRefusal(text)).toMatch(says);
  });

  it('accepts every reply of the tests, repeated ten times', () => {
    const replies = readdirSync(REPLIES).map((name) => readFileSync(join(REPLIES, name), 'utf8'));
    expect(replies.length).toBeGreaterThan(20);
    for (const text of replies) expect(findMarkdownRefusal(text.repeat(10))).toBeUndefined();
  });

  it('accepts nothing longer than its limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * MAX_MARKDOWN_CHARACTERS }), (length) => {
        expect(findMarkdownRefusal('x'.repeat(length)) === undefined).toBe(length <= MAX_MARKDOWN_CHARACTERS);
      }),
    );
  });
});

describe.each(HEAVY)('%s', (_, text, says) => {
  it('as a reply has no parts, and one error with the reason', () => {
    const parsed = parseReply(`## Abstract\n\n${text}\n\n## Data\n\nb\n\n## Keywords\n\n- c`);
    expect(parsed.parts).toEqual({ abstract: [], description: [], keywords: [] });
    const { isAcceptable, findings } = runChecks(parsed, buildEvidence({ promptText: 'A prompt.' }), {
      finish: 'stop',
    });
    expect(isAcceptable).toBe(false);
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors).toMatchObject([
      { check: 'size', message: expect.stringMatching(/^The reply (is|has) / as RegExp) },
    ]);
    expect(parsed.refused).toMatch(says === HEAVY[3]![2] ? /longer than any summary/ : says);
  });

  it('as thinking before a reply is dropped, and the reply is parsed', () => {
    const parsed = parseReply(
      `<think>${text}</think>\n\n## Abstract\n\na\n\n## Data\n\nb\n\n## Keywords\n\n- c`,
    );
    expect(parsed.parts).toEqual({ abstract: ['a'], description: ['b'], keywords: ['c'] });
  });

  it('on a page is shown as plain text, truncated', () => {
    const page = markdownHtml([text]).text;
    expect(page).toMatch(/^<pre>/);
    expect(page.length).toBeLessThan(5 * MAX_MARKDOWN_CHARACTERS);
  });

  it('as an owner’s description is read as words', () => {
    expect(readSentences(`${text}\n\nTen mice ran.`).join(' ').length).toBeLessThanOrEqual(20_000);
  });
});
