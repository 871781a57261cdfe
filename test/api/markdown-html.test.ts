/** Markdown as HTML: only its own elements, for any text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../shared/api/html.ts';
import { markdownHtml } from '../../shared/api/markdown-html.ts';
import { countRuns } from '../effort.ts';

/** Elements that Markdown produces. */
const OWN =
  /^<\/?(?:p|ul|ol|li|h[1-6]|strong|em|code|pre|blockquote|hr|br|table|thead|tbody|tr|t[hd]|a)(?: (?:start="\d+"|align="(?:left|right|center)"|class="language-[^"<>]*"|rel="nofollow ugc" href="[^"<>]*"(?: title="[^"<>]*")?))?(?: \/)?>$/;

/** The parts of a rendered text that Markdown does not produce. */
function foreign(text: string): string[] {
  const tags = text.match(/<[^>]*>/g) ?? [];
  const links = [...text.matchAll(/href="([^"]*)"/g)].map((match) => match[1] as string);
  return [
    ...tags.filter((tag) => !OWN.test(tag)),
    ...links.filter(
      (link) => /^[a-z][a-z0-9+.-]*:/i.test(link) && !/^(?:https?|ircs?|mailto|xmpp):/i.test(link),
    ),
  ];
}

describe('markdown as HTML', () => {
  it('keeps the meaning of markdown', () => {
    const blocks = [
      'One **bold** `code`.',
      '| a | b |\n| - | -: |\n| 1 | 2 |',
      '### Sub\n\n- x\n- y',
      '[d](https://doi.org/1)',
    ];
    const { text } = markdownHtml(blocks);
    expect(text).toContain('<p>One <strong>bold</strong> <code>code</code>.</p>');
    expect(text).toContain('<td align="right">2</td>');
    expect(text).toContain('<h3>Sub</h3>');
    expect(text).toContain('<a rel="nofollow ugc" href="https://doi.org/1">d</a>');
    expect(foreign(text)).toEqual([]);
  });

  it.each([
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)> b',
    '![x](https://evil.example/p.png)',
    '![x][y]\n\n[y]: https://evil.example/p.png',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt&colon;alert(1))',
    '[x](java&Tab;script:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '<javascript:alert(1)>',
    '[x](vbscript:x "title\\" onmouseover=\\"alert(1)")',
    '[x]: javascript:alert(1)\n\n[x]',
    '<a href="https://evil.example" onclick="alert(1)">x</a>',
    '```"><script>\nx\n```',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '<!--><script>alert(1)</script>-->',
    '<![CDATA[<script>]]>',
  ])('makes nothing of %j', (evil) => {
    expect(foreign(markdownHtml([evil]).text)).toEqual([]);
    expect(foreign(markdownHtml([`- ${evil}`, `> ${evil}`, `| a |\n| - |\n| ${evil} |`]).text)).toEqual([]);
  });

  it('for any text', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '[',
      ']',
      '(',
      ')',
      '!',
      '`',
      '|',
      '\n',
      '\n\n',
      ':',
      '\\',
      ' ',
      '*',
      '_',
      '#',
      'script',
      'img src=',
      'onerror=',
      'javascript:',
      'data:',
      'https://x.y',
      '&lt;',
      '&#x3c;',
      '- ',
      '> ',
      '---',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(foreign(markdownHtml([pieces.join('')]).text)).toEqual([]);
      }),
      { numRuns: countRuns(1_500) },
    );
  });
});

describe('a template', () => {
  it('escapes every value but HTML', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const { text } = html`<p title="${value}">${[value, html`<b>${value}</b>`]}</p>`;
        const escaped = text.slice('<p title="'.length).split('">')[0] as string;
        expect(text).toBe(`<p title="${escaped}">${escaped}<b>${escaped}</b></p>`);
        expect(escaped).not.toMatch(/["'<>]/);
      }),
    );
  });

  it('leaves out missing values', () => {
    expect(html`<p>${undefined}${false}${0}${''}</p>`.text).toBe('<p>0</p>');
  });
});
