/**
 * How many subjects and sessions there are, in sentences that set the files' count beside the archive's own and the
 * owners' where they differ: no doubtful number is called the number of animals. Pure.
 */
import type { Contradiction } from '../../facts/contents.ts';
import { numberText } from '../../facts/fact-words.ts';
import { flattenText } from '../plain-text.ts';
import { type Animals, findAnimals } from './animals.ts';
import { type FactsAtHand, isSimulated } from './facts-at-hand.ts';
import { areOfSubjects } from './modalities.ts';
import { joinWords } from './phrases.ts';
import { buildSentence, type Sentence } from './sentence.ts';

/** The archive's and the owners' counts beside the files'. */
export interface SubjectCounts {
  readonly counted: number;
  /** The archive's own summary, where it says another number. */
  readonly archive?: number;
  /** The owners' words, where they say another number: `three mice`. */
  readonly owners?: string;
  /** Files that the archive's summary counts, where they are more than are listed. */
  readonly moreFiles?: number;
}

/** What the sources say of the number of subjects. */
export function countSubjects({ contents, metadata }: FactsAtHand): SubjectCounts {
  const { contradictions, all, assets } = contents;
  const about = (topic: string, source: string): Contradiction | undefined =>
    contradictions.find(
      (each) => each.about === topic && (source === '' || each.values[1]?.source.startsWith(source) === true),
    );
  const { subjects, files } = metadata.claims;
  const owners = about('description', '')?.values[1]?.value;
  return {
    counted: all.subjects,
    ...(about('subjects', 'assetsSummary') === undefined || subjects === undefined
      ? {}
      : { archive: subjects }),
    ...(owners === undefined ? {} : { owners }),
    ...(files !== undefined && files > assets && assets > 0 ? { moreFiles: files } : {}),
  };
}

/** `12 mice` for the first sentence, where nothing speaks against it; else the species alone. */
export function nameAnimals(at: FactsAtHand, animals: Animals): string {
  const { counted, archive, owners, moreFiles } = countSubjects(at);
  const article = /^[aeiou]/i.test(animals.singular) ? 'an' : 'a';
  // One person in many sessions, as archive and owners say.
  if (archive === 1 && saysOne(at, animals)) return `${article} ${animals.singular}`;
  if (counted === 0 || archive !== undefined || owners !== undefined || moreFiles !== undefined)
    return animals.plural;
  const { values } = at.contents.all.species;
  const stated = values[0]?.subjects;
  // Where the files name the species of some subjects alone, their number is no number of that species.
  if (values.length === 1 && stated !== undefined && stated < counted) return animals.plural;
  return counted === 1 ? `${article} ${animals.singular}` : `${numberText(counted)} ${animals.plural}`;
}

/** Whether the owners speak of one animal or person, and nowhere of several. */
function saysOne({ facts: { dandiset } }: FactsAtHand, { species }: Animals): boolean {
  const text = `${dandiset.name}. ${dandiset.description.slice(0, 20_000)}`;
  const noun = species === 'human' ? '(?:human )?(?:participant|subject|patient|volunteer)' : species;
  const one = new RegExp(`\\b(?:an?|one|single)\\s+(?:[\\p{L}-]+\\s+){0,2}${noun}\\b`, 'iu');
  return (
    one.test(text) &&
    !/\b(?:participants|subjects|patients|volunteers|animals|monkeys|mice|rats)\b/i.test(text)
  );
}

/** The sentence on the number of subjects, where the first sentence cannot simply have it. */
export function describeSubjects(at: FactsAtHand): Sentence[] {
  const counts = countSubjects(at);
  const { counted, archive, owners, moreFiles } = counts;
  const ids = at.index.about('subjects', 'species', 'contradiction', 'files');
  const { assets, all } = at.contents;
  if (counted === 0) return describeClaimed(at);
  const animals = findAnimals(at);
  const isPlain = archive === undefined && owners === undefined;
  // The first sentence has the number.
  if (isPlain && moreFiles === undefined && animals !== undefined && isRecorded(at)) return [];
  const of = all.read > 0 ? all.read : assets;
  const files =
    of === 1 ? 'The file names' : `The ${numberText(of)} files ${all.read > 0 ? 'name' : 'are of'}`;
  const named =
    counted === of && of > 1
      ? isPlain || all.read === 0
        ? `${numberText(counted)} subjects`
        : 'as many subjects'
      : sayCount(counted, 'subject');
  const isPartial = moreFiles !== undefined && archive !== undefined && archive > counted;
  const noun = animals === undefined || animals.species === 'human' || !isRecorded(at) ? 'subject' : 'animal';
  const others = [
    ...(archive === undefined
      ? []
      : [
          `the archive’s own summary counts ${sayCount(archive, noun)}${isPartial ? ` in ${numberText(moreFiles)} files` : ''}`,
        ]),
    ...(owners === undefined ? [] : [`the owners write of “${flattenText(owners, 80)}”`]),
  ];
  const isOfSessions =
    archive !== undefined && archive * 2 <= counted && counted === of && all.sessions === counted;
  const because = isOfSessions ? ', which suggests that the files name sessions as subjects' : '';
  const rest = others.length === 0 ? '' : `; ${joinWords(others)}`;
  return [buildSentence(`${files} ${named}${rest}${because}.`, ids)];
}

function sayCount(count: number, noun: string): string {
  return count === 1 ? `one ${noun}` : `${numberText(count)} ${noun}s`;
}

/** Where no file names a subject, the archive's number as the archive's. */
function describeClaimed({ metadata, index }: FactsAtHand): Sentence[] {
  const { subjects } = metadata.claims;
  if (subjects === undefined || subjects === 0) return [];
  return [
    buildSentence(
      `The archive’s own summary counts ${sayCount(subjects, 'subject')}; the files name none.`,
      index.about('files', 'species'),
    ),
  ];
}

/** Whether the data were taken from the subjects themselves. */
export function isRecorded(at: FactsAtHand): boolean {
  return areOfSubjects(at.existing) && !isSimulated(at);
}
