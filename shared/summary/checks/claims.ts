/** Checks of results and causes: a summary reports only those that the owners state. Pure. */

import { listSentences } from '../../model/plain-text.ts';
import { isReversed } from '../agency.ts';
import type { Check, CheckInput, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { shortenExcerpt } from '../markdown.ts';
import { findMeaning } from '../meanings.ts';
import { COMPARISON, isStated, SUPERLATIVE } from '../passages.ts';
import { isPurpose } from './sentences.ts';

/** Verbs that report a result. They are interchangeable: any of them in the owners' words supports any other. */
const REPORTED =
  /\b(?:(?:results?|recordings?|data|findings?|experiments?|analys[ei]s|authors?|study|trials?)\s+(?:also\s+)?(?:show(?:s|ed)?|reveal(?:s|ed)?|demonstrate[sd]?|indicate[sd]?|confirm(?:s|ed)?|suggest(?:s|ed)?|prove[sd]?)\b|(?:was|were|is|are)\s+(?:\w+ly\s+)?(?:found|shown|seen|observed|revealed|demonstrated)\s+to\b(?!\s+(?:the|an?|each|every|all|both|these|them|him|her|subjects?|animals?|mice|rats?|monkeys?|participants?|patients?|fish|users?)\b)|(?:showed|revealed|demonstrated|confirmed|found)\s+that\b)/i;
const REPORT_STEMS = [
  'seen',
  'observed',
  'show',
  'revealed',
  'demonstrated',
  'found',
  'reported',
  'indicates',
  'suggests',
].map(findMeaning);

/** Verbs of cause. They are interchangeable: `activates` in the owners' words supports `recruits` or `drives`. */
const CAUSE_STEMS =
  'activate suppress drive trigger cause mediate induce reduce increase silence inhibit modulate control lead recruit excite evoke elicit'
    .split(' ')
    .map(findMeaning);

/** Words that compare one thing with another. */
const COMPARED =
  /\b(?<!\bno )(?:better|worse|higher|lower|faster|slower|stronger|weaker|larger|smaller|sharper|more(?! numerous| common)|less(?! attention)|fewer|earlier|later|greater|longer|shorter|broader|narrower|deeper|\w+ier)\b(?! than (?:\d|an? |one|half|tw|th|fo|fi|six|seven|eight|nin|ten|eleven|hundred|once))[^.;]{0,60}\b(?:than|when|in the|at (?:higher|lower)|after|during|for|with|compared)\b|\b(?:became|become|grew|gr[eo]w|were|was|is|are|had|has|have|showed?|fired|responded|took up|remained|stayed)\s+(?:the\s+|a\s+)?(?:\w+ly\s+)?(?:more(?! attention| than (?:\d|an? |one|half|t[wh]|fo|fi|six|seven|eight|nin|ten|eleven|hundred|once))|less(?! attention)|most|least|better|worse|best|faster|fastest|slower|slowest|stronger|strongest|weaker|weakest|sharper|sharpest|higher|highest|lower|lowest|larger|largest|smaller|smallest|longest|shortest|broader|narrower)\b(?!\s(?:common|frequent|numerous|recent|likely|of the)\b)|\b(?:(?:twice|double|triple|\w+ times) (?:as|the|more|higher|faster|their)|half (?:as|their|the (?:size|speed|rate|time|amplitude|latency|accuracy|error)))\b|\bfar more (?!numerous|common|frequent)\w+|\bmore (?!recently|specifically|precisely|broadly|generally|exactly)\w+ly\b|\b(?:longest|strongest|earliest|fastest|most (?:easily|often|strongly|reliably|accurately))\b|\b(?:faster|slower|stronger|weaker|longer|shorter|earlier|later) (?:as|to|if|while|the)\b|\bthe (?:most|least) (?!common|frequent|numerous|recent|of|part|detailed|complete|extensive|comprehensive)\w+/i;

/** Words that state a result: what cells, animals and methods turned out to do. */
const TURNED_OUT =
  /\b(?:(?:varied (?:along|with|continuously)|covar\w+|rose|fell(?! (?:passive|asleep|ill|into|silent))|dropped|declined|degraded|deteriorated|improved|outperform\w*|remapped|(?<!\b(?:from|of|the|an?|with|highly|strongly) )correlate[sd]?|differed|decayed|adapted|killed|survived|doubled|halved|emerged|persisted|vanished|(?:above|below|at) chance|(?:fired|spiked) in phase|phase[- ]lock(?:ed|ing)? to|exceeded (?:chance|that|those)|(?:neurons?|cells?|units?|interneurons?|glia|astrocytes|responses?) (?:\w+ly )?(?:responded|fired) (?:at|more|most|only|less|least|in response|best|first)\b|disappeared|collapsed|converged|failed|succeeded|(?:activity|responses?|cells?|neurons?|signals?|dopamine|firing|glia) (?:\w+ly )?predict(?:ed|s)|(?<!\b(?:that|to|can|may|which|models?|methods?) )generali[sz]e[sd]?|(?<!\b(?:an?|the|its|their|each|whose|own|cell's) )preferred|avoided|habituated|mastered|learned to (?:avoid|discriminate|distinguish|predict|ignore|associate|anticipate)|(?:kept|retained|lost|maintained) (?:most|much|all|some|half|none) of (?:its|their)|sharpened|shortened|lengthened|slowed|accelerated|scaled with|scales with|proved|turned out|resembled|mirrored|(?:activity|spikes?|firing|responses?|calcium|dopamine|signals?|neurons?|cells?) (?:\w+ )?(?:preceded|lagged)|desynchroni[sz]ed|saturated|plateaued|recovered|matured|learned within|took up most|found (?:all|most|few|no)\b|(?:most|few|all|none|many|only \w+) (?:of the )?(?:\w+ ){1,2}(?:activated|evoked|elicited|responded|fired|encoded|(?<!\b(?:an?|the|its|their|each|whose|own|cell's) )preferred|suppressed|excited|inhibited)\b)(?! (?:with|by|in|from|using|at|on|during) (?:\w+ )?(?:microscop\w+|cameras?|software|video))|(?:remain(?:ed|s)?|stay(?:ed|s)?|kept|were|was|is|are|prov(?:ed|es))\s+(?:their\s+\w+|(?:\w+ly\s+)?(?:stable|unchanged|similar|intact|constant|tuned|selective|correlated|synchronous|robust|reliable|necessary|sufficient|required|essential|impaired|detected with(?=\s(?:an? )?(?:high|low|near|great|(?:\w+ ){0,2}(?:accuracy|reliability|precision)|\d))|identified correctly|correct on|preserved|accurate|sensitive to|able to))\b(?! (?:temperature|24))|evoked (?:responses?|\w+ responses?|spikes) within|with an?\s+accuracy\s+of|accurac(?:y|ies)\s+of\s+\d|\d+\s?(?:%|percent)\s+(?:accuracy|of (?:neurons|cells|units|trials|mice|animals))|by \d+(?:\.\d+)?\s?(?:%|percent)|(?:impair(?:s|ed)|enhance[sd]|abolish(?:es|ed)|weaken(?:s|ed)|strengthen(?:s|ed)|amplif(?:y|ies|ied)|attenuate[sd]?|dampen(?:s|ed)|disrupt(?:s|ed)|restore[sd]|cut)\s+(?!from|into|in|at|by|and|off)\w+|(?:increase[sd]?|decrease[sd]?|falls?|rises?|drops?|grows?)\s+(?:\w+ly\s+)?(?:with|by|after|during|in|as|once)\b|could be (?:predicted|decoded|read out|classified|told apart|distinguished) (?:from|by)\b|(?:required?|needed) (?:an? |the )?(?:weaker|stronger|higher|lower|larger|smaller|longer|shorter|more|less|fewer)\b(?! (?:than|files|detail)))/i;

