/** Finds the changes since the previous version, from the counts in both summaries. Pure. */

import { bytesText } from '../../facts/fact-words.ts';
import type { StoredProvenance } from '../../store/provenance-document.ts';
import { type Html, html } from '../html.ts';
import { versionPath } from '../paths.ts';

/** The changes of a version. */
export interface VersionChange {
  readonly id: string;
  /** The version compared with. */
  readonly before: string;
  /** Sentences; empty where no count changed. */
  readonly lines: readonly string[];
}

/** Quantities that are compared: their path in the document, and their label. */
const QUANTITIES: readonly (readonly [path: readonly string[], words: string])[] = [
  [['coverage', 'assets'], 'files'],
  [['coverage', 'nwb'], 'NWB files'],
  [['contents', 'all', 'subjects'], 'subjects'],
  [['contents', 'all', 'sessions'], 'sessions'],
  [['contents', 'bytes'], 'bytes'],
];

/** The published version before this one, or undefined; for a draft, the newest published one. */
export function versionBefore(version: string, stored: readonly string[]): string | undefined {
  return stored
    .filter((each) => each !== 'draft' && each !== version && (version === 'draft' || each < version))
    .sort()
    .at(-1);
}

/** Compares two stored summaries of one Dandiset. */
export function compareVersions(before: StoredProvenance, after: StoredProvenance): VersionChange {
  const lines = QUANTITIES.flatMap(([path, words]) => {
    const [old, now] = [numberAt(before, path), numberAt(after, path)];
    if (old === undefined || now === undefined || old === now) return [];
    const text = words === 'bytes' ? bytesText : (value: number) => value.toLocaleString('en-US');
    const label = words === 'bytes' ? 'Size' : `${words[0]!.toUpperCase()}${words.slice(1)}`;
    const isSame = text(old) === text(now);
    return isSame ? [] : [`${label}: ${text(old)} before, ${text(now)} now.`];
  });
  const [oldName, name] = [textAt(before, ['dandiset', 'name']), textAt(after, ['dandiset', 'name'])];
  if (oldName !== undefined && name !== undefined && oldName !== name)
    lines.push(`The title was “${oldName}”.`);
  const [oldText, text] = [
    textAt(before, ['dandiset', 'description']),
    textAt(after, ['dandiset', 'description']),
  ];
  if (oldText !== undefined && text !== undefined && oldText !== text)
    lines.push('The owners changed the description.');
  return { id: after.dandisetId, before: before.version, lines };
}

function valueAt(document: StoredProvenance, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
}

function numberAt(document: StoredProvenance, path: readonly string[]): number | undefined {
  const value = valueAt(document, path);
  return typeof value === 'number' ? value : undefined;
}

function textAt(document: StoredProvenance, path: readonly string[]): string | undefined {
  const value = valueAt(document, path);
  return typeof value === 'string' ? value : undefined;
}

/** The section of the page. */
export function changesSection({ id, before, lines }: VersionChange): Html {
  return html`<section aria-labelledby="changes"><h2 id="changes">Changes since <a href="${versionPath(id, before)}">${before}</a></h2>
${lines.length === 0 ? html`<p>No count on this page changed.</p>` : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`}
</section>`;
}
