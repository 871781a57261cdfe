/**
 * Headers stored between runs: content-addressed, so that a file is read once however many
 * versions and Dandisets contain it. ReadHeaders puts them, BuildPrompt gets the few that it shows.
 *
 * Beside each header is a digest with what grouping and the facts over all files need: a run over 73,000 files that
 * were read before fetches 73,000 digests of some kilobytes, and whole headers for the representatives only. The
 * digest is put last, so that a digest always has its header. Both carry the revision of the reader
 * that made them; one made by another revision counts as absent and is overwritten, so that each file has
 * one header, the newest, and nothing accumulates.
 */
import { StoreUnavailableError } from '../errors.ts';
import { headerFromJson, headerToJson, READER_REVISION } from '../header/header-json.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import { findContentType, headerDigestKey, headerKey } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/** The headers in one store, with digests of type `D`. */
export class HeaderStore<D> {
  readonly #store: ObjectStore;
  readonly #parseDigest: (value: unknown) => D | undefined;
  readonly #revision: number;

  /**
   * `parseDigest` returns a digest checked by its schema, or undefined (or throws) for anything else; `revision`
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
   * The digest of a file whose header is stored, or undefined. A digest that is damaged, or that an earlier
   * revision of `build` made, is rebuilt from the stored header and stored; without `build`, or where the
   * header is missing too, it is absent: the file itself can be read again.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async findDigest(contentId: string, build?: (header: NwbHeader) => D): Promise<D | undefined> {
    const content = await this.#find(headerDigestKey(contentId), contentId, 'digest');
    if (content === undefined) return undefined;
    const digest = this.#parse(content);
    if (digest !== undefined || build === undefined) return digest;
    const header = await this.#findHeader(contentId);
    if (header === undefined) return undefined;
    const built = build(header);
    await this.#put(headerDigestKey(contentId), contentId, 'digest', JSON.stringify(built));
    return built;
  }

  #parse(content: string): D | undefined {
    try {
      return this.#parseDigest(JSON.parse(content));
    } catch {
      return undefined;
    }
  }

  async #findHeader(contentId: string): Promise<NwbHeader | undefined> {
    const content = await this.#find(headerKey(contentId), contentId, 'header');
    try {
      return content === undefined ? undefined : headerFromJson(content);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  /**
   * The stored header of a file, or undefined where there is no intact one made by this revision.
   * @throws StoreUnavailableError, InvalidInputError
   */
  findHeader(contentId: string): Promise<NwbHeader | undefined> {
    return this.#findHeader(contentId);
  }

  /**
   * The header of a file whose digest was found or put. If it is missing or damaged, its digest is removed
   * before the error, so that the next run reads the file itself.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async getHeader(contentId: string): Promise<NwbHeader> {
    const header = await this.#findHeader(contentId);
    if (header !== undefined) return header;
    const key = headerKey(contentId);
    await this.#store.remove(headerDigestKey(contentId));
    throw new StoreUnavailableError(
      `The stored header ${key} is missing, damaged or of another revision. Run again: the file will be read again.`,
      { key },
    );
  }

  /**
   * The digest of a file that this run has read or found.
   * @throws StoreUnavailableError if it is missing or damaged; InvalidInputError
   */
  async getDigest(contentId: string): Promise<D> {
    const digest = await this.findDigest(contentId);
    if (digest !== undefined) return digest;
    const key = headerDigestKey(contentId);
    throw new StoreUnavailableError(
      `The digest ${key} of a stored header is missing or damaged. Run again: it will be built again.`,
      { key },
    );
  }

  /**
   * Stores a header and its digest. Concurrent writers have read the same bytes, so that it does not matter
   * whose documents remain.
   * @throws StoreUnavailableError, InvalidInputError
   */
  async put(contentId: string, header: NwbHeader, digest: D): Promise<void> {
    await this.#put(headerKey(contentId), contentId, 'header', headerToJson(header));
    await this.#put(headerDigestKey(contentId), contentId, 'digest', JSON.stringify(digest));
  }

  /** The text after the document's opening, without its last brace, if this revision wrote it for this content. */
  async #find(key: string, contentId: string, field: string): Promise<string | undefined> {
    const found = await this.#store.get(key);
    if (found === undefined) return undefined;
    const text = new TextDecoder().decode(found.body);
    const opening = this.#opening(contentId, field);
    return text.startsWith(opening) && text.endsWith('}') ? text.slice(opening.length, -1) : undefined;
  }

  async #put(key: string, contentId: string, field: string, json: string): Promise<void> {
    await this.#store.put(key, `${this.#opening(contentId, field)}${json}}`, {
      contentType: findContentType(key),
    });
  }

  /** A header's text can be megabytes: its envelope is compared as text, and the header parsed once. */
  #opening(contentId: string, field: string): string {
    return `{"contentId":${JSON.stringify(contentId)},"readerRevision":${this.#revision},"${field}":`;
  }
}