/** Comparisons of files or equipment, which are not results. */
const OF_MAKE =
  /\b(?:more (?:information|details?|than (?:one|\d)|recent|exactly|precisely|specifically|detailed|about|on)|less than \d|at least|no more than|(?:the )?most (?:of|files|sessions|recordings|stacks|common|recent)|larger (?:project|study|dataset|collection|effort)|higher[- ](?:order|level|density|resolution)|later (?:analys\w+|use|sessions?)|earlier (?:version|work|stud\w+)|longer (?:version|recordings?)|(?:twice|half|three times|\w+ times) as (?:many|much|large|long)|times the (?:\w+ )?(?:area|size|number|length|duration|volume|diameter)|(?:more|fewer|less|larger|longer|shorter|smaller) (?:files?|sessions?|trials?|channels?|electrodes?|tetrodes?|sweeps?|subjects?|animals?|mice|rats|recordings?|columns?|rows?|units? per|planes?|data|space|samples?))\b/i;

/** Conclusions from a design or a number, and properties of files, devices and stimuli: none of these is a result. */
const OF_REASONING = new RegExp(
  [
    // Something made possible or easy.
    '\\bma(?:kes?|king|de) (?:\\p{L}+ ){1,3}?(?:also )?(?:possible|feasible|eas(?:y|ier)|simpler?|straightforward|hard(?:er)?|difficult|convenient|suitable|clear(?:er)?|available|usable|useful|comparable|unnecessary)\\b',
    // Something moved, fed or controlled by a device.
    '\\bdr(?:iven|ives?|iving|ove) (?:\\p{L}+ )?(?:into|through|down|in|from|via|with|to (?:a|the))\\b',
    '\\bdriven by (?:[\\p{L}\\d-]+ ){0,4}?(?:currents?|steps?|pulses?|commands?|voltages?|motors?|noise|software|signals?|stimulator)\\b',
    '\\b(?:interfaces?|amplifiers?|microscopes?|lasers?|cameras?|devices?|systems?|scanners?|rigs?|boards?|motors?|stimulators?|digiti[sz]ers?) driven by\\b',
    '\\b(?:was|were|been|being) (?:\\p{L}+ )?(?:habituated|adapted|acclimat\\p{L}+)\\b',
    // Sizes of files, contacts and stimuli.
    '\\b(?:smallest|largest|longest|shortest|lowest|highest) (?:of (?:which|them|all)|sessions?|recordings?|trials?|diameters?|sizes?|electrodes?|contacts?|files?|number|share|group|amplitudes?|levels?|concentrations?|frequenc(?:y|ies))\\b',
    '\\b(?:earlier|later|longer|shorter|smaller|larger) (?:ones?|sessions?|recordings?|files?|visits?|exposures?|epochs?|days?|dates?)\\b',
    '\\b(?:sessions?|files?|dandisets?|versions?|collections?|datasets?|voltages?|amplitudes?|pulses?|currents?|contacts?)(?: that [^,.;]+?)? (?:is|are|was|were) (?:\\p{L}+ )?(?:larger|smaller|longer|shorter|higher|lower)\\b',
    // Noise removed from a signal.
    '\\b(?:reduc(?:es?|ing)|suppress(?:es|ing)?|prevent(?:s|ing)?) (?:the )?(?:contamination|noise|artifacts?|motion|drift|background|bleaching|neuropil|crosstalk)\\b',
    // Recommended uses of data, and their reasons.
    '\\b(?:are|is) (?:thus |therefore |hence )?best (?:viewed|seen|treated|regarded|used|suited|understood|read|taken|thought of)\\b',
    '\\bbecause\\b(?=[^.;]{0,120}\\bsuch (?:sessions?|data|recordings?|files?|datasets?)\\b)',
    // Conclusions about a count or a use.
    '\\b(?:thus|therefore|hence|consequently|thereby)\\b(?=[^.;]{0,40}?(?:\\d|\\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?)\\b|\\b(?:files?|sessions?|recordings?|trials?|rows?|columns?|series|tables?|metadata|species|names?|no|not|need|cannot|only|be|remains?|mak(?:es?|ing)|allow\\w*|enabl\\w*|permit\\w*|possible|useful|suit\\w*|serve\\w*|largest|smallest)\\b))',
  ].join('|'),
  'giu',
);

