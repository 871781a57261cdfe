/** The check of stimuli: what was shown, played or given to subjects and cells is in the facts. Pure. */
import type { Check, Draft } from '../check.ts';
import { sentenceAt } from '../prose.ts';
import { isDenied, isSpeculation } from './sentences.ts';

/** Stimuli as prose names them, and the words of the facts, in lower case, that bear them out. */
const STIMULI: readonly (readonly [claim: RegExp, bornOut: RegExp])[] = [
  [
    /\b(?:pure |auditory |sound )?tones\b|\b(?:pure|auditory) tone\b|\b(?:auditory|sound|acoustic) (?:stimul\w+|cues?|oddballs?|clicks?)\b|\bwhite noise\b|\bclick trains?\b/i,
    /\btones?\b|(?<!ultra)sound|\baudi|acoust|noise|click|speech|music|song|vocal|\bhz tone/,
  ],
  [
    /\bodou?r(?:ants?)? (?:cues?|puffs?|stimul\w+)|\bolfactory (?:stimul\w+|cues?)/i,
    /odou?r|olfact|smell|sniff/,
  ],
  [/\bgratings?\b|\bgabors?\b/i, /grating|gabor/],
  [/\blooming\b/i, /loom/],
  [/\brandom[- ]dots?\b|\bdot kinematograms?\b/i, /dots?\b|coheren/],
  [
    /\bnatural(?:istic)? (?:scenes?|images?|movies?)\b/i,
    /natural|movie|scene|images? (?:set|present)|stimul\w* images?/,
  ],
  [/\bcheckerboards?\b/i, /checker/],
  [/\b(?:electric(?:al)?|foot|tail)[- ]?shocks?\b/i, /shock/],
  [/\b(?:air|eye)[- ]?puffs?\b/i, /puff/],
  [
    /\bwhisker (?:stimul|deflection)\w*|\btactile (?:stimul\w+|cues?)/i,
    /whisker|tactile|touch|vibrat|piezo|textur/,
  ],
  [/\b(?:sinusoidal|ramp|chirp) currents?\b|\bcurrent ramps?\b/i, /sinus|\bsine|ramp|chirp|zap/],
];

/** Every stimulus that is named is in the metadata or the headers. */
export const stimuli: Check = {
  name: 'stimuli',
  severity: 'warning',
  holds: 'every stimulus that is named is in the metadata or the headers',
  find: ({ prose, evidence }) =>
    prose.flatMap(({ text, part, index }) =>
      STIMULI.flatMap(([claim, bornOut]): Draft[] => {
        const match = claim.exec(text);
        if (match === null || bornOut.test(evidence.parted)) return [];
        if (isDenied(text, match.index) || isSpeculation(sentenceAt(text, match.index))) return [];
        return [
          {
            message: `Nothing in the facts speaks of “${match[0]}”.`,
            excerpt: match[0],
            location: { part, index },
          },
        ];
      }),
    ),
};
