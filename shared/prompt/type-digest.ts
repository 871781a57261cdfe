/**
 * All that the prompt may contain on one file type, built from its representative's header at once, so that
 * only one header is in memory at a time. Pure.
 */

import type { FileContents } from '../facts/contents.ts';
import { buildTypeFactList } from '../facts/list/facts-list.ts';
import type { JoinedType, TypePart, Variation } from '../file-types/join-types.ts';
import type { PatternVariation, TypeVariation } from '../file-types/variation.ts';
import type { NwbHeader } from '../header/nwb-header.ts';
import type { ExtensionFacts, FileTypeFacts } from './facts.ts';
import { buildFileTypeFacts } from './file-type-facts.ts';
import { indent } from './fixed-words.ts';
import type { PromptProfile } from './prompt.ts';
import { type SectionLevel, sectionText } from './type-section.ts';
import { variationLines } from './variation-text.ts';

/** Counts over all files of a type, and the facts that precede the types in the prompt. */
export interface CountedType {
  readonly contents: FileContents;
  /** The differences among them. */
  readonly variation: TypeVariation;
  /** Texts of facts that are not repeated. */
  readonly reported: ReadonlySet<string>;
  /**
   * Whether the Dandiset has more files than the representative: then details of the representative alone are left
   * out.
   */
  readonly isShared: boolean;
}

/** Topics of facts that the types' sections contain if there are several types. */
export const REPORTED_BY_TYPE: ReadonlySet<string> = new Set(['series', 'table']);

/** The texts of facts over all files that precede the types: for a single type they are complete. */
export function findReportedAbove(all: FileContents, types: number): Set<string> {
  const reported = buildTypeFactList(all).filter(({ topic }) => types === 1 || !REPORTED_BY_TYPE.has(topic));
  return new Set(reported.map(({ text }) => text));
}

/** The levels of a section, from the longest to the shortest. */
export const SECTION_LEVELS: readonly SectionLevel[] = ['verbatim', 'folded', 'brief', 'tables'];

/** A file type's facts and its section at every level that could fit. */
export interface TypeDigest {
  readonly facts: FileTypeFacts;
  /** By level; a text longer than the limit is dropped. */
  readonly sections: Readonly<Partial<Record<SectionLevel, string>>>;
}

/**
 * The digest of one type. `counted` are the counts over all its files, which the `rich` profile reports in place of
 * the representative's. Sections of more than `maxCharacters` are dropped, except the shortest level.
 */
export function buildTypeDigest(
  header: NwbHeader,
  type: JoinedType,
  label: number,
  profile: PromptProfile,
  maxCharacters: number,
  counted?: CountedType,
): TypeDigest {
  const found = buildFileTypeFacts(header, type, label);
  const facts = counted === undefined ? found : { ...found, contents: counted.contents };
  const varying = variationText(type) + (profile === 'classic' ? '' : differenceText(counted, profile));
  const further = profile === 'rich' ? furtherFacts(facts, counted?.reported) + varying : varying;
  const levels = profile === 'classic' ? (['verbatim'] as const) : SECTION_LEVELS;
  const quiet = profile === 'rich' ? { isShared: counted?.isShared === true } : undefined;
  const sections: Partial<Record<SectionLevel, string>> = {};
  for (const level of levels) {
    const text = sectionText(header, level, quiet) + further;
    if (profile === 'classic' || level === 'tables' || text.length <= maxCharacters) sections[level] = text;
  }
  return { facts, sections };
}

/**
 * The differences among the files of a type. If their contents are reported, their facts on series and tables are not
 * repeated.
 */
function differenceText(counted: CountedType | undefined, profile: PromptProfile): string {
  if (counted === undefined || counted.variation.files < 2) return '';
  const { variation, contents } = counted;
  if (profile !== 'rich') return variationLines(variation).map(indent).join('');
  const counts = new Set([...contents.series, ...contents.tables].map(({ pattern }) => pattern));
  const patterns = variation.patterns.flatMap((each): PatternVariation[] => {
    if (!counts.has(findPath(each.pattern))) return [each];
    const { pattern, files, names } = each;
    return names === undefined ? [] : [{ pattern, files, names }];
  });
  return variationLines({ ...variation, patterns })
    .map(indent)
    .join('');
}

/** Variations that are named at most; the rest are counted. */
const NAMED_VARIATIONS = 30;

/** Patterns that not every file of a joined type has; empty if all have one structure. */
function variationText({ files, variations, parts = [] }: JoinedType): string {
  const reported = outermost(variations);
  if (reported.length === 0) return '';
  const named = reported
    .slice(0, NAMED_VARIATIONS)
    .map(({ pattern, files: having }) => `${pattern} in ${having} of ${files} files`);
  const rest = reported.length - named.length;
  const lines = ['Not in every one of these files:', ...named, ...(rest === 0 ? [] : [`and ${rest} more`])];
  return [...lines, ...partLines(files, parts)].map(indent).join('');
}

