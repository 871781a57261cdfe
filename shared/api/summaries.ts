/** The summaries as HTTP shows them: as markdown, as JSON with provenance, as a page; the prompt; the file types. */
import { checkDandisetRef, type VersionRef } from '../archive/version-ref.ts';
import { NotFoundError } from '../errors.ts';
import type { SummaryStore, WholeSummary } from '../store/summaries.ts';
import type { Answer, ApiRequest, ApiResponse } from './http.ts';
import { chooseFormat, contentTypeOf } from './negotiate.ts';
import { versionPath } from './paths.ts';
import { readQuery } from './query.ts';
import { READ_CACHING } from './respond.ts';
import { PAGE_POLICY } from './style.ts';
import { summaryPageText } from './summary-page.ts';
import { viewOf } from './summary-view.ts';

/** Unreadable files that the JSON names one by one: Lambda answers with 6 MB at most, an archive has 73,000 files. */
const MAX_UNREADABLE = 1_000;
/** Pages that are kept as they were built, by what they were built from: building takes most of the time of an answer. */
const MAX_KEPT_PAGES = 64;

/** The answers that show summaries. */
export interface SummaryAnswers {
  readonly summary: Answer;
  readonly prompt: Answer;
  readonly fileTypes: Answer;
}

/** The answers over a store of summaries. A route without a version means the one that stands for the Dandiset. */
export function summaryAnswers(summaries: SummaryStore): SummaryAnswers {
  const pages = new Map<string, string>();

  /** The page, built once for each state of the summary. */
  const pageOf = (ref: VersionRef, found: WholeSummary): string => {
    const key = `${ref.id}/${ref.version} ${found.etag}`;
    const page = pages.get(key) ?? summaryPageText(found.markdown, viewOf(ref, found.provenance));
    pages.delete(key);
    pages.set(key, page);
    if (pages.size > MAX_KEPT_PAGES) pages.delete(pages.keys().next().value as string);
    return page;
  };

  return {
    summary: async (request) => {
      const format = chooseFormat(request, ['markdown', 'json', 'html']);
      readQuery(request, ['format']);
      const ref = await findVersion(request, summaries);
      const found = await getSummary(ref, summaries);
      const bodies = {
        markdown: () => found.markdown,
        json: () => summaryJson(found),
        html: () => pageOf(ref, found),
      };
      return answer(ref, found, 'summary', {
        'content-type': contentTypeOf(format),
        vary: 'Accept',
        ...(format === 'html' ? { 'content-security-policy': PAGE_POLICY } : {}),
        body: bodies[format](),
      });
    },
    prompt: async (request) => {
      chooseFormat(request, ['markdown']);
      readQuery(request, ['format']);
      const ref = await findVersion(request, summaries);
      const found = await getSummary(ref, summaries);
      return answer(ref, found, 'prompt', {
        'content-type': contentTypeOf('markdown'),
        body: found.promptText,
      });
    },
    fileTypes: async (request) => {
      chooseFormat(request, ['json']);
      readQuery(request, ['format']);
      const ref = await findVersion(request, summaries);
      const found = await getSummary(ref, summaries);
      const { dandiset, coverage, fileTypes } = viewOf(ref, found.provenance);
      const { unreadable, ...counts } = coverage;
      const document = {
        dandisetId: ref.id,
        version: ref.version,
        name: dandiset.name,
        coverage: { ...counts, unreadable: unreadable.length },
        fileTypes,
      };
      return answer(ref, found, 'file-types', {
        'content-type': contentTypeOf('json'),
        body: `${JSON.stringify(document)}\n`,
      });
    },
  };
}

/** The version that the route names, or the one that stands for the Dandiset. @throws InvalidInputError, NotFoundError */
async function findVersion({ params }: ApiRequest, summaries: SummaryStore): Promise<VersionRef> {
  const { id, version } = checkDandisetRef({ id: params.id ?? '', version: params.version ?? 'draft' });
  if (params.version !== undefined) return { id, version };
  const latest = await summaries.findLatest(id);
  if (latest === undefined) {
    throw new NotFoundError(`No summary of Dandiset ${id} is stored.`, { subject: `Dandiset ${id}` });
  }
  return { id, version: latest.version };
}

/** A torn summary counts as absent: what of it could be shown would not be what was checked. */
async function getSummary({ id, version }: VersionRef, summaries: SummaryStore): Promise<WholeSummary> {
  const reading = await summaries.readSummary(id, version);
  if (reading.state === 'whole') return reading;
  throw new NotFoundError(`No summary of ${id}/${version} is stored.`, { subject: `${id}/${version}` });
}

/** `summary.json` with the text beside it. */
function summaryJson({ provenance, markdown }: WholeSummary): string {
  const coverage = provenance.coverage as { readonly unreadable?: readonly unknown[] } | undefined;
  const unreadable = coverage?.unreadable ?? [];
  const shortened =
    unreadable.length > MAX_UNREADABLE
      ? {
          coverage: { ...coverage, unreadable: unreadable.slice(0, MAX_UNREADABLE) },
          unreadableOmitted: unreadable.length - MAX_UNREADABLE,
        }
      : {};
  return `${JSON.stringify({ ...provenance, ...shortened, markdown })}\n`;
}

function answer(
  { id, version }: VersionRef,
  { lastModified }: WholeSummary,
  document: string,
  { body, ...headers }: { readonly body: string } & Readonly<Record<string, string>>,
): ApiResponse {
  return {
    status: 200,
    headers: {
      ...headers,
      'cache-control': READ_CACHING,
      'content-location': `${versionPath(id, version)}/${document}`,
      ...(lastModified === undefined ? {} : { 'last-modified': lastModified.toUTCString() }),
    },
    body,
  };
}
