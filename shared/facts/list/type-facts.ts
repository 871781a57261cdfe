/**
 * One fact for each type of files, on what distinguishes its files from the others and on the objects that the other
 * facts leave out. They follow the facts on the whole in the numbered list. Pure.
 */
import type { FileContents } from '../contents.ts';
import { numberText, partText } from '../fact-words.ts';
import { shortenText } from '../plain-words.ts';
import type { Fact, FactTopic } from './fact.ts';
import { buildTypeFactList } from './facts-list.ts';

/** What these facts are based on: one type of files. */
export interface DescribedType {
  /** Number of files of the type. */
  readonly files: number;
  readonly representative: { readonly path: string };
  readonly contents?: FileContents | undefined;
  readonly objects?: readonly DescribedObject[] | undefined;
}

/** A typed object that is neither a series nor a table nor a part of one, such as an array of results or an image. */
export interface DescribedObject {
  /** With `*` for what differs if there are several. */
  readonly path: string;
  readonly neurodataType: string;
  /** Number of them. */
  readonly count: number;
  readonly description: string;
}

/** Types with a fact of their own, those of most files first. */
const MOST_TYPES = 12;
/** Characters of one such fact. */
const MOST_CHARACTERS = 1_600;
/** Objects named. */
const MOST_OBJECTS = 24;

/** Separates the parts of a fact on one type; each part counts things of its own. */
export const PART_END = ' • ';

/** Topics that distinguish types of files. Subjects, sessions and places of the work are facts on the whole. */
const DISTINGUISHING: ReadonlySet<FactTopic> = new Set([
  'region',
  'task',
  'stimulus',
  'device',
  'technique',
  'session',
  'duration',
  'counts',
  'series',
  'table',
]);

/**
 * The facts on the types, numbered after `list`. Of a single type only the objects are a fact, since the list already
 * says the rest. `read` is the number of files whose headers were read.
 */
export function buildTypeFacts(list: readonly Fact[], types: readonly DescribedType[], read: number): Fact[] {
  const said = new Set(list.map(({ text }) => text));
  const shown = types.slice(0, MOST_TYPES);
  const counted = shown.map(({ contents }) =>
    types.length === 1 || contents === undefined ? [] : describeContents(contents),
  );
  const common = findCommon(counted);
  const facts = shown.flatMap((type, at): Omit<Fact, 'id'>[] => {
    const { files, representative } = type;
    const own = counted[at]!.filter((text) => !said.has(text) && !common.has(findKey(text)));
    // `In all files` would read as all of the Dandiset.
    const parts = [
      ...own.map((text) => text.replaceAll(' in all files', '')),
      ...describeObjects(type.objects ?? []),
    ];
    if (parts.length === 0) return [];
    const isAll = files >= read;
    const those = isAll ? 'In the files' : `In ${partText(files, read)}`;
    return [
      {
        topic: 'type',
        text: `${those} (such as ${representative.path}): ${shortenText(parts.join(PART_END), MOST_CHARACTERS)}`,
        scope: isAll ? { kind: 'dandiset' } : { kind: 'files', files, of: read },
        source: 'headers',
        slots: {},
        evidence: [{ file: representative.path, location: '/' }],
        rank: 4,
      },
    ];
  });
  return facts.map((fact, at) => ({ id: `F${list.length + at + 1}`, ...fact }));
}

function describeContents(contents: FileContents): string[] {
  return (
    buildTypeFactList(contents)
      .filter(({ topic, text }) => DISTINGUISHING.has(topic) && !/^Sessions: /.test(text))
      // The facts on the whole list the columns.
      .map(({ text }) => text.replace(/; columns .*$/s, ''))
  );
}

/** A part without the descriptions in parentheses, which may be shortened differently. */
function findKey(text: string): string {
  return text.replace(/ \([^()]*\)/g, '');
}

/** The parts that all of several types have: they distinguish none. */
function findCommon(counted: readonly (readonly string[])[]): ReadonlySet<string> {
  const keys = counted.map((texts) => new Set(texts.map(findKey)));
  return new Set(
    [...(keys[0] ?? [])].filter((key) => keys.length > 1 && keys.every((each) => each.has(key))),
  );
}

/** The objects by neurodata type: `ScratchData: factor_1 (description), factor_2`. */
function describeObjects(objects: readonly DescribedObject[]): string[] {
  const byType = new Map<string, string[]>();
  for (const { path, neurodataType, count, description } of objects.slice(0, MOST_OBJECTS)) {
    const name = `${count > 1 ? `${numberText(count)} × ` : ''}${path.split('/').at(-1) ?? path}`;
    const said = description === '' ? name : `${name} (${shortenText(description, 120)})`;
    byType.set(neurodataType, [...(byType.get(neurodataType) ?? []), said]);
  }
  return [...byType].map(
    ([type, names]) => `${type === 'ScratchData' ? `${type} arrays` : type}: ${names.join(', ')}`,
  );
}
