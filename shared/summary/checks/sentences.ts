/**
 * Classifies sentences: denial, speculation, general knowledge, purpose. Also finds the abbreviations that a text
 * introduces. Pure.
 */

const DENIAL =
  /\b(?:no|not|without|lacks?|lacking|absent|none|neither|nor|unlike|rather than|instead of|in contrast(?: to)?|missing|excluding|except)\b/i;
/** Denials after the words, in the same clause. */
const DENIED_AFTER =
  /^[^,;.]{0,40}(?:,\s(?:which|that|who)\b[^,;.]*,\s)?[^,;.]{0,40}\b(?:(?:is|are|was|were|do|does|did|has|have) (?:not|never)|absent|missing|lacking|left out|excluded)\b/i;

/** A label, at the beginning of a paragraph or line, of what the files do not contain: `Not present:`. */
const LABEL_OF_ABSENT =
  /^\W*(?:not (?:present|included|provided|contained|stored|available|in (?:the|these) files)|absent|missing|left out|excluded)\W{0,3}:/i;

/** A denial by the first verb after the words: `Segmented regions, traces and behavior are absent`. */
const ABSENT =
  /^(?:(?!\b(?:is|are|was|were|has|have|had|contains?|holds?|stores?|includes?|provides?|accompan\w+|come|comes)\b)[^.;:\n]){0,160}\b(?:is|are|was|were) (?:all |both |also |deliberately |neither )?(?:absent|missing|lacking|left out|excluded|omitted|not|never)\b/i;

/** Denials that end at the next comma: `instead of photometry, …`. */
const DENIED_ASIDE =
  /\b(?:instead of|rather than|unlike|in contrast to|in place of|apart from|except for)\b[^,;.:()]*,/gi;

/** Denials that end at the verb: `the files without photometry contain …`. */
const LACKING_SUBJECT =
  /\b(?:without|lacking)\b[^,;.:()]*?(?=\b(?:contains?|holds?|stores?|includes?|ha(?:s|ve)|provides?)\b)/gi;

/** Whether the clause denies the words at an offset of a text: then it does not claim them. */
export function isDenied(text: string, at: number): boolean {
  const before = text
    .slice(Math.max(0, at - CLAUSE_LENGTH), at)
    .replace(DENIED_ASIDE, ' ')
    .replace(LACKING_SUBJECT, ' ');
  const clause = before.split(/[.;:\n]|, (?:but|while|whereas|and|yet|though)\b/).at(-1) ?? '';
  const after = text.slice(at);
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  if (LABEL_OF_ABSENT.test(line) && !/[.;]\s/.test(line)) return true;
  return DENIAL.test(clause) || DENIED_AFTER.test(after) || ABSENT.test(after);
}

/** Most characters from the beginning of a clause to a word. */
const CLAUSE_LENGTH = 120;

const SPECULATION =
  /\b(?:could|may|might|future|would|potential(?:ly)?|possibly|perhaps|presumably|probably|likely|such as those|in principle|if|can (?:\w+ )?(?:compromise|affect|limit|impair|degrade|hinder|complicate|confound))\b/i;

/** Whether a sentence is speculative. */
export function isSpeculation(sentence: string): boolean {
  return SPECULATION.test(sentence);
}

/** A possibility, not something that was done: `its morphology can be recovered`. */
const POSSIBLE = /\bcan (?:\p{L}+ )?be\b/iu;

/**
 * Whether the words at an offset of a sentence are speculative, by a word before them or in the rest of their clause.
 */
export function isSpeculationAt(sentence: string, at: number): boolean {
  const after = /^[^,;:()]*/.exec(sentence.slice(at))?.[0] ?? '';
  const clause = `${sentence.slice(0, at)}${after}`;
  return SPECULATION.test(clause) || POSSIBLE.test(clause);
}

const OF_THE_FIELD =
  /\b(?:(?:has|have) (?:been (?:\w+ )?(?:studied|investigated|characteri[sz]ed|explored)|changed|transformed|revolutioni[sz]ed|become|long|advanced)|in recent years|the field|it is known|is known to|are known to|widely (?:used|studied)|in general|generally)\b/i;

/** Whether a sentence is about a field of research rather than these data. */
export function isAboutField(sentence: string): boolean {
  return OF_THE_FIELD.test(sentence);
}

const PURPOSE =
  /\b(?:aim(?:s|ed)?|seeks?|sought|intend\w*|hypothes\w*|purpose|goal|useful|valuable|relevan\w*|helps?|allow\w*|enabl\w*|inform\w*|understand\w*|investigat\w*|explor(?:es?|ed|ing)|examin\w*|stud(?:y|ies|ied) (?:how|whether|of)|whether|how|ask(?:s|ed)?|can be|can|serve[sd]?|support\w*|test(?:s|ing)? (?:how|whether|the)|to (?:determine|assess|characteri[sz]e|evaluate|see|learn|find|study|improve)|designed to|question|theor(?:y|ies)|propos\w+|models? (?:hold|posit|predict))\b/i;

/** Whether a sentence states a purpose, a question or a use rather than a result. */
export function isPurpose(sentence: string): boolean {
  return PURPOSE.test(sentence) || isSpeculation(sentence);
}

/** Words followed by an abbreviation in parentheses: `the National Institute of Mental Health (NIMH)`. */
const INTRODUCED = /((?:[\p{L}\p{N}'’/-]+ ){1,8})\((\p{L}[\p{L}\p{N}-]{1,7})\)/gu;

/** An abbreviation that a text introduces and the words that it abbreviates, both in lower case. */
export interface Abbreviation {
  readonly short: string;
  readonly words: string;
}

/**
 * Finds the abbreviations that a text introduces after their words. Their letters must occur in the words in the same
 * order.
 */
export function findAbbreviations(text: string): Abbreviation[] {
  return [...text.matchAll(INTRODUCED)].flatMap(([, before = '', short = '']): Abbreviation[] => {
    const letters = short
      .toLowerCase()
      .replace(/s$/, '')
      .replace(/[^\p{L}]/gu, '');
    const words = before.trim().split(' ');
    // Start at the last word from which the abbreviation can be formed.
    const from = words.findLastIndex(
      (word, index) =>
        word.toLowerCase().startsWith(letters.charAt(0)) &&
        words.length - index <= letters.length + MOST_SMALL_WORDS &&
        isInOrder(letters, words.slice(index).join(' ').toLowerCase()) &&
        words.length - index >= Math.min(2, letters.length),
    );
    if (letters.length < 2 || from < 0) return [];
    return [{ short: short.toLowerCase(), words: words.slice(from).join(' ').toLowerCase() }];
  });
}

/** Most words without a letter in the abbreviation, such as `of` and `the`. */
const MOST_SMALL_WORDS = 3;

function isInOrder(letters: string, words: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = words.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
