/**
 * Reads the names under `/specifications`: three levels of groups, of which the last is only listed. All
 * namespaces are read at once, in rounds that the rest of the walk makes anyway.
 */
import { chooseNames } from '../../header/namespaces.ts';
import type { Namespace } from '../../header/nwb-header.ts';
import type { SymbolTable } from '../format/link-messages.ts';
import type { SymbolEntry } from '../format/symbol-table.ts';
import type { WalkedFile } from './file.ts';
import { GroupMembers, isGroup } from './read-members.ts';

/** The address of an object, with the symbol table that the entry for it has cached. */
interface Location {
  readonly address: number;
  readonly cached: SymbolTable | undefined;
}

/** The placeholder for what is not read, in which nothing is looked up. */
const NOWHERE = Number.NEGATIVE_INFINITY;

/** The namespaces of the group at `specifications`; none if it is not a group. @throws WalkerAbortedError */
export async function readNamespaces(file: WalkedFile, specifications: Location): Promise<Namespace[]> {
  const found = await readChosen(file, specifications);
  const namespaces = await Promise.all(
    [...(found ?? [])].map(async ([name, location]) => {
      const versions = await readChosen(file, location);
      return versions === undefined ? [] : [{ name, versions: await listGroupNames(file, versions) }];
    }),
  );
  return namespaces.flat();
}

/** The chosen members of a group along hard links, by name; undefined if the object is not a group. */
async function readChosen(
  file: WalkedFile,
  { address, cached }: Location,
): Promise<Map<string, Location> | undefined> {
  const entries = new Map<string, SymbolEntry>();
  const group = new GroupMembers(file, (taken) => {
    for (const entry of taken) entries.set(entry.member.name, entry);
  });
  if (cached !== undefined) group.assume(cached);
  if (!isGroup(await file.readObjectHeader(address, (block) => group.take(block)))) return undefined;
  const targets = new Map(
    (await group.all(() => NOWHERE)).flatMap((member) =>
      'to' in member && member.to !== NOWHERE ? [[member.name, member.to] as const] : [],
    ),
  );
  return new Map(
    chooseNames(targets.keys()).map((name) => {
      const entry = entries.get(name);
      return [name, { address: targets.get(name)!, cached: entry?.cached }];
    }),
  );
}

async function listGroupNames(file: WalkedFile, locations: ReadonlyMap<string, Location>): Promise<string[]> {
  const names = await Promise.all(
    [...locations].map(async ([name, { address }]) =>
      isGroup(await file.readObjectHeader(address)) ? [name] : [],
    ),
  );
  return names.flat();
}
