/** The key figures of a Dandiset at a glance. Pure. */

import { bytesText } from '../../facts/fact-words.ts';
import type { Tally } from '../../facts/tally.ts';
import { findSpecies } from '../../vocabulary/species.ts';
import { type Html, html } from '../html.ts';
import type { DandisetView } from './dandiset-view.ts';

/** Names that one figure shows at most; the rest are counted. */
const SHOWN = 3;

/** One figure: its label and its value. */
export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** The known figures, in the order in which readers look for them. */
export function keyFigures(view: DandisetView): Figure[] {
  const all = view.contents?.all;
  const metadata = view.metadata?.claims;
  const subjects = all?.subjects || metadata?.subjects || view.facts?.dandiset.numberOfSubjects;
  const bytes = view.contents?.bytes ?? view.facts?.dandiset.numberOfBytes;
  const figures: readonly (readonly [name: string, value: string | undefined])[] = [
    ['Subjects', numberText(subjects)],
    ['Sessions', numberText(all?.sessions)],
    ['Species', describeSpecies(view)],
    ['Regions', listNames(all?.regions)],
    ['Files', numberText(view.coverage.assets)],
    ['Size', bytes === undefined ? undefined : bytesText(bytes)],
    ['Licence', view.licenses.join(', ') || undefined],
  ];
  return figures.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** The figures as a list of terms. */
export function glanceSection(view: DandisetView): Html {
  return html`<dl class="glance" aria-label="Key figures">
${keyFigures(view).map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

function numberText(value: number | undefined): string | undefined {
  return value ? value.toLocaleString('en-US') : undefined;
}

function describeSpecies({ contents, facts }: DandisetView): string | undefined {
  const counted = contents?.all.species.values.map(({ value }) => value) ?? [];
  const stated = counted.length > 0 ? counted : (facts?.dandiset.species ?? []);
  const names = [...new Set(stated.map((name) => findSpecies(name)?.singular ?? name))];
  return formatNames(names, names.length);
}

function listNames(tally: Tally | undefined): string | undefined {
  if (tally === undefined) return undefined;
  const names = tally.values
    .map(({ value }) => value)
    .filter((name) => !/^(?:unknown|none|n\/?a)$/i.test(name));
  return formatNames(names, names.length + tally.more);
}

function formatNames(names: readonly string[], total: number): string | undefined {
  if (names.length === 0) return undefined;
  const rest = total - Math.min(SHOWN, names.length);
  return `${names.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
