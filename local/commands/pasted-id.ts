/** Parses a Dandiset as people paste it: `3`, `000003`, `DANDI:000003/draft`, a URL of the archive, a DOI. Pure. */
import { type DandisetRef, parseVersionRef } from '../../shared/archive/version-ref.ts';

/** The archive's pages and API, DOIs of its versions, identifiers.org: with anything before the id and the version. */
const ADDRESS =
  /^(?:https?:\/\/)?(?:[\w.-]*dandiarchive\.org\/(?:#\/)?(?:api\/)?dandisets?\/|(?:dx\.)?doi\.org\/10\.\d+\/dandi\.|10\.\d+\/dandi\.|identifiers\.org\/DANDI:)(\d{1,6})(?:\/(?:versions\/)?(draft|0\.\d{6}\.\d{4}))?(?:[/?#].*)?$/i;

/** `3/draft`, with or without `DANDI:` before it. */
const SHORT = /^(?:DANDI:\s*)?(\d{1,6})(?:\/(.*))?$/i;

/** The Dandiset that a pasted text names. @throws InvalidInputError with one sentence on the expected form */
export function parsePastedRef(text: string): DandisetRef {
  const trimmed = text.trim();
  const [, id, version] = ADDRESS.exec(trimmed) ?? SHORT.exec(trimmed) ?? [];
  if (id === undefined) return parseVersionRef(trimmed);
  return parseVersionRef(
    `${id.padStart(6, '0')}${version === undefined || version === '' ? '' : `/${version}`}`,
  );
}

/** Parses the texts; each Dandiset occurs once, in the order of first appearance. @throws InvalidInputError */
export function distinctRefs(texts: readonly string[]): DandisetRef[] {
  const refs = new Map<string, DandisetRef>();
  for (const ref of texts.map(parsePastedRef)) {
    const key = `${ref.id}/${ref.version ?? ''}`;
    if (!refs.has(key)) refs.set(key, ref);
  }
  return [...refs.values()];
}
