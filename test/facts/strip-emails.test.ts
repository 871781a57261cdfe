/** E-mail addresses are removed from every text, and all else stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMAIL_REMOVED, stripEmails } from '../../shared/facts/strip-emails.ts';

describe('stripEmails', () => {
  it.each([
    ['ask jane.doe@lab.example.org.', `ask ${EMAIL_REMOVED}.`],
    ['<jane+nwb@example.org>', `<${EMAIL_REMOVED}>`],
    ['mailto:jane@example.org', EMAIL_REMOVED],
    ["'jane@example.org'", `'${EMAIL_REMOVED}'`],
    ['a@example.org,b@example.org;c@example.co.uk', `${EMAIL_REMOVED},${EMAIL_REMOVED};${EMAIL_REMOVED}`],
    ['jane [at] example [dot] org', EMAIL_REMOVED],
    ['jane(at)example.org', EMAIL_REMOVED],
    ['jane%40example.org', EMAIL_REMOVED],
    ['jane&#64;example.org', EMAIL_REMOVED],
    ['jane＠example.org', EMAIL_REMOVED],
    ['"jane doe"@example.org', EMAIL_REMOVED],
    ['jürgen@müller.example', EMAIL_REMOVED],
    ['jane@[192.0.2.1]', EMAIL_REMOVED],
    ['https://host.example/?to=jane@example.org&x=1', `https://host.example/?to=${EMAIL_REMOVED}&x=1`],
  ])('%s', (text, stripped) => {
    expect(stripEmails(text)).toBe(stripped);
  });

  it.each([
    'follow @handle',
    'recorded @ 30 kHz',
    'package@1.2.3',
    'git@github.com:org/repository.git',
    'https://social.example/@jane.doe/posts',
    'a @ b',
    '5@',
    'look (at) the figure',
  ])('leaves %s', (text) => {
    expect(stripEmails(text)).toBe(text);
  });

  it('leaves no address in any text, at any position', () => {
    const around = fc.string({ unit: 'grapheme', maxLength: 30 });
    // Addresses with only punctuation before the @ are allowed, but nobody has one.
    const anyAddress = fc.emailAddress().filter((address) => /[a-z0-9]@/i.test(address));
    fc.assert(
      fc.property(around, anyAddress, around, (before, address, after) => {
        expect(stripEmails(`${before} ${address} ${after}`)).not.toContain(address);
      }),
    );
  });

  it('changes nothing a second time', () => {
    const piece = fc.constantFrom('@', '.', 'a', 'b.org', '[at]', ' ', '"', 'mailto:', '%40', 'é', '-');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const once = stripEmails(pieces.join(''));
        expect(stripEmails(once)).toBe(once);
      }),
    );
  });

  it('terminates on a megabyte of possible addresses', () => {
    for (const unit of ['a', '@', 'a@', '"@', 'a.', 'a@b.', ' [', '[at]']) {
      const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
      expect(stripEmails(text).length).toBeLessThanOrEqual(text.length);
    }
  });
});
