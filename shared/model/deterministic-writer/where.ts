/**
 * Where in the brain it was recorded, as far as a sentence says so: the files' own locations, else those that the
 * title, the description or the files' accounts place a recording in. A region that is only spoken of is none. Pure.
 */
import { findRegionMentions, isWithin } from '../../vocabulary/regions.ts';
import { readSentences } from '../plain-text.ts';
import { type FactsAtHand, isNoRegion, listLocations, nameRegionInProse } from './facts-at-hand.ts';

/** Locations to be named in a sentence. */
export interface Where {
  readonly names: readonly string[];
  /** Whether the files' own fields have them; else somebody wrote so. */
  readonly isOfFiles: boolean;
}

/** What was recorded, or what with: the words by which a sentence is about these recordings. */
const RECORDING =
  /\b(?:record\w*|imag(?:ed|ing)|implant\w*|insert\w*|patch\w*|measur\w*|electrodes?|tetrodes?|probes?|arrays?|slices?|spik\w*|spiking|neurons?|neuronal|neural|units?|responses?|potentials?|activity|dynamics|electrophysiolog\w*|physiology|fluorescence|two-photon|release)\b/i;

/** A preposition and what may be between it and a region. */
const PLACED =
  /\b(?:in|on|from|of|within|into|across|target(?:ing|ed|s)?)\s+(?:(?:the|an?|and|both|left|right|bilateral|dorsal|ventral|anterior|posterior|medial|lateral|rostral|caudal|deep|superficial|upper|lower|adult|awake|mouse|mice|rat|human|monkey|macaque|larval|zebrafish|regions?|areas?|layers?|several|multiple|of|[\d/IVab,-]{1,5}|\p{L}+['’]s?)\s+)*$/iu;

/** What is done to a region without its being recorded, before the preposition. */
const DONE_TO =
  /\b(?:stimulat\w*|inactivat\w*|lesion\w*|inject\w*|express\w*|project\w*|inputs?|silenc\w*|infus\w*|ablat\w*|models?|role|function|theor\w*|understanding|junction|borders?|boundar\w+|level|surface)\s+(?:in|from|of|within|into|across|at)\s+[^,;.]{0,40}$/i;

/** Words behind a region that make it the one recorded: `motor cortex recordings`. */
const BEHIND =
  /^\s+(?:[\p{L}-]+\s+){0,1}(?:recordings?|slices?|neurons?|units?|activity|LFPs?|imaging|patch|arrays?)\b/iu;

/** What joins the next region to one that was placed. */
const JOINED =
  /^\s*(?:\([^()]{0,20}\))?\s*(?:[,/&]|,?\s*and|,?\s*or|-)?\s*(?:(?:the|primarily)\s+)?(?:\p{L}+\s+){0,1}$/iu;

const LAYER =
  /\blayers?\s+((?:[1-6]|I{1,3}V?|IV|VI?)[ab]?(?:\s*(?:\/|-|–|,|and)\s*(?:[1-6]|I{1,3}V?|IV|VI?)[ab]?)*)\s+(?:of\s+)?(?:the\s+)?(?:[\p{L}-]+\s+){0,2}$/iu;

/** Where the recordings are from; no names where nothing says so. */
export function findWhere(at: FactsAtHand): Where {
  const locations = listLocations(at);
  if (locations.length > 0) return { names: locations.map(({ name }) => name), isOfFiles: true };
  const { name, description } = at.facts.dandiset;
  const { experimentDescriptions, sessionDescriptions } = at.contents.all;
  const accounts = [experimentDescriptions, sessionDescriptions].flatMap(({ values }) =>
    values.slice(0, 1).flatMap(({ value }) => readSentences(value.slice(0, 2000))),
  );
  const sentences = [...readSentences(description).slice(0, 40), name.slice(0, 400), ...accounts];
  const found: Placed[] = [];
  for (const sentence of sentences) {
    if (found.length === 0 || sentence !== name) found.push(...findPlaced(sentence));
    // The first sentences that place it tell; later ones speak of other things as often.
    if (found.length > 0 && sentence !== sentences[0]) break;
  }
  const exact = found.filter(
    ({ id, isJoined }, order) =>
      found.findIndex((other) => other.id === id) === order &&
      // `the motor and the premotor cortex` are two, whatever the one is part of.
      ((isJoined && !found.some((other) => other.wholeId === id)) ||
        !found.some((other) => other.id !== id && isWithin(other.id, id))),
  );
  if (exact.length === 0 && sentences.some((sentence) => WHOLE_BRAIN.test(sentence)))
    return { names: ['whole brain'], isOfFiles: false };
  return { names: exact.map((each) => each.name), isOfFiles: false };
}

/** The brain as a whole, where that was imaged or recorded. */
const WHOLE_BRAIN = /\b(?:whole|entire)[- ]brain,? (?:\p{L}+ ){0,2}(?:imaging|recordings?|activity)\b/iu;

interface Placed {
  readonly id: string;
  readonly name: string;
  /** Whether `and` joins it to another one. */
  readonly isJoined: boolean;
  /** The region that it is named as a part of. */
  readonly wholeId?: string | undefined;
}

/** What is between a part and its whole: `CA1 region of the hippocampus`. */
const PART_OF = /^\s+(?:(?:regions?|areas?|fields?|parts?|subregions?|divisions?)\s+)?of\s+(?:the\s+)?$/i;

function findPlaced(sentence: string): Placed[] {
  if (!RECORDING.test(sentence)) return [];
  const placed: { id: string; name: string; isJoined: boolean; wholeId?: string | undefined }[] = [];
  let end = -1;
  const mentions = findRegionMentions(sentence).filter(({ term, written }) => !isNoRegion(term.id, written));
  for (const [order, { term, written, at }] of mentions.entries()) {
    const before = sentence.slice(Math.max(0, at - 120), at);
    const after = sentence.slice(at + written.length);
    const between = end >= 0 ? sentence.slice(end, at) : '';
    const next = mentions[order + 1];
    const isPart = next !== undefined && PART_OF.test(sentence.slice(at + written.length, next.at));
    const isNext = end >= 0 && JOINED.test(between);
    const isPlaced = (PLACED.test(before) && !DONE_TO.test(before)) || BEHIND.test(after) || isNext || isPart;
    if (!isPlaced) continue;
    end = at + written.length;
    const isJoined = isNext && !PART_OF.test(between) && /\band\b|,|\//.test(between);
    const previous = placed.at(-1);
    if (isJoined && previous !== undefined) previous.isJoined = true;
    const layer = LAYER.exec(before)?.[1];
    const name = nameRegionInProse(term, written);
    placed.push({
      id: term.id,
      name: layer === undefined ? name : `layer ${layer.replace(/\s+/g, ' ')} of ${addArticle(name)}`,
      isJoined,
      wholeId: isPart ? next.term.id : undefined,
    });
  }
  return placed;
}

/** `the motor cortex`, but CA1 and MOs: a name in lower case is a word of the language, and takes the article. */
export function addArticle(name: string): string {
  const isWord =
    /^\p{Ll}{2}/u.test(name) && !/^(?:the|an?|layers?|areas?|all|both|various|between|near)\b/i.test(name);
  return isWord ? `the ${name}` : name;
}
