/**
 * A summary's markdown as HTML for a page. The text was written by a model from what anyone may have
 * uploaded, so it can only produce markdown's own elements: raw HTML is shown as text, images
 * as their alternative text, and links only have allowed schemes. Pure.
 */
import { micromark } from 'micromark';
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table';
import { findMarkdownRefusal, MAX_MARKDOWN_CHARACTERS } from '../model/markdown-bounds.ts';
import { type Html, html, trustHtml } from './html.ts';

/**
 * Micromark escapes HTML and drops `javascript:` and `data:` links by default; without these
 * constructs it does not parse HTML and images at all, so that no option could let them through.
 */
const NO_MARKUP = { disable: { null: ['htmlFlow', 'htmlText', 'labelStartImage'] } };

/** The blocks as HTML, or as plain text where parsing them would take too long. */
export function markdownHtml(blocks: readonly string[]): Html {
  const markdown = blocks.join('\n\n');
  if (findMarkdownRefusal(markdown) !== undefined)
    return html`<pre>${markdown.slice(0, MAX_MARKDOWN_CHARACTERS)}</pre>`;
  return trustHtml(
    micromark(markdown, {
      extensions: [gfmTable(), NO_MARKUP],
      htmlExtensions: [gfmTableHtml()],
    }).replaceAll('<a href="', '<a rel="nofollow ugc" href="'),
  );
}
