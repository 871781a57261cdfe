/**
 * A resource that a Dandiset or a file is related to: a paper, a protocol, a repository of code. Leniently
 * read from the archive's schema. Pure.
 */
import { compact, findField, findKnownText, isObject } from './loose-fields.ts';
import { findDoi, findHttpUrl, withoutPrefix } from './terms.ts';

/** At least one of DOI, URL, identifier and name is present. */
export interface RelatedResource {
  /** In lower case, without prefix. */
  readonly doi?: string;
  readonly url?: string;
  /** As stated, if it contains no DOI. */
  readonly identifier?: string;
  readonly name?: string;
  /** DataCite's term without its prefix, such as `IsDescribedBy`. */
  readonly relation?: string;
  /** DataCite's term without its prefix, such as `JournalArticle`. */
  readonly resourceType?: string;
  readonly repository?: string;
}

/** A resource from an object of the schema or a bare DOI or URL; undefined if it names nothing. */
export function describeResource(value: unknown): RelatedResource | undefined {
  if (!isObject(value)) {
    const named = compact({ doi: findDoi(value), url: findHttpUrl(value) });
    return named.doi === undefined && named.url === undefined ? undefined : (named as RelatedResource);
  }
  const stated = findField(value, 'identifier');
  const identifierDoi = findDoi(stated);
  const named = compact({
    doi: identifierDoi ?? findDoi(findField(value, 'url')) ?? findDoi(findField(value, 'doi')),
    url: findHttpUrl(findField(value, 'url')),
    identifier: identifierDoi === undefined ? findKnownText(stated) : undefined,
    name: findKnownText(findField(value, 'name')),
  });
  if (Object.keys(named).length === 0) return undefined;
  return {
    ...named,
    ...compact({
      relation: vocabularyWord(findField(value, 'relation')),
      resourceType: vocabularyWord(findField(value, 'resourceType')),
      repository: findKnownText(findField(value, 'repository')),
    }),
  } as RelatedResource;
}

function vocabularyWord(value: unknown): string | undefined {
  const word = findKnownText(value);
  return word === undefined ? undefined : withoutPrefix(word);
}
