/**
 * Selects and quotes sentences of the owners' description that say what was done, to which subjects, where and with
 * what. Pure.
 */
import { foldWords } from '../../fold-text.ts';
import { findRegionsInProse } from '../../vocabulary/regions.ts';
import { findSpeciesInProse } from '../../vocabulary/species.ts';
import { findTasksInProse } from '../../vocabulary/tasks.ts';
import { findTechniquesInProse } from '../../vocabulary/techniques.ts';
import { cutAtWord, readSentences, stripHtml } from '../plain-text.ts';
import type { FactsAtHand } from './facts-at-hand.ts';
import { isSaidIn, listWords } from './said-words.ts';
import { describeClaim, type Sentence } from './sentence.ts';

/** Most characters quoted. */
const MAX_QUOTE = 1_000;
/** Most sentences quoted. */
const MAX_SENTENCES = 5;
/** Words of a description that says that the data are no experiment, which a reader has to know first. */
const OF_TEST = /\b(?:test|dummy|demo(?:nstration)?|placeholder|toy|mock)\b(?! (?:of|whether|how|if|the)\b)/i;
/** Most sentences of a description that are considered. */
const MAX_WEIGHED = 60;

/** Words about what was done, or what the data contain. */
const DOING =
  /\b(?:record(?:ed|ings?)|imag(?:ed|ing)|measured|acquired|collected|trained|performed|presented|stimulat(?:e|ed|es|ing)|tested|delivered|applied|received|underwent|completed|viewed|watched|listened|provid(?:es?|ed)|implanted|injected|perform(?:ed|ing)|tracked|simulated|patched|contains?|consists?|includes?|comprises?|integrates?|cover(?:s|ing)|dataset of|experiments? (?:in|with|on)|while|during)\b/i;
/** Sentences about the text, the files' handling, people or rights. */
const ASIDE =
  /:$|https?:|www\.|\bdoi\b|\S@\S|\b(?:see (?:also|the|dandiset)|please|cite|citation|licen[cs]e|acknowledg\w*|contact|funded|supported by|grant|repository|github|download\w*|script|tutorial|notebook|converted|conversion|readme|changelog|will be (?:added|uploaded)|under review|in press|we thank|corresponding author|supplement\w*|figure \d|fig\. ?\d|upload(?:s|ed|ing)?|as part of (?:the|our)|designed to facilitate|will facilitate|case study|associated with|this (?:combined )?(?:data|code) (?:and code )?release|code (?:release|to)|accompan(?:y|ies|ying)|data descriptor|folders?|(?:is|are) available (?:in|at|from|on)|preprint)\b/i;
/** Sentences on what was found or what it means. */
const RESULT =
  /\b(?:we (?:found|show|showed|demonstrate|report|conclude|propose|hypothesi[sz]ed?|suggest|discover\w*|reveal\w*)|our (?:results|findings|data (?:show|suggest))|these (?:results|findings)|suggest(?:s|ing)? that|significantly|in conclusion|thus|therefore|hence|demonstrat\w+|revealed|implicat\w+|remains? (?:unclear|unknown|poorly)|is (?:critical|crucial|essential|thought|known)|it is|hypotheses posit|allows? us to|we (?:can|will|aim|seek|hope|hypothesi[sz]e)|(?:this|our|the present) (?:study|work|paper|project) (?:explore|examine|investigate|addresse|aim|ask|test)s|(?:key|open|central|major) questions?|is an? (?:\w+ )?(?:feature|hallmark|component|challenge))\b/i;

/** References that are lost when a sentence is quoted alone: `these hypotheses`, `as above`. */
const DANGLING =
  /\b(?:as|described|mentioned|shown|noted|see) (?:above|below|earlier|before)\b|\b(?:above|following|latter|former)[- ](?:mentioned|described)\b|\bthe (?:above|following|latter|former)\b|\b(?:these|this|those|such|that) (?:\w+ ){0,2}(?:hypothes[ie]s|questions?|problems?|issues?|gaps?|ideas?|predictions?|challenges?|limitations?)\b|\((?:[^()]*\b)?(?:fig|figure|table|tab|eq|sect|section|suppl)s?\b\.? ?\d[^()]*\)|\b(?:fig|figure|table)s?\b\.? ?\d/i;
