/** How to cite, download and open a Dandiset: text to copy, for each type of its files. Pure. */
import { type Html, html } from '../html.ts';
import type { DandisetView } from './dandiset-view.ts';

/** Types that get snippets of their own. */
const MAX_TYPES = 12;
/** Authors in a citation at most. */
const MAX_AUTHORS = 50;

/** A piece of text to copy. */
export interface Snippet {
  readonly language: 'bibtex' | 'shell' | 'python' | 'matlab';
  readonly text: string;
}

/** The parts of a version's metadata that citing and downloading need. */
export interface UseView {
  readonly dandiset: { readonly id: string; readonly version: string; readonly name: string };
  readonly metadata?: DandisetView['metadata'];
  readonly generatedAt: string;
}

/**
 * The DOI of a published version as stated in its metadata, so that the text and the citation agree. Drafts have
 * none. Only for an older summary without stored metadata is it derived from id and version as DANDI does.
 */
export function findDoi({ dandiset, metadata }: UseView): string | undefined {
  if (dandiset.version === 'draft') return undefined;
  return metadata === undefined ? `10.48324/dandi.${dandiset.id}/${dandiset.version}` : metadata.doi;
}

/** How to cite a version without a DOI, as a sentence. */
function citeWithoutDoi({ dandiset }: UseView): string {
  return dandiset.version === 'draft'
    ? 'A draft has no DOI: cite it by its URL and the date. '
    : 'This version has no DOI in its metadata: cite it by its URL. ';
}

/** The page of a version at the archive. */
export function archiveUrl(id: string, version: string): string {
  return `https://dandiarchive.org/dandiset/${id}/${version}`;
}

/** One entry of BibTeX. */
export function buildBibtex(view: UseView): string {
  const { dandiset, metadata, generatedAt } = view;
  const authors = (metadata?.contributors ?? [])
    .filter(({ isInCitation }) => isInCitation)
    .map(({ name, kind }) => (kind === 'organization' ? `{${texText(name)}}` : texText(name)));
  const named = authors.length > MAX_AUTHORS ? [...authors.slice(0, MAX_AUTHORS), 'others'] : authors;
  const date = metadata?.published ?? metadata?.modified ?? generatedAt;
  const published = /^0\.(\d{2})/.exec(dandiset.version)?.[1];
  const year = published === undefined ? /^\d{4}/.exec(date)?.[0] : `20${published}`;
  const doi = findDoi(view);
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['author', named.length === 0 ? undefined : named.join(' and ')],
    ['title', `{${texText(dandiset.name)}}`],
    ['year', year],
    ['version', dandiset.version],
    ['publisher', 'DANDI Archive'],
    ['doi', doi],
    ['url', doi === undefined ? archiveUrl(dandiset.id, dandiset.version) : `https://doi.org/${doi}`],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}},`]));
  const key = `dandi_${dandiset.id}_${dandiset.version.replaceAll('.', '_')}`;
  return `@dataset{${key},\n${lines.join('\n')}\n}`;
}

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function texText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\{}&%$#_~^]/g, (sign) => TEX[sign] as string)
    .trim();
}

/** The command that downloads a version. */
export function downloadCommand({ dandiset: { id, version } }: UseView): string {
  return `pip install -U dandi\ndandi download DANDI:${id}/${version}`;
}

/** Ten lines that stream one file by pynwb, without downloading it. */
export function pythonSnippet(
  { id, version }: { readonly id: string; readonly version: string },
  path: string,
): string {
  if (isZarr(path))
    return `# pip install dandi hdmf-zarr fsspec s3fs
from dandi.dandiapi import DandiAPIClient
from hdmf_zarr import NWBZarrIO

with DandiAPIClient() as client:
    asset = client.get_dandiset(${pythonText(id)}, ${pythonText(version)}).get_asset_by_path(
        ${pythonText(path)}
    )
    url = asset.get_content_url(regex="s3", follow_redirects=1, strip_query=True)
nwb = NWBZarrIO(url, mode="r").read()
print(nwb)`;
  return `# pip install dandi pynwb remfile
import h5py, pynwb, remfile
from dandi.dandiapi import DandiAPIClient

