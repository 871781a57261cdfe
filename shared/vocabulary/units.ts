/**
 * Units of measure by the symbols and words that files and people use, with multiples, each with its quantity and its
 * factor to the base unit of the quantity. Symbols and factors are those of the SI (BIPM, 9th brochure) and, for
 * bytes, of IEC 80000-13. Pure.
 */

/** A unit of measure. */
export interface Unit {
  /** For tables: `ms`, `µm`, `GB`. */
  readonly symbol: string;
  /** In words, singular: `millisecond`. */
  readonly word: string;
  readonly quantity: Quantity;
  /** The value of one unit in the base unit of its quantity. */
  readonly factor: number;
}

/** Kinds of quantities, each with its base unit as a comment. */
export type Quantity =
  | 'time' // second
  | 'frequency' // hertz
  | 'size' // byte
  | 'length' // metre
  | 'voltage' // volt
  | 'current' // ampere
  | 'resistance' // ohm
  | 'conductance' // siemens
  | 'capacitance' // farad
  | 'power' // watt
  | 'mass' // gram
  | 'volume' // litre
  | 'temperature' // degree Celsius
  | 'angle' // degree
  | 'concentration' // mole a litre
  | 'speed' // metre a second
  | 'pressure' // pascal
  | 'ratio'; // one

/** SI prefixes used in files. */
const PREFIXES: readonly (readonly [symbol: string, word: string, factor: number])[] = [
  ['', '', 1],
  ['p', 'pico', 1e-12],
  ['n', 'nano', 1e-9],
  ['µ', 'micro', 1e-6],
  ['m', 'milli', 1e-3],
  ['c', 'centi', 1e-2],
  ['k', 'kilo', 1e3],
  ['M', 'mega', 1e6],
  ['G', 'giga', 1e9],
  ['T', 'tera', 1e12],
];

/** Units with prefixes: symbol, word, quantity, allowed prefixes, further spellings of the unit without prefix. */
const SI: readonly (readonly [string, string, Quantity, string, readonly string[]])[] = [
  ['s', 'second', 'time', ',n,µ,m', ['sec', 'secs', 'S']],
  [
    'Hz',
    'hertz',
    'frequency',
    ',m,k,M,G',
    ['samples/s', 'samples per second', 'fps', 'sps', '1/s', 'frames per second'],
  ],
  ['m', 'metre', 'length', ',n,µ,m,c,k', ['meter', 'meters']],
  ['V', 'volt', 'voltage', ',n,µ,m,k', ['v']],
  ['A', 'ampere', 'current', ',p,n,µ,m', ['amp', 'amps', 'amperes']],
  ['Ω', 'ohm', 'resistance', ',m,k,M,G', ['ohms']],
  ['S', 'siemens', 'conductance', ',p,n,µ,m', []],
  ['F', 'farad', 'capacitance', ',p,n,µ', []],
  ['W', 'watt', 'power', ',µ,m,k', []],
  ['g', 'gram', 'mass', ',µ,m,k', []],
  ['L', 'litre', 'volume', ',n,µ,m', ['liter', 'liters', 'l']],
  ['mol/L', 'mole per litre', 'concentration', '', ['molar']],
  ['m/s', 'metre per second', 'speed', ',c,m', ['meters per second']],
  ['Pa', 'pascal', 'pressure', ',µ,m,k,M', []],
];

