/**
 * The fixed words of structured writing. Changing one is a new revision: every summary written in this mode
 * becomes stale. Pure.
 */

/** Part of the identity of every run in this mode. */
export const STRUCTURED_REVISION = 4;

const FORM = `Answer with one JSON object and nothing else: no code fence, no words before or after it. Its form:
{"abstract": [SENTENCE, ...], "data": [SENTENCE, ...], "keywords": [{"text": "...", "facts": ["F1"]}, ...]}
where SENTENCE is {"starts": "paragraph" or "item" or "continues", "text": "...", "facts": ["F1", "F2"], "kind": "fact" or "claim" or "inference"}.
`;

const RULES = `Each fact below has a number, such as F7, and most have slots with names. In a text, write {F7.name} where a number, a name, a unit, a region, a species or a date of fact F7 belongs: the slot is replaced by what the fact says. Whatever number or name you write yourself must stand in a fact that the sentence names in "facts", in the same use and for no other noun.
A sentence says no more than its facts: what holds for some files is said of some files, never of all or of the Dandiset.
Write connected text, not a list of facts: join facts that belong together in one sentence, name all of them in "facts", and vary how sentences begin. Say each thing once.
"kind" is "fact" for what was counted or read, "claim" for what the owners say (say so once in a part and in passing, "..., its owners report.", never as its first words; go on without repeating it, and keep apart what was counted), and "inference" for what you conclude. At most two sentences may be inferences; word them so ("This suggests ...").
`;

/** The task of the model; the numbered facts follow. */
export const STRUCTURED_INSTRUCTIONS = `
Below are numbered facts about a Dandiset, counted over its files and taken from its metadata. Summarize the Dandiset in sentences that stand on these facts alone, each with the numbers of its facts.

"abstract": two or three paragraphs, as a paper's abstract tells an experiment to a researcher who may reuse its data. Begin with the question or the state of knowledge behind the experiment and what was done about it, as the owners put it, in words of your own; then what the subjects did or received and what was varied; then what was recorded, where in the brain, in which species and how many subjects, and with what. If the owners do not say why, one inference may name the likely purpose.
"data": what data are available, as paragraphs and items of lists: kinds of data with their counts, rates and tables; which files differ and how (facts that begin "In 3 of 12 files" are about groups of files); what a reader should know before using them, such as contradictions and labels that mislead; at the end the size. Licence and citation are added after your text.
"keywords": up to ten, each with the facts that it is based on.

${RULES}
${FORM}
`;

/** The task of the second request; the missing parts, the facts, and the refused parts follow. */
export const CORRECTION_INSTRUCTIONS = `
Below are numbered facts about a Dandiset, and after them sentences from an earlier summary that were refused, numbered R1, R2 and so on, each with the reason. Write each of them again so that it stands on the facts, or give it up with an empty text. Do not write anything that was not refused or asked for.

${RULES}
Answer with one JSON object and nothing else: no code fence, no words before or after it. Its form:
{"corrections": [{"refused": "R1", "text": "...", "facts": ["F1"], "kind": "fact" or "claim" or "inference"}, ...], "abstract": [SENTENCE, ...], "data": [SENTENCE, ...], "keywords": [{"text": "...", "facts": ["F1"]}, ...]}
where SENTENCE is {"starts": "paragraph" or "item" or "continues", "text": "...", "facts": ["F1"], "kind": "fact" or "claim" or "inference"}.
`;