/** Beginnings that depend on a previous sentence, before the part that says what was done. */
const HANGING_START =
  /^(?:(?:to (?:address|answer|test|investigate|tackle|solve|examine|explore|study|this end|do (?:so|this))\b[^,]{0,120}|in (?:these|those) (?:recordings|sessions|experiments|files)|for this(?: purpose)?|therefore|thus|hence|moreover|furthermore|additionally|however|then|next|also|instead),\s+|(?:our|this|the) (?:experiments?|study|work|project) (?:seeks?|aims?|tries|tests?|addresse[sd]|set out)\b[^,.]{0,80}? by (?=(?:[\w-]+ly )?[\w-]+ing\b)|by (?=recording|imaging|measuring))/i;

/** A link in parentheses, which does not make its sentence an aside. */
const LINK_ASIDE = /\s*\((?:https?:|www\.)[^()\s]*\)/gi;

/** Finds the sentences worth quoting, in order; empty if the description has none. */
export function findInformativeSentences(description: string, title: string): string[] {
  const sentences = [...new Set(readSentences(description))].slice(0, MAX_WEIGHED);
  const name = foldWords(stripHtml(title.slice(0, 2000)));
  const usable = sentences.filter(
    (sentence) =>
      !ASIDE.test(sentence.replace(LINK_ASIDE, '')) &&
      !isSame(foldWords(sentence), name) &&
      sentence.split(' ').length >= 4 &&
      !DANGLING.test(sentence.replace(HANGING_START, '')),
  );
  if (usable.length === 0) return sentences.filter((sentence) => OF_TEST.test(sentence)).slice(0, 1);
  const weighed = usable.map((sentence, at) => ({ sentence, at, weight: scoreSentence(sentence, at) }));
  const best = weighed.toSorted((a, b) => b.weight - a.weight || a.at - b.at);
  const taken: typeof weighed = [];
  let length = 0;
  for (const entry of best) {
    if (taken.length === MAX_SENTENCES) break;
    const isWorth = taken.length === 0 || (entry.weight >= 2 && length + entry.sentence.length <= MAX_QUOTE);
    if (!isWorth) continue;
    taken.push(entry);
    length += entry.sentence.length;
  }
  return taken
    .toSorted((a, b) => a.at - b.at)
    .map(({ sentence }) =>
      cutAtWord(sentence, MAX_QUOTE)
        .replace(/[“”]/g, '"')
        .replace(/\s*[:;,]$/, ''),
    );
}

/**
 * Joins sentences into one quotation, with ` … ` for omitted text: sentences in between, beginnings that depend on a
 * previous sentence, and the title, which is already on the page.
 */
export function quoteSentences(sentences: readonly string[], description: string, title: string): string {
  const whole = readSentences(description).map((sentence) => sentence.replace(/[“”]/g, '"'));
  const name = stripHtml(title.slice(0, 2000)).trim();
  const joined = sentences.reduce((text, sentence, at) => {
    const isNext = at > 0 && whole.indexOf(sentence) === whole.indexOf(sentences[at - 1]!) + 1;
    const own = leaveOutTitle(isNext ? sentence : leaveOutStart(sentence), name);
    if (at === 0) return own;
    return `${text} ${isNext || own.startsWith('…') ? '' : '… '}${own}`;
  }, '');
  return `“${joined}”${/[.?!…]$/.test(joined) ? '' : '.'}`;
}

function leaveOutStart(sentence: string): string {
  const own = sentence.replace(HANGING_START, '');
  return own === sentence ? sentence : `… ${own}`;
}

