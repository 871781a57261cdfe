/**
 * A summary's markdown as HTML for a page. The text was written by a model from what anyone may have
 * uploaded, so nothing in it becomes an element but markdown's own: raw HTML shows as the text it is, images
 * as their words, links lead only where a page may lead. Pure.
 */
import { micromark } from 'micromark';
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table';
import { MAX_MARKDOWN_CHARACTERS, refusalOfMarkdown } from '../model/markdown-bounds.ts';
import { type Html, html, trustHtml } from './html.ts';

/**
 * Micromark escapes HTML and drops `javascript:` and `data:` links of its own accord; without these
 * constructs it does not even look for HTML and images, so that no option could let them through.
 */
const NO_MARKUP = { disable: { null: ['htmlFlow', 'htmlText', 'labelStartImage'] } };

/** The blocks as HTML; as the text that they are, where they would hold the parser up. */
export function markdownHtml(blocks: readonly string[]): Html {
  const markdown = blocks.join('\n\n');
  if (refusalOfMarkdown(markdown) !== undefined)
    return html`<pre>${markdown.slice(0, MAX_MARKDOWN_CHARACTERS)}</pre>`;
  return trustHtml(
    micromark(markdown, {
      extensions: [gfmTable(), NO_MARKUP],
      htmlExtensions: [gfmTableHtml()],
    }).replaceAll('<a href="', '<a rel="nofollow ugc" href="'),
  );
}
