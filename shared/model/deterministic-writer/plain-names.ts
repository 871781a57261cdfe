/** Names that programs gave, as the words that people would write: `go_cue_time` is the go cue time. Pure. */
import { flattenText } from '../plain-text.ts';

/** Words of a name that say no more than that there are data, or of which type they are. */
const EMPTY =
  /^(?:data|acquisition|index|sweep|series|time|timeseries|spatial|electrical|two|one|photon|roi|rois|response|responses|ad|da|current|voltage|clamp|clampseries|stimulus|presentation|patch|image|images|plane|segmentation|interface|container|channel|channels|fov|trace|traces|fluorescence|processed|raw|green|red|ch|the|of|df|f|dff|over|lfp|ophys|ecephys|icephys|table|intervals?|events?|behavioral|module|default|new|var|signal|signals|recording|recordings|position|ts|x|y|\d+)$/i;

/** Words of a name: snake case and camel case taken apart, counters left out. */
export function splitName(name: string): string[] {
  return flattenText(name, 120)
    .replace(/\*/g, ' ')
    .replace(/(?<=[\p{Ll}\d])(?=\p{Lu}\p{Ll})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{Ll})(?=\p{Lu})/gu, ' ')
    .split(/[^\p{L}\p{N}+%]+/u)
    .filter(Boolean);
}

/** A name in words, lower case but for acronyms; undefined where it says nothing by itself. */
export function sayName(name: string): string | undefined {
  const words = splitName(name);
  if (words.every((word) => EMPTY.test(word)) || words.join('').length < 3) return undefined;
  // `Type 2` is a word of this project's own labels.
  if (words.some((word) => /^types?$/i.test(word)) && words.length <= 3) return undefined;
  // A number, a code of letters and digits, a hash: no word that anybody reads.
  if (!words.some((word) => /^\p{L}{3,}$/u.test(word))) return undefined;
  return joinPlain(words);
}

/** Words in lower case but for acronyms. */
function joinPlain(words: readonly string[]): string {
  return words.map((word) => (/^\p{Lu}\p{Ll}*$/u.test(word) ? word.toLowerCase() : word)).join(' ');
}

/** Columns in words: `voxel_mask` is a voxel mask. */
export function sayColumn(name: string): string {
  const words = splitName(name);
  return words.length === 0 ? 'a column without a name' : joinPlain(words);
}

/** Words at the end of a name that are nothing but its type. */
const TYPE_ENDING =
  /[ _]?(?:(?:one|two)[ _]?photon[ _]?series|electrical[ _]?series|roi[ _]?response[ _]?series|spatial[ _]?series|image[ _]?series|time[ _]?series|series)$/i;

/** The same at its beginning: `electrical series AP`. */
const TYPE_START =
  /^(?:(?:one|two)[ _]?photon[ _]?series|electrical[ _]?series|roi[ _]?response[ _]?series|spatial[ _]?series|image[ _]?series|time[ _]?series)[ _]/i;

/** A name without the type at its end or beginning, and whether there was one: `neuron one photon series`. */
export function splitType(words: string): { own: string; isTyped: boolean } {
  const own = words.replace(TYPE_ENDING, '').replace(TYPE_START, '').trim();
  return own === '' || own === words ? { own: words, isTyped: false } : { own, isTyped: true };
}
