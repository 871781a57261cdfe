/**
 * Builds the deterministic writer's text as a markdown tree: all text becomes text nodes, which the serializer escapes,
 * so that no name or description from outside can become markup. Pure.
 */
import type { BlockContent, ListItem, PhrasingContent, Root } from 'mdast';
import { toMarkdown } from 'mdast-util-to-markdown';

/** A run of prose: plain text, a name in code type, or strong text. */
export type Prose = string | { readonly code: string } | { readonly strong: string };

export function heading(depth: 2 | 3, text: string): BlockContent {
  return { type: 'heading', depth, children: [{ type: 'text', value: joinLines(text) }] };
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

/** Serializes blocks to markdown. */
export function serialize(blocks: readonly BlockContent[]): string {
  const root: Root = { type: 'root', children: [...blocks] };
  return toMarkdown(root, { bullet: '-', listItemIndent: 'one', extensions: [{ unsafe: UNSAFE }] });
}

/** Characters that are markup only in GitHub's dialect, which portals render: strikethrough, table rows. */
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
      if (typeof run === 'string') return { type: 'text', value: joinLines(run) };
      if ('code' in run) return { type: 'inlineCode', value: joinLines(run.code) };
      return { type: 'strong', children: [{ type: 'text', value: joinLines(run.strong) }] };
    });
}

function joinLines(text: string): string {
  return text.replace(/\s+/g, ' ');
}
