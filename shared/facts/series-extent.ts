/**
 * The extent of a time series: its axes by name, its number of samples and its duration, from shapes
 * alone. Reports contradictions within a series, and no duration that does not follow from its header. Pure.
 */

import { findOwn } from '../own-entry.ts';

/** One axis of a series' data. */
export interface Axis {
  /** `samples`, `frames`, `events`, `channels`, `ROIs`, `pixels`, `coordinates`, `values`. */
  readonly name: string;
  readonly length: number;
}

/** The facts on a series besides its data's shape. */
export interface SeriesShape {
  readonly type: string;
  /** Of `data`; null if there is none. */
  readonly shape: readonly number[] | null;
  /** Samples per second. */
  readonly rate?: number;
  /** Length of `timestamps`. */
  readonly timestamps?: number;
  /** The value of `num_samples` in the file. */
  readonly numSamples?: number;
  /** Rows of the table region that names its channels or ROIs. */
  readonly channels?: number;
  /** Whether the samples are in another file. */
  readonly isExternal: boolean;
}

/** The extent of a series. */
export interface Extent {
  /** Time first, in whichever order the file has them. Empty if the file has no samples. */
  readonly axes: readonly Axis[];
  /** Seconds. Absent for events and if the header does not give it. */
  readonly duration?: number;
  /** The contradiction within the file. */
  readonly contradiction?: 'transposed' | 'axes-unclear';
}

/** Names of the axes by type; the last one stands for all that follow. */
const AXES: Readonly<Record<string, readonly string[]>> = {
  ElectricalSeries: ['samples', 'channels', 'values'],
  SpikeEventSeries: ['events', 'channels', 'samples'],
  RoiResponseSeries: ['samples', 'ROIs'],
  TwoPhotonSeries: ['frames', 'pixels'],
  OnePhotonSeries: ['frames', 'pixels'],
  ImageSeries: ['frames', 'pixels'],
  ImageMaskSeries: ['frames', 'pixels'],
  OpticalSeries: ['frames', 'pixels'],
  SpatialSeries: ['samples', 'coordinates'],
  PoseEstimationSeries: ['frames', 'coordinates'],
  DecompositionSeries: ['samples', 'channels', 'bands'],
  AnnotationSeries: ['events', 'values'],
  IntervalSeries: ['events', 'values'],
  Events: ['events', 'values'],
  LabeledEvents: ['events', 'values'],
  TTLs: ['events', 'values'],
  FiberPhotometryResponseSeries: ['samples', 'fibers'],
};
const OTHER_AXES = ['samples', 'values'];

/** Types whose first axis counts events: their number does not determine a duration. */
export function isEventSeries(type: string): boolean {
  return (findOwn(AXES, type) ?? OTHER_AXES)[0] === 'events';
}

/** Columns of one recording site beyond which data of unknown layout are not interpreted: no probe has as many. */
const MOST_CHANNELS = 10_000;

/** The extent of one series. */
export function findExtent(series: SeriesShape): Extent {
  const { type, shape, rate, numSamples, isExternal } = series;
  const names = findOwn(AXES, type) ?? OTHER_AXES;
  if (isExternal || shape === null || shape.length === 0 || shape.some((length) => length === 0)) {
    const count = numSamples ?? series.timestamps;
    if (count === undefined || count <= 0) return { axes: [] };
    return withDuration([{ name: names[0]!, length: count }], type, rate);
  }
  const layout = findLayout(series, shape);
  if (layout === 'axes-unclear') {
    return { axes: shape.map((length) => ({ name: 'values', length })), contradiction: 'axes-unclear' };
  }
  const lengths = layout === 'as-is' ? shape : [shape[1]!, shape[0]!, ...shape.slice(2)];
  const used = lengths.length > 1 && layout === 'row' ? [lengths[0]!] : lengths;
  const axes = used.map((length, at) => ({ name: names[Math.min(at, names.length - 1)]!, length }));
  const extent = withDuration(axes, type, rate);
  return layout === 'transposed' ? { ...extent, contradiction: 'transposed' } : extent;
}

/** The layout of the data: time first; time second; a vector written as one row; or unclear. */
function findLayout(
  series: SeriesShape,
  shape: readonly number[],
): 'as-is' | 'transposed' | 'row' | 'axes-unclear' {
  const [first = 0, second] = shape;
  if (second === undefined) return 'as-is';
  const { timestamps, channels, numSamples, type } = series;
  const time = timestamps ?? numSamples;
  if (time !== undefined && time > 1 && first !== time && second === time) {
    return first === 1 && shape.length === 2 ? 'row' : 'transposed';
  }
  if (channels !== undefined && channels > 0) {
    if (second === channels) return 'as-is';
    if (first === channels) return first === 1 && shape.length === 2 ? 'row' : 'transposed';
  }
  if (first === 1 && shape.length === 2 && second > 1 && time !== 1) return 'row';
  const isWide = type === 'ElectricalSeries' && second > MOST_CHANNELS && second > first;
  return isWide && time !== first ? 'axes-unclear' : 'as-is';
}

function withDuration(axes: readonly Axis[], type: string, rate: number | undefined): Extent {
  const [samples] = axes;
  if (rate === undefined || samples === undefined || isEventSeries(type)) return { axes };
  const duration = samples.length / rate;
  return Number.isFinite(duration) && duration > 0 ? { axes, duration } : { axes };
}
