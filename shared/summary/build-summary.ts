/**
 * The stored form of a summary: a title, the three parts under their canonical headings, and two closing
 * lines that name its writer and the files it is based on. Pure.
 */
import type { BlockContent, Root } from 'mdast';
import { toMarkdown } from 'mdast-util-to-markdown';
import { PART_HEADINGS } from '../model/headings.ts';
import type { Coverage } from '../prompt/facts.ts';
import type { ReplyParts } from './parsed-reply.ts';

/** The contents of the closing lines. */
export interface SummaryOrigin {
  readonly dandiset: { readonly id: string; readonly version: string; readonly name: string };
  readonly model: { readonly id: string; readonly isLanguageModel: boolean };
  readonly coverage: Coverage;
  /** ISO 8601, UTC. */
  readonly generatedAt: string;
  /** One plain sentence for each finding that the summary is stored with; usually none. */
  readonly notes?: readonly string[];
}

/** Builds the summary's markdown. `parseReply` reads the same parts from it. */
export function buildSummary(parts: ReplyParts, origin: SummaryOrigin): string {
  const { dandiset } = origin;
  const name = dandiset.name.replace(/\s+/g, ' ').trim();
  const id = `DANDI:${dandiset.id}/${dandiset.version}`;
  const blocks = [
    write({ type: 'heading', depth: 1, children: [{ type: 'text', value: name ? `${name} (${id})` : id }] }),
    `## ${PART_HEADINGS.abstract}`,
    ...parts.abstract,
    `## ${PART_HEADINGS.description}`,
    ...separateLists(parts.description),
    `## ${PART_HEADINGS.keywords}`,
    ...(parts.keywords.length ? [writeKeywords(parts.keywords)] : []),
    '---',
    ...(origin.notes ?? []).map((note) => writeEmphasis(`Note: ${note}`)),
    ...buildClosingLines(origin).map(writeEmphasis),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/**
 * Markdown joins two lists in a row into one. An empty comment between them would be HTML, so the second gets another
 * bullet.
 */
function separateLists(blocks: readonly string[]): string[] {
  return blocks.map((block, index) => {
    const before = blocks[index - 1];
    const bullet = /^[-*+](?=\s)/.exec(block)?.[0];
    if (!bullet || !before?.startsWith(`${bullet} `)) return block;
    const other = bullet === '-' ? '*' : '-';
    return block.replaceAll(new RegExp(`^\\${bullet}(?=\\s)`, 'gm'), other);
  });
}

/** Two sentences: who wrote the summary and when, and how many files it is based on. */
export function buildClosingLines(origin: SummaryOrigin): [string, string] {
  const { model, generatedAt } = origin;
  const date = generatedAt.slice(0, 10);
  const writer = model.isLanguageModel
    ? `Written by the language model ${model.id} on ${date}; not reviewed by the owners of the Dandiset.`
    : `Written by fixed rules (${model.id}) on ${date}: no language model wrote this text, and the owners of the Dandiset have not reviewed it.`;
  return [writer, describeCoverage(origin.coverage)];
}

/** The number of files read, out of how many, and what was left out. */
function describeCoverage({ assets, nwb, read, cutShort, notLookedAt, unreadable }: Coverage): string {
  if (nwb === 0) {
    return assets === 0
      ? 'Generated from the metadata alone: this version holds no files.'
      : `Generated from the metadata alone: none of the ${count(assets, 'file')} is in the NWB format.`;
  }
  const gaps = [
    unreadable.length ? `${number(unreadable.length)} could not be read` : '',
    notLookedAt ? `${number(notLookedAt)} ${notLookedAt === 1 ? 'was' : 'were'} not looked at` : '',
    cutShort ? `${number(cutShort)} ${cutShort === 1 ? 'was' : 'were'} read in part` : '',
  ].filter(Boolean);
  const files = `Generated from the metadata and the headers of ${number(read)} of ${count(nwb, 'NWB file')}`;
  return `${files}${gaps.length ? ` (${gaps.join(', ')})` : ''}.`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function count(value: number, singular: string): string {
  return `${number(value)} ${singular}${value === 1 ? '' : 's'}`;
}

function writeKeywords(keywords: readonly string[]): string {
  return write({
    type: 'list',
    ordered: false,
    spread: false,
    children: keywords.map((keyword) => ({
      type: 'listItem',
      spread: false,
      children: [{ type: 'paragraph', children: [{ type: 'text', value: keyword }] }],
    })),
  });
}

function writeEmphasis(text: string): string {
  return write({
    type: 'paragraph',
    children: [{ type: 'emphasis', children: [{ type: 'text', value: text.replace(/\s+/g, ' ').trim() }] }],
  });
}

function write(block: BlockContent): string {
  const root: Root = { type: 'root', children: [block] };
  return toMarkdown(root, { bullet: '-', listItemIndent: 'one', emphasis: '_' }).trimEnd();
}
