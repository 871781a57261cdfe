/**
 * All that is known of a version as short texts with ids, for a second opinion: the numbered facts, and what only the
 * files of one type hold. Pure.
 */
import { buildTypeFactList } from '../facts/list/facts-list.ts';
import type { DandisetFacts, FileTypeFacts } from '../prompt/facts.ts';

/** One fact for a judge. */
export interface KnownFact {
  /** Of the list, such as `F12`; for the files of one type, such as `T2.5`. */
  readonly id: string;
  /** True by itself: names the files that it is about. */
  readonly text: string;
}

/**
 * Lists the numbered facts, and what the files of each type hold: their facts where these differ from those of all
 * files, and the details of a representative that the numbered facts leave out.
 */
export function listKnownFacts({ list = [], fileTypes }: DandisetFacts): KnownFact[] {
  // What distinguishes the types is listed with more detail below.
  const general = list.flatMap(({ id, text, topic }) => (topic === 'type' ? [] : [{ id, text }]));
  const said = new Set(general.map(({ text }) => text));
  const whole = general.map(({ text }) => text).join('\n');
  const ofTypes = fileTypes.flatMap((type) =>
    describeType(type, { said, whole, isOnly: fileTypes.length === 1 }),
  );
  return [...general, ...ofTypes];
}

/** What the numbered facts say already, by fact and as one text. */
interface Said {
  readonly said: ReadonlySet<string>;
  readonly whole: string;
  /** Whether all files are of one type. */
  readonly isOnly: boolean;
}

function describeType(type: FileTypeFacts, { said, whole, isOnly }: Said): KnownFact[] {
  const { label, files, representative, contents } = type;
  const those =
    files === 1 ? `In the file ${representative.path}` : `In ${files} files such as ${representative.path}`;
  const counted =
    isOnly || contents === undefined
      ? []
      : buildTypeFactList(contents).flatMap(({ text }) => (said.has(text) ? [] : [`${those}: ${text}`]));
  const own = listDetails(type, whole).map((text) => `In the file ${representative.path}: ${text}`);
  return [...counted, ...own].map((text, at) => ({ id: `T${label}.${at + 1}`, text }));
}

/** The texts of a representative's header that the numbered facts do not repeat. */
function listDetails(
  { texts, series, tables, modules, devices, neurodataTypes, objects = [] }: FileTypeFacts,
  whole: string,
): string[] {
  const isNew = (text: string): boolean => text.trim() !== '' && !whole.includes(text);
  const name = (items: readonly { readonly name: string; readonly description: string }[]): string[] =>
    items.filter(({ description }) => isNew(description)).map((each) => `${each.name} (${each.description})`);
  const ofTables = tables.map(({ path, description, rows, columns }) => {
    const named = columns.map((column) =>
      column.description === '' ? column.name : `${column.name} (${column.description})`,
    );
    return `${path}${rows === null ? '' : `, ${rows} rows`}: ${[description, ...named].filter((text) => text !== '').join('; ')}`;
  });
  const ofSeries = series.map(({ path, neurodataType, description, count, unit, rate }) =>
    [
      `${path}, ${neurodataType}`,
      ...(count > 1 ? [`${count} of them`] : []),
      ...(description === '' ? [] : [description]),
      ...(unit === undefined ? [] : [`unit ${unit}`]),
      ...(rate === undefined ? [] : [`${rate} Hz`]),
    ].join(', '),
  );
  const lists: readonly (readonly [what: string, items: readonly string[]])[] = [
    ['Series', ofSeries],
    ['Modules', name(modules)],
    ['Devices', name(devices)],
    [
      'Arrays and images',
      objects.map(
        ({ path, neurodataType, count, description }) =>
          `${count > 1 ? `${count} × ` : ''}${path} (${neurodataType})${description === '' ? '' : `, ${description}`}`,
      ),
    ],
    ['Objects by type', neurodataTypes.map((each) => `${each.count} ${each.name}`)],
  ];
  return [
    ...Object.entries(texts).flatMap(([key, text]) => (isNew(text) ? [`${key}: ${text}`] : [])),
    ...lists.flatMap(([what, items]) => (items.length === 0 ? [] : [`${what}: ${items.join('; ')}`])),
    ...ofTables.map((table) => `Table ${table}`),
  ];
}