/** Verbs and words of cause. */
const CAUSE =
  /(?<![\w-])(?:cause[sd]?|causing|drive[sn]?(?! (?:the |an? )?(?:interface|cursor|decoder|bmi|bci|prosthe\w+|robot\w*|muscles?)\b)|drove(?! (?:the |an? )?(?:interface|cursor|decoder|bmi|bci|prosthe\w+|robot\w*)\b)|lead(?:s)?\s+to|led\s+to|leading\s+to|trigger(?:s|ed)|controls?\b(?=\s+(?:the|of|\w+s\b))|(?<!\b(?:owners?|authors?|they|description|contributors?|files?|metadata) )explain(?:s|ed)?(?! (?:in|by the)\b)|slow(?:s|ed)?\s+(?:the|down)|(?:delayed|hastened)\s+the|(?<!\b(?:was|were|are|is|been|be) )(?:excited|inhibited|depolari[sz]ed|hyperpolari[sz]ed|entrained)\s+(?:the\s+)?(?:\w+\s+)?(?:neurons?|cells?|interneurons?|units?|activity|responses?|firing|spiking|axons?|astrocytes)|speeds?\s+up|mak(?:es?|ing)\s+(?:\w+\s+){1,4}?(?:more|less|faster|slower|\w{3,}er)\b|ma(?:kes?|de)\s+(?:the\s+)?(?:mice|rats?|animals?|monkeys?|fish|subjects?|neurons?|cells?|mouse|participants?|network|it|them)\s+(?!possible|eas\w+|suitable|feasible|straight|available|useful|clear|a\b|an\b|well\b)\w+|increase[sd]?\s+(?!with|by|in\b)\w+|reduce[sd]?|suppress(?:es|ed)?|abolish(?:es|ed)?|(?<!\b(?:was|were|are|is|been|be) )silence[sd]|raise[sd]?\s+the|recruit(?:s|ed)?|impair(?:s|ed)?|(?<!\b(?:the|their|these|its|our|all|main|any|no|some|state|report|summari[sz]e|describe|present) )results?\s+(?:in|from)|resulted\s+(?:in|from)|is\s+responsible\s+for|are\s+responsible\s+for|due\s+to|because|(?<!\b(?:positioned|placed|suited|thought|believed|proposed|able) to )mediate[sd]?(?! by \w*\d)|gives?\s+rise\s+to|(?:neurons?|cells?|interneurons?|astrocytes|glia|units?|cortex)\s+(?:was|were|are|is)\s+(?:\w+ly\s+)?(?:activated|excited|inhibited|modulated|entrained)\s+by(?!\s(?:\w+\s){0,2}(?:light|laser|led|photo))|(?:activity|flow|responses?|release|tuning|learning|performance|firing|coupling|plasticity|swimming)\s+(?<!\bnot )depend(?:s|ed)?\s+on|(?<!\b(?:was|were|be|been|is|are|slowly|then|and)\s)lowered\s+(?!(?:the\s+|an?\s+)?(?:\w+\s+)?(?:tetrodes?|probes?|electrodes?|arrays?|pipettes?|shanks?)\b|in|to|by|through|on|at|vert|slow)\w+|underl(?:ies|ie)|determine[sd]?\s+(?:the|how)|induce[sd]?|prevent(?:s|ed)?|therefore|thereby|thus|consequently|as\s+a\s+(?:result|consequence))\b/i;

