/** Checks of what is said to follow: outcomes and causes are reported only as the owners' own words tell them. Pure. */

import { splitSentences } from '../../model/plain-text.ts';
import type { Check, CheckInput, Draft } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import { shortenExcerpt } from '../markdown.ts';
import { findStem, isSaid } from '../passages.ts';
import type { ProseBlock } from '../prose.ts';
import { isOfPurpose } from './sentences.ts';

/** Verbs of outcome and reporting: one of their group in the owners' words is as good as another. */
const REPORTED =
  /\b(?:(?:results?|recordings?|data|findings?|experiments?|analys[ei]s|authors?|study|trials?)\s+(?:also\s+)?(?:show(?:s|ed)?|reveal(?:s|ed)?|demonstrate[sd]?|indicate[sd]?|confirm(?:s|ed)?|suggest(?:s|ed)?|prove[sd]?)\b|(?:was|were|is|are)\s+(?:\w+ly\s+)?(?:found|shown|seen|observed|revealed|demonstrated)\s+to\b|(?:showed|revealed|demonstrated|confirmed|found)\s+that\b)/i;
const REPORT_STEMS = ['show', 'reveal', 'demonst', 'find', 'found', 'report', 'indicat', 'suggest'];

/** Comparatives and verbs that state an outcome. */
const OUTCOME =
  /\b(?:(?:better|worse|higher|lower|faster|slower|stronger|weaker|larger|smaller|sharper|more|less|fewer|earlier|later|greater)\b(?! than (?:\d|a |an |one |half|two|three|ten|twenty|hundred))[^.;]{0,60}\b(?:than|when|in the|at (?:higher|lower)|after|during|for)\b|(?:became|become|grew|were|was|is|are)\s+(?:\w+\s+)?(?:more|less|most|least|better|worse|faster|slower|stronger|weaker|sharper|sharpest|higher|lower|largest|strongest)\b|(?:rose|fell|dropped|declined|degraded|deteriorated|improved|outperform\w*|remapped|correlated|differed|decayed|adapted|killed|survived|doubled|halved)\b|with an?\s+accuracy\s+of|accurac(?:y|ies)\s+of\s+\d|\d+\s?(?:%|percent)\s+accuracy|(?:impair(?:s|ed)|enhance[sd]|abolish(?:es|ed)|cut)\s+\w+|increase[sd]\s+(?:with|by|after|during|in)\b|decrease[sd]\s+(?:with|by|after|during|in)\b)/i;

/** Verbs and words of cause. */
const CAUSE =
  /\b(?:cause[sd]?|causing|drive[sn]?|drove|lead(?:s)?\s+to|led\s+to|leading\s+to|trigger(?:s|ed)|controls?\b(?=\s+(?:the|of|\w+s\b))|explain(?:s|ed)?|makes?\s+(?:the\s+)?(?:mice|rats?|animals?|monkeys?|fish|subjects?|neurons?|cells?|mouse|participants?|it|them)\s+\w+|increase[sd]?\s+(?!with|by|in\b)\w+|reduce[sd]?|suppress(?:es|ed)?|abolish(?:es|ed)?|silence[sd]|raise[sd]?\s+the|recruit(?:s|ed)?|impair(?:s|ed)?|results?\s+(?:in|from)|resulted\s+(?:in|from)|is\s+responsible\s+for|are\s+responsible\s+for|due\s+to|because\s+of|mediate[sd]?|gives?\s+rise\s+to|underl(?:ies|ie)|determine[sd]?\s+(?:the|how)|induce[sd]?|prevent(?:s|ed)?|therefore|thereby|thus|consequently|as\s+a\s+(?:result|consequence))\b/i;

/** Sentences about how files and recordings are made, in which such words claim nothing of the brain. */
const OF_METHOD =
  /\b(?:includes?|contains?|holds?|stores?|covers?|comprises?|files?|tables?|columns?|series|stored|metadata|recorded (?:with|by|from|at)|acquired|sampled|sampling|filtered|units? of|described|summary|noise|artifacts?|denoised|motion[- ]corrected|dataset was|data were (?:collected|recorded))\b/i;

/** Sentences that hold of the world and not of these data. */
const OF_THE_WORLD =
  /\b(?:is among the|are among the|in general|generally|it is known|are known to|many animals|perhaps the|often)\b/i;

function isBornOut(sentence: string, trigger: string, evidence: Evidence): boolean {
  const verbs = trigger.match(/\p{L}{4,}/gu)?.map(findStem) ?? [];
  const isReported =
    verbs.length === 0 || verbs.some((verb) => evidence.stems.has(verb) || REPORT_STEMS.includes(verb));
  return isReported && evidence.passages.some((passage) => isSaid(sentence, passage));
}

function findClaims({ prose, evidence }: CheckInput, triggers: readonly RegExp[], message: string): Draft[] {
  return prose
    .filter(({ part }) => part !== 'keywords')
    .flatMap((block) =>
      listSentences(block).flatMap((sentence): Draft[] => {
        if (isOfPurpose(sentence) || OF_METHOD.test(sentence) || OF_THE_WORLD.test(sentence)) return [];
        const trigger = triggers
          .map((pattern) => pattern.exec(sentence)?.[0])
          .find((match) => match !== undefined);
        if (trigger === undefined || isBornOut(sentence, trigger, evidence)) return [];
        return [
          { message, excerpt: shortenExcerpt(trigger), location: { part: block.part, index: block.index } },
        ];
      }),
    );
}

function listSentences({ text }: ProseBlock): string[] {
  return text.split('\n').flatMap(splitSentences);
}

/** No outcome is told that the owners do not tell. */
export const results: Check = {
  name: 'results',
  severity: 'warning',
  holds: 'no result is told that the owners’ own words do not tell',
  find: (input) =>
    findClaims(input, [REPORTED, OUTCOME], 'A result is told that the owners’ own words do not tell.'),
};

/** No cause is told that the owners do not tell. */
export const causes: Check = {
  name: 'causes',
  severity: 'warning',
  holds: 'no cause is told that the owners’ own words do not tell',
  find: (input) => findClaims(input, [CAUSE], 'A cause is told that the owners’ own words do not tell.'),
};