with DandiAPIClient() as client:
    asset = client.get_dandiset(${pythonText(id)}, ${pythonText(version)}).get_asset_by_path(
        ${pythonText(path)}
    )
    url = asset.get_content_url(follow_redirects=1, strip_query=True)
nwb = pynwb.NWBHDF5IO(file=h5py.File(remfile.File(url), "r")).read()
print(nwb)`;
}

/** Whether a file is NWB in Zarr, which neither matnwb nor the viewer reads. */
export function isZarr(path: string): boolean {
  return /\.zarr\/?$/.test(path);
}

/**
 * The same for MATLAB by matnwb, which reads from a file in S3 only what it needs.
 * Source: matnwb's tutorial "Reading NWB Files from Remote Locations".
 */
export function matlabSnippet(assetId: string, path: string): string {
  return `% ${commentText(path)}
% matnwb: https://github.com/NeurodataWithoutBorders/matnwb
% MATLAB signs its requests where ~/.aws/credentials is, and DANDI's bucket refuses them: move that file away.
setenv('AWS_DEFAULT_REGION', 'us-east-2');
asset = webread('https://api.dandiarchive.org/api/assets/${encodeURIComponent(assetId)}/');
urls = string(asset.contentUrl);
blob = extract(urls(contains(urls, 'blobs/')), regexpPattern('blobs/.*'));
nwb = nwbRead("s3://dandiarchive/" + blob(1));
disp(nwb)`;
}

function pythonText(text: string): string {
  // JSON's escapes are Python's, but for the halves of a pair beyond the basic plane, which JSON leaves as they are.
  return JSON.stringify(text);
}

function commentText(text: string): string {
  return text.replaceAll(/[\r\n\u2028\u2029]/g, ' ');
}

/**
 * The viewer's address of a version, or of one file in HDF5: as the archive's own page writes it, with the inner
 * address as it is.
 */
export function neurosiftUrl(
  { id, version }: { readonly id: string; readonly version: string },
  assetId?: string,
): string {
  if (assetId === undefined)
    return `https://neurosift.app/dandiset/${id}?${new URLSearchParams({ dandisetVersion: version })}`;
  const url = `https://api.dandiarchive.org/api/assets/${encodeURIComponent(assetId)}/download/`;
  return `https://neurosift.app/nwb?url=${url}&${new URLSearchParams({ dandisetId: id, dandisetVersion: version })}`;
}

/** A type by its words, and by its example too where others have the same words. */
function nameType(words: readonly string[], at: number, path: string): string {
  const own = words[at];
  if (own === undefined) return path;
  return words.filter((each) => each === own).length > 1 ? `${own}: such as ${path}` : own;
}

/** The section of the page. `words` say what each type holds. */
export function useSection(view: DandisetView, words: readonly string[]): Html {
  const { dandiset, fileTypes } = view;
  const doi = findDoi(view);
  return html`<section aria-labelledby="use"><h2 id="use">Use it</h2>
<p>${doi === undefined ? citeWithoutDoi(view) : html`<a href="https://doi.org/${doi}">doi:${doi}</a> · `}<a href="${archiveUrl(dandiset.id, dandiset.version)}">DANDI Archive</a> · <a href="${neurosiftUrl(dandiset)}">Neurosift</a></p>
<h3>Cite</h3>
<pre tabindex="0"><code>${buildBibtex(view)}</code></pre>
<h3>Download</h3>
<pre tabindex="0"><code>${downloadCommand(view)}</code></pre>
${fileTypes.length > 0 && html`<h3>Open a file without downloading the rest</h3>`}
${fileTypes.slice(0, MAX_TYPES).map(
  ({ representative: { path, assetId } }, at) => html`<details><summary>${nameType(words, at, path)}</summary>
<p class="soft">${
    isZarr(path)
      ? 'NWB in Zarr: read in Python, only what is needed.'
      : html`<a href="${neurosiftUrl(dandiset, assetId)}">Open in Neurosift</a>, or read what is needed in Python or MATLAB:`
  }</p>
<pre tabindex="0"><code>${pythonSnippet(dandiset, path)}</code></pre>
${!isZarr(path) && html`<pre tabindex="0"><code>${matlabSnippet(assetId, path)}</code></pre>`}</details>\n`,
)}</section>`;
}
