/**
 * Builds one dataset from the messages of its header: its type, shape and storage for the header, and what is
 * needed to read its values.
 */
import type { HeaderDataset } from '../../header/nwb-header.ts';
import { ByteReader, UNDEFINED_ADDRESS } from '../format/byte-reader.ts';
import type { Dataspace } from '../format/dataspace.ts';
import { type Datatype, unreadableType } from '../format/datatype.ts';
import { decodeFillValue, decodeOldFillValue } from '../format/fill-value.ts';
import { filterName } from '../format/filter-names.ts';
import { decodePipeline } from '../format/filters.ts';
import { decodeLayout } from '../format/layout-message.ts';
import { type HeaderMessage, MESSAGE } from '../format/object-header.ts';
import { decodeVirtualShape, type VirtualShape } from '../format/virtual-shape.ts';
import { abort, unreadFor } from '../format/walker-aborted.ts';
import type { WalkedFile } from './file.ts';
import type { StoredDataset } from './read-values.ts';

/** A dataset whose header was read. */
export interface OpenDataset {
  readonly facts: Pick<HeaderDataset, 'dtype' | 'shape' | 'maxShape' | 'storage'>;
  readonly stored: StoredDataset;
  /**
   * Present if datasets of the same file may make it longer than in `facts`, which is known once all were
   * read.
   */
  readonly growth?: VirtualShape;
  /** The shape stored in the file, if the dataset grows with its sources. */
  readonly storedShape?: readonly number[];
}

/** Whether the messages are a dataset's. */
export function isDataset(messages: readonly HeaderMessage[]): boolean {
  return find(messages, MESSAGE.datatype) !== undefined && find(messages, MESSAGE.dataspace) !== undefined;
}

/**
 * Reads the dataset whose header has `messages`; returns no promise if none of them is elsewhere.
 * @throws WalkerAbortedError
 */
export function readDatasetFacts(
  file: WalkedFile,
  messages: readonly HeaderMessage[],
): OpenDataset | Promise<OpenDataset> {
  if (messages.some(isSharedPart)) return readShared(file, messages);
  const datatype = readType(file, find(messages, MESSAGE.datatype)!);
  const space = file.dataspace(find(messages, MESSAGE.dataspace)!) as Dataspace;
  return datatype instanceof Promise
    ? datatype.then((type) => sizeBySources(file, openDataset(file, messages, type, space)))
    : sizeBySources(file, openDataset(file, messages, datatype, space));
}

/** Whether the message is required to open a dataset and is stored elsewhere. */
function isSharedPart({ type, shared }: HeaderMessage): boolean {
  return shared && SHARED_PARTS.has(type);
}

const SHARED_PARTS: ReadonlySet<number> = new Set([
  MESSAGE.dataspace,
  MESSAGE.filterPipeline,
  MESSAGE.fillValue,
  MESSAGE.fillValueOld,
]);

/** Gives a virtual dataset that grows with its sources the shape that it has in libhdf5 without them. */
function sizeBySources(file: WalkedFile, opened: OpenDataset): OpenDataset | Promise<OpenDataset> {
  const { layout, space } = opened.stored;
  const { shape, maxShape } = space;
  const mayGrow = maxShape?.includes(null) === true;
  if (layout.class !== 'virtual' || !mayGrow || !shape || layout.heap === UNDEFINED_ADDRESS) return opened;
  return file.readHeapObject(layout.heap, layout.index).then((bytes) => {
    const growth = decodeVirtualShape(new ByteReader(bytes, file.sizes), shape);
    const sized = { ...resizeDataset(opened, growth.least), storedShape: shape };
    return growth.growing.length === 0 ? sized : { ...sized, growth };
  });
}

/** Copies the dataset with another shape. */
export function resizeDataset(opened: OpenDataset, shape: readonly number[]): OpenDataset {
  const { facts, stored } = opened;
  const count = shape.reduce((product, length) => product * length, 1);
  return {
    ...opened,
    facts: { ...facts, shape },
    stored: { ...stored, space: { ...stored.space, shape, count } },
  };
}