/**
 * Words of sentences about how files and recordings are made, in which verbs of cause claim nothing about the brain.
 */
const OF_METHOD =
  /\b(?:includes?|contains?|holds?|stores?|covers?|comprises?|files?|tables?|columns?|series|stored|metadata|recorded (?:with|by|from|at)|acquired|sampled|sampling|filtered|units? of|described|summary|artifacts?|denoised|(?:is|are|was|were) (?:entered|listed|given|named|labell?ed) as|(?:the )?(?:first|second|third|fourth|fifth|sixth|last|other|one) (?:gives|has|holds|shows|lists)|motion[- ]corrected|dataset was|dandiset provides|(?:underlie|underlies|accompany|accompanies) (?:an?|the|these|this) (?:papers?|articles?|publications?|study|preprint|data|dataset|files?)|data were (?:collected|recorded)|digiti[sz]\w+|amplif\w+|segments?|cannot be \w+|software|package|microscopes?|lasers?|driver lines?|(?:driver|cre) lines?)\b/i;

/** Consequences of a trial, a choice or a rule, which describe the task. */
const OF_TASK =
  /\bblocks? (?:are|is|were|was|switch\w*|chang\w*|revers\w*)\b|\b(?:had to|have to|has to|must|decid(?:e|es|ed|ing)|judge[ds]?)\b|\b(?:(?:trials?|choices?|pok(?:e|es|ing)|responses?|licks?|errors?|entry|selection|press(?:es)?)\b[^.;]{0,60}\b(?:led|lead|leads|resulted|results|triggers?|triggered)\b|(?:led|lead|leads|resulted|results) (?:to|in) (?:a |an |the )?(?:\w+ ){0,2}(?:reward\w*|unreward\w*|outcome|feedback|time-?out|trial|juice|water))\b/i;