/** Units without prefixes, and multiples that are not powers of ten. */
const OTHERS: readonly (readonly [string, string, Quantity, number, readonly string[]])[] = [
  ['min', 'minute', 'time', 60, ['mins']],
  ['h', 'hour', 'time', 3600, ['hr', 'hrs']],
  ['d', 'day', 'time', 86_400, []],
  ['B', 'byte', 'size', 1, []],
  ['kB', 'kilobyte', 'size', 1e3, ['KB']],
  ['MB', 'megabyte', 'size', 1e6, []],
  ['GB', 'gigabyte', 'size', 1e9, []],
  ['TB', 'terabyte', 'size', 1e12, []],
  ['KiB', 'kibibyte', 'size', 1024, []],
  ['MiB', 'mebibyte', 'size', 1024 ** 2, []],
  ['GiB', 'gibibyte', 'size', 1024 ** 3, []],
  ['TiB', 'tebibyte', 'size', 1024 ** 4, []],
  ['°C', 'degree Celsius', 'temperature', 1, ['celsius', 'C']],
  ['°', 'degree', 'angle', 1, ['deg']],
  ['rad', 'radian', 'angle', 180 / Math.PI, []],
  ['%', 'percent', 'ratio', 0.01, ['percent']],
  ['dB', 'decibel', 'ratio', 1, []],
];

/** Every unit of the table, including multiples. */
export const UNITS: readonly Unit[] = [
  ...SI.flatMap(([symbol, word, quantity, prefixes]) =>
    PREFIXES.filter(([prefix]) => prefixes.split(',').includes(prefix)).map(
      ([prefix, prefixWord, factor]) => ({
        symbol: `${prefix}${symbol}`,
        word: `${prefixWord}${word}`,
        quantity,
        factor,
      }),
    ),
  ),
  ...OTHERS.map(([symbol, word, quantity, factor]) => ({ symbol, word, quantity, factor })),
];

const BY_NAME = indexUnits();
const BY_FOLDED = new Map([...BY_NAME].reverse().map(([name, unit]) => [name.toLowerCase(), unit]));

function indexUnits(): ReadonlyMap<string, Unit> {
  const found = new Map<string, Unit>();
  const add = (name: string, unit: Unit | undefined): void => {
    if (unit !== undefined && !found.has(name)) found.set(name, unit);
  };
  for (const unit of UNITS) {
    add(unit.symbol, unit);
    // Micro is written with the micro sign, the Greek letter or a plain u.
    if (unit.symbol.startsWith('µ')) for (const micro of ['μ', 'u']) add(micro + unit.symbol.slice(1), unit);
    if (unit.symbol.endsWith('Ω')) add(unit.symbol.replace('Ω', 'Ohm'), unit);
  }
  for (const unit of UNITS) {
    for (const word of [unit.word, unit.word.replace('metre', 'meter').replace('litre', 'liter')]) {
      add(word, unit);
      add(`${word}s`, unit);
      // `metres per second`, `degrees Celsius`.
      add(word.replace(/^\p{L}+/u, '$&s'), unit);
    }
  }
  for (const [symbol, , , , alike] of SI)
    for (const name of alike)
      add(
        name,
        UNITS.find((unit) => unit.symbol === symbol && unit.factor === 1),
      );
  for (const [symbol, , , , alike] of OTHERS)
    for (const name of alike)
      add(
        name,
        UNITS.find((unit) => unit.symbol === symbol),
      );
  return found;
}

/** Finds the unit whose symbol or word a text is: first case-sensitively, then in any case. */
export function findUnit(text: string): Unit | undefined {
  const name = text.trim();
  return BY_NAME.get(name) ?? BY_FOLDED.get(name.toLowerCase());
}

/**
 * Parses a number with a unit into the base unit of `quantity`: `30 kHz` as frequency is 30000. A number without a unit
 * is returned as is. Undefined if the text is no number or the unit measures something else.
 */
export function parseQuantity(text: string, quantity: Quantity): number | undefined {
  const match = /^\s*([-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(.*?)\s*$/i.exec(text);
  if (match === null) return undefined;
  const value = Number(match[1]!.replaceAll(',', ''));
  if (!Number.isFinite(value)) return undefined;
  if (match[2] === '') return value;
  const named = findUnit(match[2]!);
  // `10 mb` and `5 S`: where units differ only in case, the requested quantity decides.
  const unit =
    named?.quantity === quantity
      ? named
      : UNITS.find(
          (each) => each.quantity === quantity && each.symbol.toLowerCase() === match[2]!.toLowerCase(),
        );
  return unit === undefined ? undefined : value * unit.factor;
}