/** Words before a title that is quoted as one, and is not part of the sentence. */
const BEFORE_TITLE = /(?:[:"'‘(]|\b(?:publication|paper|article|manuscript|(?:en)?titled|called))\s*$/i;

function leaveOutTitle(sentence: string, title: string): string {
  // `A long title -- Behavioral Dataset` is the title of the paper with the name of this part.
  for (const name of new Set([title, title.split(/\s+[-–—]+\s+/)[0]!])) {
    const at = name.length > MIN_SAME ? sentence.toLowerCase().indexOf(name.toLowerCase()) : -1;
    if (at > 0 && BEFORE_TITLE.test(sentence.slice(0, at)))
      return `${sentence.slice(0, at)}…${sentence.slice(at + name.length)}`;
  }
  return sentence;
}

function scoreSentence(sentence: string, at: number): number {
  const named = [findRegionsInProse, findSpeciesInProse, findTasksInProse, findTechniquesInProse].filter(
    (find) => find(sentence).length > 0,
  ).length;
  const doing = DOING.test(sentence) ? 2 : 0;
  // What was given and measured, in its units, is the method itself.
  const detail = Math.min(1.5, sentence.match(QUANTITY)?.length ?? 0);
  // A result that names how it was found says what was done as well.
  const isFound = FINDING.test(sentence) && (doing > 0 || findTechniquesInProse(sentence).length > 0);
  const result = isFound ? -1 : RESULT.test(sentence) ? 3 : 0;
  const cells = CELLS.test(sentence) ? 1 : 0;
  return named + cells + doing + detail - result + (at === 0 ? 0.5 : 0);
}

/** Cells, which no table of regions or methods has. */
const CELLS =
  /\b(?:neurons?|interneurons?|pyramidal|astrocytes?|glia|cell types?|motor units?|axons?|dendrites?|single units?)\b/i;

/** A finding, as its authors report one. */
const FINDING =
  /\b(?:revealed|(?:we|here,? we) (?:found|find|show|showed|observed?|report|demonstrate|discovered|identif(?:y|ied))|showed that|(?:results|data|findings) (?:show|indicate|reveal)|demonstrate the)\b/i;

/** A number with a unit of what is given or measured. */
const QUANTITY =
  /\b\d[\d.,]*\s?(?:k?Hz|m?s|sec(?:onds?)?|min(?:utes?)?|[mµu]?m|mm|[mµu]?W|[mpn]?A|[mk]?V|dB|ms|trials|channels?|microseconds|milliseconds|µm|nm|°C)\b/g;

/** Letters below which a text that holds another proves nothing. */
const MIN_SAME = 20;
/** Most words around a title that only say where it was published: `Data from “…” by Doe et al., 2024`. */
const MOST_AROUND = 12;

/** Whether a sentence repeats the title. */
function isSame(one: string, other: string): boolean {
  if (one.length > MIN_SAME && other.includes(one)) return true;
  if (one === other) return true;
  if (other.length <= MIN_SAME || !one.includes(other)) return false;
  const around = one.replace(other, ' ');
  return (
    around.split(' ').filter(Boolean).length <= MOST_AROUND && findTechniquesInProse(around).length === 0
  );
}

/** What the owners say was done, quoted; undefined where they do not say, or where the page has said it. */
export function quoteOwners({ facts, index }: FactsAtHand, said: string): Sentence | undefined {
  const { description, name } = facts.dandiset;
  const known = listWords(`${said} ${name}`);
  const sentences = findInformativeSentences(description, name).filter(
    (sentence) => !isSaidIn(listWords(sentence), known),
  );
  if (sentences.length === 0) return undefined;
  const quoted = quoteSentences(sentences, description, name);
  const isFragment = quoted.startsWith('“… ');
  const isGerund = /^“… (?:[\w-]+ly )?[\w-]+ing\b/.test(quoted);
  if (isGerund) return describeClaim(`The owners’ method was “${quoted.slice(3)}`, index.about('owners'));
  return describeClaim(
    isFragment ? `As the owners put it, ${quoted.replace('“… ', '“')}` : `In the owners’ words: ${quoted}`,
    index.about('owners'),
  );
}