/**
 * Words of sentences about publication, funding or possible uses of the data. They state a result only with a verb of
 * reporting.
 */
const OF_PUBLICATION =
  /\b(?:published|appeared|journal|colleagues|et al|grants?|funded|supported by|licen[cs]e|make(?:s)? it (?:possible|easy|easier|feasible)|need(?:s|ed)?|requir\w+|should|meant to|suited|test(?:ed)? whether|ready for)\b/i;

/** A proposal for readers: `an obvious first experiment is to train a decoder`. */
const SUGGESTED =
  /\b(?:obvious|natural|sensible|good|simple|reasonable|useful|interesting|first|next) (?:first |next )?(?:experiments?|steps?|analys[ei]s|uses?|tests?|exercises?|questions?|starting points?|checks?|comparisons?) (?:is|are|would be) to\b/i;

/** Words of general statements that are not about these data. */
const OF_THE_WORLD =
  /\b(?:is among the|are among the|(?:less|poorly|not) (?:well )?(?:characteri[sz]ed|understood|known|studied)|in general|generally|it is known|are known to|many animals|perhaps the|according to (?:one|some|an?other|many|a|most|several) (?:\w+ )?(?:class|models?|theor\w+|views?|hypothes\w+|accounts?|proposals?)|(?:important|useful|valuable|interesting|helpful|relevant) (?:to \w+ )?because|often|usual|usually|customar\w+|typically|commonly|normally|as a rule|(?:is|are|remains?) (?:\w+ )?(?:difficult|hard|challenging|notorious\w*|laborious|poorly understood|unknown|unclear|debated|under debate))\b/i;

/** Words of sentences that compare the steps of a protocol: each pulse with the previous one. */
const OF_PROTOCOL =
  /\b(?:pulses?|steps?|currents?|amplitudes?|intensit(?:y|ies)|stimul(?:us|i)|packets?|tones?|concentrations?|powers?|frequenc(?:y|ies)|pairs?)\b/i;
const OF_OUTCOME =
  /\b(?:neurons?|cells?|units?|respon\w+|activit\w+|fir(?:ed|es|ing)|spik\w+|mice|rats?|animals?|monkeys?|fish|subjects?|participants?|patients?|evoked?|potentials?|thresholds?|accurac\w+|performance|behavio\w+|decod\w+|impedance|coupl\w+|modulat\w+|impair\w+|improv\w+|caus\w+|effect\w*|efficien\w*|reliab\w*|sensitiv\w*|pores?|uptake|dyes?|electropor\w+|yield\w*|produc\w+|led to|stronger|weaker)\b/i;
/** Whether a sentence describes only the sequence of stimuli, not the subjects or cells that receive them. */
function isOfProtocol(sentence: string): boolean {
  return OF_PROTOCOL.test(sentence) && !OF_OUTCOME.test(sentence);
}

