/**
 * The deterministic writer's text as a markdown tree: whatever it writes becomes a text node, and the
 * serializer escapes it, so that no name or description from outside can turn into markup. Pure.
 */
import type { BlockContent, ListItem, PhrasingContent, Root } from 'mdast';
import { toMarkdown } from 'mdast-util-to-markdown';

/** A run of prose: plain text, or a name as the file has it, or a word that is set off. */
export type Prose = string | { readonly code: string } | { readonly strong: string };

export function heading(depth: 2 | 3, text: string): BlockContent {
  return { type: 'heading', depth, children: [{ type: 'text', value: oneLine(text) }] };
}

export function paragraph(...prose: readonly Prose[]): BlockContent {
  return { type: 'paragraph', children: phrase(prose) };
}

export function list(items: readonly (readonly Prose[])[]): BlockContent {
  const children = items.map(
    (prose): ListItem => ({ type: 'listItem', spread: false, children: [paragraph(...prose)] }),
  );
  return { type: 'list', ordered: false, spread: false, children };
}

/** Raw markdown of the blocks. */
export function serialize(blocks: readonly BlockContent[]): string {
  const root: Root = { type: 'root', children: [...blocks] };
  return toMarkdown(root, { bullet: '-', listItemIndent: 'one', extensions: [{ unsafe: UNSAFE }] });
}

/** Characters that are markup in GitHub's dialect only, which portals render: strikethrough, and bare table rows. */
const UNSAFE = [
  { character: '~', inConstruct: 'phrasing' as const },
  { character: '|', inConstruct: 'phrasing' as const },
  { character: '<', inConstruct: 'phrasing' as const },
];

function phrase(prose: readonly Prose[]): PhrasingContent[] {
  return prose
    .map((run) =>
      typeof run === 'object' && 'code' in run && run.code.trim() === '' ? '(without a name)' : run,
    )
    .filter((run) => run !== '')
    .map((run): PhrasingContent => {
      if (typeof run === 'string') return { type: 'text', value: oneLine(run) };
      if ('code' in run) return { type: 'inlineCode', value: oneLine(run.code) };
      return { type: 'strong', children: [{ type: 'text', value: oneLine(run.strong) }] };
    });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