/**
 * The dataset's type, or a placeholder if it cannot be read, so that shape, storage and attributes are not
 * lost.
 */
function readType(file: WalkedFile, message: HeaderMessage): Datatype | Promise<Datatype> {
  const unreadable = (error: unknown): Datatype => unreadableType(unreadFor(error));
  try {
    const datatype = file.datatype(message);
    return datatype instanceof Promise ? datatype.catch(unreadable) : datatype;
  } catch (error) {
    return unreadable(error);
  }
}

/** As `readDatasetFacts`, after replacing each shared message by the message that it refers to. */
async function readShared(file: WalkedFile, messages: readonly HeaderMessage[]): Promise<OpenDataset> {
  const plain = await Promise.all(
    messages.map(async (message) => {
      if (!message.shared || message.type === MESSAGE.attribute || message.type === MESSAGE.datatype)
        return message;
      return { ...(await file.plain(message.type, message)), type: message.type };
    }),
  );
  return readDatasetFacts(file, plain);
}

function find(messages: readonly HeaderMessage[], type: number): HeaderMessage | undefined {
  for (let at = 0; at < messages.length; at += 1) if (messages[at]!.type === type) return messages[at];
  return undefined;
}

const NO_FILTERS: readonly never[] = [];

function openDataset(
  file: WalkedFile,
  messages: readonly HeaderMessage[],
  type: Datatype,
  space: Dataspace,
): OpenDataset {
  const layout = decodeLayout(
    file.readerOver(find(messages, MESSAGE.layout) ?? abort('a dataset without a layout')),
  );
  const pipeline = find(messages, MESSAGE.filterPipeline);
  const filters = pipeline === undefined ? NO_FILTERS : decodePipeline(file.readerOver(pipeline));
  const { shape, maxShape } = space;
  const { dtype } = type;
  const filterNames = filters.length === 0 ? NO_FILTERS : filters.map(({ id }) => filterName(id));
  const storage: HeaderDataset['storage'] =
    layout.class === 'chunked'
      ? { layout: layout.class, chunks: layout.chunks, filters: filterNames }
      : { layout: layout.class, filters: filterNames };
  return {
    facts: maxShape === undefined ? { dtype, shape, storage } : { dtype, shape, maxShape, storage },
    stored: {
      type,
      space,
      layout,
      filters,
      fill: findFill(file, messages),
      external: find(messages, MESSAGE.externalFiles) !== undefined,
    },
  };
}

/** The newer message takes precedence if both are present. */
function findFill(file: WalkedFile, messages: readonly HeaderMessage[]): Uint8Array | undefined {
  const fill = find(messages, MESSAGE.fillValue);
  if (fill !== undefined) return decodeFillValue(file.readerOver(fill));
  const old = find(messages, MESSAGE.fillValueOld);
  return old === undefined ? undefined : decodeOldFillValue(file.readerOver(old));
}

/** The most bytes that are requested before it is known that they are needed. */
const MOST_HINTED = 16 * 1024;
/** The size of a chunk index's first node as libhdf5 writes it, for few dimensions. */
const USUAL_INDEX_BYTES = 2096;

/**
 * Requests a dataset's elements, or the index of its chunks, in the round that reads the rest of its header,
 * if this part of the header locates them.
 */
export function hintValues(file: WalkedFile, messages: readonly HeaderMessage[]): void {
  const message = find(messages, MESSAGE.layout);
  if (message === undefined) return;
  const layout = decodeLayout(file.readerOver(message));
  if (layout.class === 'contiguous') file.rounds.hint(layout.address, Math.min(MOST_HINTED, layout.bytes));
  else if (layout.class === 'chunked')
    file.rounds.hint(layout.address, layout.single?.bytes ?? USUAL_INDEX_BYTES);
}