/** Removes links and the words that claim nothing about the brain. */
function stripSentence(sentence: string): string {
  return sentence
    .replace(/\bhttps?:\/\/\S+/g, '')
    .replace(OF_MAKE, '')
    .replace(OF_REASONING, '');
}

/** Auxiliary verbs and connecting words, which carry no meaning of their own here. */
const HELPING =
  /^(?:were|have|been|that|their|than|with|when|after|during|thus|therefore|thereby|hence|consequently)$/i;

/** Attributions to the owners: `according to the authors`, `the title states the main finding:`. */
const BY_OWNERS =
  /\bthe (?:title|description) (?:states?|gives?|names?|reports?|summari[sz]es) (?:the|its|their) (?:main |central |key )?(?:finding|result|conclusion)s?:?|\b(?:according to|as) (?:the )?(?:owners|authors|description|metadata|title)(?: (?:state|report|say|note|put it))?,?|\bthe (?:owners|authors|title|description) (?:also )?(?:report|conclude|state|note|say|suggest|write|find)s?\b(?: that)?/gi;

/**
 * Whether a passage of the owners' words supports a sentence: it has the verb, the comparison if any, and the same
 * content.
 */
function isSupported(
  sentence: string,
  trigger: string,
  evidence: Evidence,
  { isComparison, isCause }: { readonly isComparison: boolean; readonly isCause: boolean },
): boolean {
  const verbs = (trigger.match(/\p{L}{4,}/gu) ?? []).filter((word) => !HELPING.test(word)).map(findMeaning);
  const hasVerb = (passage: ReadonlySet<string>) =>
    verbs.length === 0 ||
    passage.has(verbs[0]!) ||
    (isComparison && verbs.some((verb) => passage.has(verb))) ||
    verbs.some((verb) => REPORT_STEMS.includes(verb));
  const sign = /\bthan\b/i.test(sentence) ? COMPARISON : SUPERLATIVE;
  return evidence.passages.some(
    (passage) =>
      (hasVerb(passage) || (isCause && CAUSE_STEMS.some((stem) => passage.has(stem)))) &&
      (!isComparison || passage.has(sign)) &&
      isStated(sentence, passage),
  );
}

function findClaims({ prose, evidence }: CheckInput, triggers: readonly RegExp[], message: string): Draft[] {
  return prose
    .filter(({ part }) => part !== 'keywords')
    .flatMap((block) =>
      listSentences(block.text).flatMap((sentence): Draft[] => {
        const bare = stripSentence(sentence);
        const [pattern, trigger] = triggers
          .filter((each) => each === REPORTED || each === CAUSE || !isOfProtocol(sentence))
          .map((each) => [each, each.exec(bare)?.[0]] as const)
          .find(([, match]) => match !== undefined) ?? [undefined, undefined];
        const said = sentence.replace(BY_OWNERS, '');
        const isNew =
          trigger !== undefined &&
          !(MERE_LINK.test(trigger) && !OF_OUTCOME.test(sentence)) &&
          !claimsNothing(sentence, findIndependentClause(sentence, trigger)) &&
          !(pattern === COMPARED && isOfApparatus(sentence, trigger)) &&
          !isSupported(said, trigger, evidence, {
            isComparison: pattern === COMPARED,
            isCause: pattern === CAUSE,
          });
        const isOpposite =
          !isNew &&
          !claimsNothing(sentence, sentence) &&
          triggers.includes(CAUSE) &&
          isReversed(said, evidence.sentences);
        if (!isNew && !isOpposite) return [];
        return [
          {
            message: isOpposite ? REVERSED : message,
            excerpt: findClause(sentence, trigger),
            location: { part: block.part, index: block.index },
          },
        ];
      }),
    );
}

/**
 * Whether a clause claims no result: it states a purpose, a rule or a publication, or its sentence is a question,
 * describes a method or is a general statement.
 */
