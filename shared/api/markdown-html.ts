/**
 * A summary's markdown as HTML for a page. The text was written by a model from what anyone may have
 * uploaded, so nothing in it becomes an element but markdown's own: raw HTML shows as the text it is, images
 * as their words, links lead only where a page may lead. Pure.
 */
import { micromark } from 'micromark';
import { gfmTable, gfmTableHtml } from 'micromark-extension-gfm-table';
import { type Html, trusted } from './html.ts';

/**
 * Micromark escapes HTML and drops `javascript:` and `data:` links of its own accord; without these
 * constructs it does not even look for HTML and images, so that no option could let them through.
 */
const NO_MARKUP = { disable: { null: ['htmlFlow', 'htmlText', 'labelStartImage'] } };

/** The blocks as HTML. */
export function markdownHtml(blocks: readonly string[]): Html {
  return trusted(
    micromark(blocks.join('\n\n'), {
      extensions: [gfmTable(), NO_MARKUP],
      htmlExtensions: [gfmTableHtml()],
    }).replaceAll('<a href="', '<a rel="nofollow ugc" href="'),
  );
}
