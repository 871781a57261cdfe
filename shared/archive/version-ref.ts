/**
 * The first step of the flow: a caller's input (`000683`, `000683/draft`, `DANDI:000683/0.230101.1200`)
 * becomes a checked reference to a Dandiset or to one of its versions. Pure.
 */

import { InvalidInputError } from '../errors.ts';

/** One version of one Dandiset. */
export interface VersionRef {
  /** Six digits. */
  readonly id: string;
  /** `draft`, or `0.YYMMDD.HHMM` for a published one. */
  readonly version: string;
}

/** A Dandiset with an optional version; without one, the newest published version is meant, else the draft. */
export interface DandisetRef {
  /** Six digits. */
  readonly id: string;
  /** `draft`, or `0.YYMMDD.HHMM`. */
  readonly version?: string;
}

/** The version that its owners still edit; every Dandiset has one. */
export const DRAFT = 'draft';

/** Dandisets are numbered with six digits. */
export const DANDISET_ID = /^\d{6}$/;
/** `draft`, or the UTC minute of the publication. */
export const VERSION_NAME = /^(draft|0\.\d{6}\.\d{4})$/;
const PUBLISHED = /^0\.\d{6}\.\d{4}$/;
const PREFIX = /^dandi:/i;

/** Characters of a wrong input that an error repeats at most: enough to recognize it, too few to flood a log. */
const QUOTED_LENGTH = 60;

/**
 * Reads `ID` or `ID/VERSION`, each with or without `DANDI:` before it.
 * @throws InvalidInputError with one sentence on what is wrong and what was expected
 */
export function parseVersionRef(text: string): DandisetRef {
  const [id = '', version, ...rest] = text.replace(PREFIX, '').split('/');
  if (rest.length > 0) {
    throw new InvalidInputError(
      `${quote(text)} has too many parts: expected ID or ID/VERSION, such as 000683 or 000683/draft.`,
      { field: 'dandiset' },
    );
  }
  return checkDandisetRef(version === undefined ? { id } : { id, version });
}

/**
 * Returns the reference if both of its parts are well formed. Every reference is checked here before it
 * becomes part of a URL or a key.
 * @throws InvalidInputError
 */
export function checkDandisetRef<T extends DandisetRef>(ref: T): T {
  if (!isDandisetId(ref.id)) {
    throw new InvalidInputError(
      `${quote(ref.id)} is not the id of a Dandiset: expected six digits, such as 000683.`,
      { field: 'dandiset' },
    );
  }
  if (ref.version !== undefined && !isVersion(ref.version)) {
    throw new InvalidInputError(
      `${quote(ref.version)} is not a version of a Dandiset: expected draft or 0.YYMMDD.HHMM, such as 0.230101.1200.`,
      { field: 'version' },
    );
  }
  return ref;
}

/** Whether the text is a Dandiset's id: six digits. */
export function isDandisetId(text: string): boolean {
  return DANDISET_ID.test(text);
}

/** Whether the text is `draft` or a published version. */
export function isVersion(text: string): boolean {
  return text === DRAFT || isPublishedVersion(text);
}

/** Whether the text is a published version, `0.YYMMDD.HHMM` (UTC). */
export function isPublishedVersion(text: string): boolean {
  return PUBLISHED.test(text);
}

/**
 * Orders versions by ascending preference: the draft before every published
 * version, published ones by date. The last of a sorted list is the default where no version is named.
 */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  if (a === DRAFT) return -1;
  if (b === DRAFT) return 1;
  // Fixed widths: the order as text is the order of the dates.
  return a < b ? -1 : 1;
}

/** `000683/draft`, as people write it. */
export function formatVersionRef(ref: DandisetRef): string {
  return ref.version === undefined ? ref.id : `${ref.id}/${ref.version}`;
}

function quote(text: unknown): string {
  const whole = String(text);
  return JSON.stringify(whole.length > QUOTED_LENGTH ? `${whole.slice(0, QUOTED_LENGTH)}…` : whole);
}