function claimsNothing(sentence: string, clause: string): boolean {
  return (
    isPurpose(clause) ||
    /\?\s*$/.test(sentence) ||
    OF_METHOD.test(sentence) ||
    OF_THE_WORLD.test(sentence) ||
    SUGGESTED.test(sentence) ||
    OF_TASK.test(clause) ||
    (OF_PUBLICATION.test(clause) && !REPORTED.test(clause))
  );
}

/** The boundary of two independent clauses. */
const CLAUSE_END =
  /;\s|,\s(?:and|but|which|so|yet)\s(?=(?:(?:the|this|these|it|they|its|that)\s|\p{L}+s?\s)?\p{L}+)/u;

/** Finds the independent clause that contains some words, or returns the whole sentence if they span several. */
function findIndependentClause(sentence: string, trigger: string): string {
  return sentence.split(CLAUSE_END).find((clause) => clause.includes(trigger)) ?? sentence;
}

/** Words that may link any two statements: they claim a cause only in sentences about cells, animals or effects. */
const MERE_LINK =
  /^(?:therefore|thereby|thus|consequently|because|due\s+to|explain(?:s|ed)?|as\s+a\s+(?:result|consequence)|(?:increase[sd]?|decrease[sd]?|falls?|rises?|drops?|grows?)\s+\w+)$/i;

/** The message for a claim that reverses one of the owners. */
const REVERSED = 'The owners’ own words tell it the other way round.';

/** The clause of a claim, from a few words before it to its end: enough to find the sentence by. */
function findClause(sentence: string, trigger = ''): string {
  const at = trigger === '' ? -1 : sentence.indexOf(trigger);
  // The trigger may span words that were removed before the search.
  if (at < 0) return shortenExcerpt(sentence);
  const before = /(?:[^\s,;:()]+\s+){0,4}$/.exec(sentence.slice(0, at))?.[0] ?? '';
  const after = /^[^;:(),]*/.exec(sentence.slice(at + trigger.length))?.[0] ?? '';
  const clause = `${before}${trigger}${after}`
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!?]+$/, '');
  return clause.length > MOST_OF_CLAUSE ? clause.slice(0, MOST_OF_CLAUSE).replace(/\s+\S*$/, '') : clause;
}

/** Most characters of a clause that are shown. */
const MOST_OF_CLAUSE = 160;

/** Nouns of equipment and stimuli: comparing them describes the experiment, not a result. */
const OF_APPARATUS =
  /\b(?:pulses?|amplitudes?|packets?|durations?|intervals?|voltages|currents|wavelengths|targets?|images|movies|sizes?|files|sessions?|ones|versions?|rows|columns|numbers?|values|resolutions?)(?:,? \w+){0,3},? (?:was|were|is|are|has|have|had|became)$/i;

/** Contacts, or a number of them, as the subject of a comparison of sizes: `six are the smallest`. */
const OF_CONTACTS =
  /\b(?:contacts?|electrodes?|sites?|of these|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+),? (?:was|were|is|are)$/i;
const SIZES = /\b(?:small|large|long|short|wide|thin|thick)(?:er|est)?\b/i;

/** Whether a comparison is about equipment or a stimulus, by the words before it. */
function isOfApparatus(sentence: string, trigger: string): boolean {
  const at = sentence.indexOf(trigger);
  const verb = /^(?:was|were|is|are|has|have|had|became)/i.exec(trigger)?.[0] ?? '';
  if (at < 0 || verb === '') return false;
  const before = sentence.slice(0, at + verb.length);
  return OF_APPARATUS.test(before) || (SIZES.test(trigger) && OF_CONTACTS.test(before));
}

/** Reports results that the owners do not state. */
export const results: Check = {
  name: 'results',
  severity: 'warning',
  rule: 'every result is stated by the owners',
  find: (input) =>
    findClaims(
      input,
      [REPORTED, COMPARED, TURNED_OUT],
      'A result is told that the owners’ own words do not tell.',
    ),
};

/** Reports causes that the owners do not state. */
export const causes: Check = {
  name: 'causes',
  severity: 'warning',
  rule: 'every cause is stated by the owners',
  find: (input) => findClaims(input, [CAUSE], 'A cause is told that the owners’ own words do not tell.'),
};
