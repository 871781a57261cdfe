/** Suggests what the owners could add or repair, with evidence, and lists the formats that the files use. Pure. */
import { findOwn } from '../../own-entry.ts';
import { type Html, html } from '../html.ts';
import { countNoun } from '../page-words.ts';
import type { DandisetView } from './dandiset-view.ts';

/** Suggestions that are shown without opening the list. */
const SHOWN = 8;

/** Fields of the metadata, as named in the archive's editor. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  keywords: 'Keywords',
  species: 'Species',
  approach: 'Approach',
  description: 'Description',
  assetsSummary: 'Assets summary',
  assets: 'Records of the files',
  files: 'The files themselves',
};

/** For the owners: suggestions with evidence, and the archive's editor. */
export function ownersSection({ suggestions, dandiset }: DandisetView): Html {
  const items = suggestions.map(
    ({ field, value, evidence }) =>
      html`<li><strong>${findOwn(FIELD_NAMES, field) ?? field}</strong>${value !== '' && html`: ${value}`}. <span class="soft">${evidence}</span></li>\n`,
  );
  const rest = items.slice(SHOWN);
  return html`<section aria-labelledby="owners"><h2 id="owners">For the owners</h2>
<p>The files suggest these additions to the metadata. Owners can make them on the <a href="https://dandiarchive.org/dandiset/${dandiset.id}/draft">draft’s page</a> under “Metadata”.</p>
<ul>${items.slice(0, SHOWN)}</ul>
${rest.length > 0 && html`<details><summary>${countNoun(rest.length, 'more suggestion')}</summary><ul>${rest}</ul></details>`}
</section>`;
}

/** Versions of NWB, and extensions with their versions; undefined where neither is known. */
export function formatSection({ contents, facts }: DandisetView): Html | undefined {
  const versions = contents?.all.nwbVersions.values.map(
    ({ value, files }) => `${value} (${countNoun(files, 'file')})`,
  ) ?? [...new Set(facts?.fileTypes.flatMap(({ nwbVersion }) => nwbVersion ?? []))];
  const extensions = new Map<string, Set<string>>();
  for (const { extensions: existing = [] } of facts?.fileTypes ?? [])
    for (const { name, versions: each } of existing)
      extensions.set(name, new Set([...(extensions.get(name) ?? []), ...each]));
  if (versions.length === 0 && extensions.size === 0) return undefined;
  return html`<section aria-labelledby="formats"><h2 id="formats">Formats</h2>
<ul>${versions.length > 0 && html`<li>NWB ${versions.join(', ')}</li>`}
${extensions.size > 0 && html`<li>Extensions: ${[...extensions].map(([name, each]) => [name, ...each].join(' ')).join(', ')}</li>`}</ul>
</section>`;
}
