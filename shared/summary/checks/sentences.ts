/** What kind of sentence a claim is in: one that denies, one that guesses, one of a purpose. Pure. */

const DENIAL =
  /\b(?:no|not|without|lacks?|lacking|absent|none|neither|nor|unlike|rather than|instead of|in contrast(?: to)?|missing|excluding|except)\b/i;
/** After the words, in the same clause. */
const DENIED_AFTER =
  /^[^,;.]{0,40}\b(?:(?:is|are|was|were|do|does|did|has|have) (?:not|never)|absent|missing|lacking|left out|excluded)\b/i;

/** Whether the clause denies what is at an offset of a text: it claims nothing. */
export function isDenied(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - CLAUSE_LENGTH), at);
  const clause = before.split(/[.;:\n]|, (?:but|while|whereas|and)\b/).at(-1) ?? '';
  return DENIAL.test(clause) || DENIED_AFTER.test(text.slice(at));
}

/** How far before a word its clause may begin. */
const CLAUSE_LENGTH = 120;

const SPECULATION =
  /\b(?:could|may|might|future|would|potential(?:ly)?|possibly|perhaps|presumably|probably|likely|such as those|in principle|if)\b/i;

/** Whether a sentence only supposes. */
export function isSpeculation(sentence: string): boolean {
  return SPECULATION.test(sentence);
}

const PURPOSE =
  /\b(?:aim(?:s|ed)?|seeks?|sought|intend\w*|hypothes\w*|purpose|goal|useful|valuable|relevan\w*|helps?|allow\w*|enabl\w*|inform\w*|understand\w*|investigat\w*|explor\w*|examin\w*|stud(?:y|ies|ied) (?:how|whether|of)|whether|how|ask(?:s|ed)?|can be|can|serve[sd]?|support\w*|test(?:s|ing)? (?:how|whether|the)|to (?:determine|assess|characteri[sz]e|evaluate|see|learn|find|study|improve)|designed to|question|theor(?:y|ies)|propos\w+|models? (?:hold|posit|predict))\b/i;

/** Whether a sentence tells a purpose, a question or a use, and no outcome. */
export function isOfPurpose(sentence: string): boolean {
  return PURPOSE.test(sentence) || isSpeculation(sentence);
}