/** Parts of a joined type that are listed at most; the rest are counted. */
const NAMED_PARTS = 8;
/** Objects of one part that are named at most; the rest are counted. */
const NAMED_OF_PART = 12;

/** Which of the varying objects occur together: each part with those that it has. */
function partLines(files: number, parts: readonly TypePart[]): string[] {
  if (parts.length < 2) return [];
  const filesByPattern = new Map<string, number>();
  for (const part of parts)
    for (const each of part.has) filesByPattern.set(each, (filesByPattern.get(each) ?? 0) + part.files);
  const lines = parts.slice(0, NAMED_PARTS).map((part) => {
    const reported = outermost(part.has.map((pattern) => ({ pattern, files: filesByPattern.get(pattern)! })));
    const named = reported
      .slice(0, NAMED_OF_PART)
      .map(({ pattern }) => pattern.slice(pattern.indexOf(' ') + 1));
    const rest = reported.length - named.length;
    const all = [...named, ...(rest === 0 ? [] : [`${rest} more`])].join(', ');
    return `${part.files} of ${files} files have ${all === '' ? 'none of these' : `of these ${all}`}`;
  });
  const rest = parts.length - lines.length;
  return ['Together:', ...lines, ...(rest === 0 ? [] : [`and ${rest} more arrangements`])];
}

/** Without patterns below another one that varies alike: a group implies its members. */
function outermost(variations: readonly Variation[]): Variation[] {
  const filesByPath = new Map(variations.map(({ pattern, files }) => [findPath(pattern), files]));
  return variations.filter(({ pattern, files }) => {
    const path = findPath(pattern);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (filesByPath.get(path.slice(0, end)) === files) return false;
    }
    return true;
  });
}

/** The path in `Group PATH (TYPE)`; a path may hold spaces and parentheses, a type holds neither. */
function findPath(pattern: string): string {
  return pattern.slice(pattern.indexOf(' ') + 1, pattern.lastIndexOf(' ('));
}

/** Versions of an extension that are named at most; the rest are counted. */
const NAMED_VERSIONS = 8;
/** Extensions that are named at most; the rest are counted. */
const NAMED_EXTENSIONS = 20;

/** The extensions that objects of these files use, and those of which they only contain the schemas. */
function extensionLines({ files, extensions = [] }: FileTypeFacts): string[] {
  const used = extensions.filter((extension) => extension.files > 0);
  const carried = extensions.filter((extension) => extension.files === 0);
  return [
    ...(used.length === 0 ? [] : [`Extensions: ${extensionsText(used, files)}`]),
    ...(carried.length === 0
      ? []
      : [
          `Extensions whose schemas these files carry and none of their objects uses: ${extensionsText(carried, 0)}`,
        ]),
  ];
}

/** `ndx-events 0.2.0, 0.2.1; ndx-pose 0.1.1 (in 3 of 5 files)` */
function extensionsText(extensions: readonly ExtensionFacts[], files: number): string {
  const named = extensions.slice(0, NAMED_EXTENSIONS).map(({ name, versions, files: having }) => {
    const rest = versions.length - NAMED_VERSIONS;
    const more = rest > 0 ? ` and ${rest} more versions` : '';
    const reported =
      versions.length === 0 ? '(version not reported)' : versions.slice(0, NAMED_VERSIONS).join(', ');
    return `${name} ${reported}${more}${having < files ? ` (in ${having} of ${files} files)` : ''}`;
  });
  const rest = extensions.length - named.length;
  return [...named, ...(rest === 0 ? [] : [`and ${rest} more`])].join('; ');
}

/** Facts of a type from this rank on are in the facts over all files only. */
const TYPE_RANK = 3;
/** Topics that are reported once over all files. */
const REPORTED_OVER_ALL: ReadonlySet<string> = new Set(['lab', 'dates', 'publication', 'format', 'keyword']);

/** The `rich` profile's additions: counts over all files of the type, and their extensions. */
function furtherFacts(facts: FileTypeFacts, above: ReadonlySet<string> = new Set()): string {
  const list = facts.contents === undefined ? [] : buildTypeFactList(facts.contents);
  const reported = list.filter(
    ({ topic, rank, text }) => rank <= TYPE_RANK && !REPORTED_OVER_ALL.has(topic) && !above.has(text),
  );
  const lines = [...reported.map(({ text }) => text), ...extensionLines(facts)];
  const heading =
    reported.length === 0
      ? []
      : [facts.files === 1 ? 'The one file of this type:' : `All ${facts.files} files of this type:`];
  return [...heading, ...lines].map(indent).join('');
}
