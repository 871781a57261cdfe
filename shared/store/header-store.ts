/**
 * Headers as they are kept between runs: content-addressed, so that a file is read once however many
 * versions and Dandisets hold it. ReadHeaders puts them, BuildPrompt gets the few that it shows.
 *
 * Beside each header lies a digest, the little that grouping needs: a run over 73,000 files that were read
 * before fetches 73,000 digests of some hundred bytes, and whole headers for the representatives only. The
 * digest is put last, so that where there is one, there is a header. Both carry the revision of the reader
 * that made them; one made by another revision counts as absent and is written over, so that each file has
 * one header, the newest, and nothing piles up.
 */
import { StoreUnavailableError } from '../errors.ts';
import { headerFromJson, headerToJson, READER_REVISION } from '../header/header-json.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { contentTypeOf, headerDigestKey, headerKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/** The kept headers of one store, with digests of type `D`. */
export class HeaderStore<D> {
  readonly #store: ObjectStore;
  readonly #parseDigest: (value: unknown) => D | undefined;
  readonly #revision: number;

  /**
   * `parseDigest` gives a digest as its schema has it, or undefined (or throws) for what is none; `revision`
   * is the reader's.
   */
  constructor(
    store: ObjectStore,
    parseDigest: (value: unknown) => D | undefined,
    revision: number = READER_REVISION,
  ) {
    this.#store = store;
    this.#parseDigest = parseDigest;
    this.#revision = revision;
  }

  /**
   * The digest of a file whose header is kept, or undefined. A damaged digest is absent too: the file
   * itself can be read again.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async findDigest(contentId: string): Promise<D | undefined> {
    const content = await this.#find(headerDigestKey(contentId), contentId, 'digest');
    if (content === undefined) return undefined;
    try {
      return this.#parseDigest(JSON.parse(content));
    } catch {
      return undefined;
    }
  }

  /**
   * The header of a file whose digest was found or put. Where it is gone or damaged, its digest is removed
   * before the error, so that the next run reads the file itself.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async getHeader(contentId: string): Promise<NwbHeader> {
    const key = headerKey(contentId);
    let cause: unknown;
    try {
      const content = await this.#find(key, contentId, 'header');
      if (content !== undefined) return headerFromJson(content);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      cause = error;
    }
    await this.#store.remove(headerDigestKey(contentId));
    throw new StoreUnavailableError(
      `The kept header ${key} is gone, damaged or of another revision. Run again: the file will be read anew.`,
      { key },
      { cause },
    );
  }

  /**
   * Keeps a header and its digest. Writers that race have read the same bytes, so that it does not matter
   * whose documents stay.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async put(contentId: string, header: NwbHeader, digest: D): Promise<void> {
    await this.#put(headerKey(contentId), contentId, 'header', headerToJson(header));
    await this.#put(headerDigestKey(contentId), contentId, 'digest', JSON.stringify(digest));
  }

  /** What follows the document's opening, without its last brace, if this revision wrote it for this content. */
  async #find(key: string, contentId: string, field: string): Promise<string | undefined> {
    const found = await this.#store.get(key);
    if (found === undefined) return undefined;
    const text = new TextDecoder().decode(found.body);
    const opening = this.#opening(contentId, field);
    return text.startsWith(opening) && text.endsWith('}') ? text.slice(opening.length, -1) : undefined;
  }

  async #put(key: string, contentId: string, field: string, json: string): Promise<void> {
    await this.#store.put(key, `${this.#opening(contentId, field)}${json}}`, {
      contentType: contentTypeOf(key),
    });
  }

  /** A header's text can be megabytes: its envelope is compared as text, and the header parsed once. */
  #opening(contentId: string, field: string): string {
    return `{"contentId":${JSON.stringify(contentId)},"readerRevision":${this.#revision},"${field}":`;
  }
}
