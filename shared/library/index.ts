/**
 * This package as a library: reads the header of an NWB file by range requests and returns it as objects, as
 * text or as JSON. Only the exports of this file are the package's interface; everything else may change without
 * notice.
 *
 * @example
 * ```ts
 * import { formatHeader, readHeader } from 'dandiset-summarizer';
 *
 * const { header, report } = await readHeader('https://example.org/recording.nwb');
 * console.log(formatHeader(header));
 * console.log(`${report.requests} requests, ${report.bytes} bytes`);
 * ```
 * @packageDocumentation
 */
export type { BitField, CompoundField, Dtype, Element, EnumMember, FloatLayout, Values } from '../dtype.ts';
export {
  ArchiveUnavailableError,
  AssetChangedError,
  type BudgetName,
  type ErrorOptionsWithCause,
  HeaderUnreadableError,
  InvalidInputError,
  ReadBudgetExceededError,
  type UnreadableReason,
} from '../errors.ts';
export type { EngineName } from '../hdf5/hdf5-header-reader.ts';
export { headerToJson as formatHeaderJson } from '../header/header-json.ts';
export type { ReadLimits, ReadReport } from '../header/header-reader.ts';
export { headerText as formatHeader } from '../header/header-text.ts';
export type {
  Attribute,
  HeaderDataset,
  HeaderGroup,
  HeaderNamedType,
  HeaderObject,
  HeaderUnread,
  Link,
  Member,
  Namespace,
  NwbHeader,
  Storage,
  Unread,
} from '../header/nwb-header.ts';
export { type HeaderNode, walkHeader } from '../header/walk-header.ts';
export { type HeaderReading, type ReadHeaderOptions, readHeader } from './read-header.ts';
