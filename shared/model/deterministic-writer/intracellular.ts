/** Patch-clamp recordings in words: sweeps by the clamp that they are in, the stimuli of them, and their protocols. Pure. */
import type { SeriesContent } from '../../facts/contents.ts';
import { distributionText, partText } from '../../facts/fact-words.ts';
import { extentParts } from '../../facts/list/series-facts.ts';
import { rangeText } from '../../facts/list/texts.ts';
import { flattenText } from '../plain-text.ts';
import { joinWords } from './phrases.ts';
import { sayUnit } from './series.ts';

/** What a type of series is, of an amplifier's recording and of what it gave. */
const KINDS: Readonly<Record<string, string>> = {
  CurrentClampSeries: 'in current clamp',
  VoltageClampSeries: 'in voltage clamp',
  IZeroClampSeries: 'without injected current',
  CurrentClampStimulusSeries: 'current-clamp stimuli',
  VoltageClampStimulusSeries: 'voltage-clamp stimuli',
};

/** Protocols named. */
const MOST_PROTOCOLS = 3;

/** `46 to 74 (median 55) sweeps per file in current clamp …`; undefined where the series are of other types. */
export function describeIntracellular(series: readonly SeriesContent[], files: number): string | undefined {
  if (series.length === 0 || series.some(({ type }) => !Object.hasOwn(KINDS, type))) return undefined;
  const sweeps = describeTypes(series, files, (type) => !type.includes('Stimulus'), 'sweeps per file ');
  const stimuli = describeTypes(series, files, (type) => type.includes('Stimulus'), '');
  const protocols = findProtocols(series);
  const mismatch = findMismatch(series);
  const parts = [
    ...(sweeps.length === 0 ? [] : [joinWords(sweeps)]),
    ...(stimuli.length === 0 ? [] : [`their stimuli are stored as well, ${joinWords(stimuli)}`]),
    ...(mismatch === undefined ? [] : [mismatch]),
    ...(protocols.length === 0
      ? []
      : [`protocols named are ${joinWords(protocols.map((each) => `“${each}”`))}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** Stimuli of a clamp in which nothing was recorded: their type and that of the sweeps do not go together. */
function findMismatch(series: readonly SeriesContent[]): string | undefined {
  const has = (type: string) => series.some((each) => each.type === type);
  const odd = (['Voltage', 'Current'] as const).find(
    (clamp) =>
      has(`${clamp}ClampStimulusSeries`) &&
      !has(`${clamp}ClampSeries`) &&
      has(`${clamp === 'Voltage' ? 'Current' : 'Voltage'}ClampSeries`),
  );
  return odd === undefined
    ? undefined
    : `no sweep is in ${odd.toLowerCase()} clamp, so the type of the ${odd.toLowerCase()}-clamp stimuli does not match`;
}

function describeTypes(
  series: readonly SeriesContent[],
  files: number,
  isMeant: (type: string) => boolean,
  noun: string,
): string[] {
  const types = [...new Set(series.map(({ type }) => type).filter(isMeant))];
  return types.map((type, order) => {
    const own = series.filter((each) => each.type === type);
    const having = own.reduce((sum, each) => Math.max(sum, each.files), 0);
    const ranges = own.map(({ perFile }) => perFile);
    const [first, second] = ranges;
    const range =
      first !== undefined && second === undefined
        ? distributionText(first)
        : rangeText(Math.min(...ranges.map(({ min }) => min)), Math.max(...ranges.map(({ max }) => max)));
    const share = second === undefined && having < files ? ` (${partText(having, files)})` : '';
    const rate = own.length === 1 ? sayRate(own[0]!) : '';
    return noun === ''
      ? `${range} ${KINDS[type]}${order === 0 ? ' per file' : ''}${share}`
      : `${range} ${order === 0 ? noun : ''}${KINDS[type]}${rate}${share}`;
  });
}

/** ` at 50 kHz in volts`, as far as the files say. */
function sayRate(series: SeriesContent): string {
  const parts = extentParts(series)
    .map(sayUnit)
    .filter((part) => /^(?:at|in) /.test(part));
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

/** Protocols that a program wrote into descriptions: `"protocol": "I-V curve"`. */
function findProtocols(series: readonly SeriesContent[]): string[] {
  const found = series.flatMap(({ descriptions }) =>
    descriptions.values.flatMap(({ value }) => {
      const protocol = /"protocol": ?"([^"\\…]{3,60})"/.exec(value)?.[1];
      return protocol === undefined ? [] : [flattenText(protocol, 60)];
    }),
  );
  return [...new Set(found)].slice(0, MOST_PROTOCOLS);
}
