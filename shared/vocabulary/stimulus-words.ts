/**
 * Words of prose for what is shown, played or given to subjects and cells, with the words of the facts that support
 * them. Written for this project. Pure data.
 */
import { parseClaimPatterns } from './claim-patterns.ts';

const SOUND = String.raw`\btones?\b|(?<!ultra)sounds?\b|\baudit|\baudio|acoust|(?:white|pink|noise) (?:noise|burst)|clicks?\b|\bspeech|\bmusic|\bsongs?\b|vocaliz|beep`;

/** Drugs, each supported only by its own name. */
const DRUGS =
  'ketamine muscimol isoflurane urethane propofol lidocaine clozapine psilocybin cocaine morphine haloperidol scopolamine tetrodotoxin bicuculline gabazine picrotoxin atropine pilocarpine amphetamine carbachol nicotine caffeine diazepam pentylenetetrazol'.split(
    ' ',
  );

/** Claims of stimuli. */
export const STIMULUS_WORDS = parseClaimPatterns(String.raw`
# Heard
(?:pure |auditory |sound |go |warning )?(?<!muscle )tones?(?! mapping)|(?:auditory|sound|acoustic) (?:go |start |warning )?(?:stimul\w+|cues?|oddballs?|clicks?|signals?)|click trains?|clicks|beeps?|chirps => ${SOUND}
white noise => noise
sounds?(?! (?:cards?|fil|waves?))|heard => ${SOUND}|hear|ultraso
(?:spoken|written|heard|read) (?:words|sentences)|syllables|vowels|phonemes|(?:words|sentences) (?:on (?:a |the )?screen|aloud|were (?:read|spoken|shown|played|heard)) => word|sentence|syllab|speech|vowel|phonem|languag|talk
music|melod(?:y|ies)|piano => music|melod|song|piano
(?:birdsongs?|conspecific (?:calls|songs)|natural sounds) => song|call|vocal|sound

# Seen
(?:light |bright |brief |visual )?flash(?:es|ed)(?: of light)?|flash of light|light flash|flashing (?:lights?|squares?|stimul\w+)|flicker\w*|strobe => flash|flicker|strobe
gratings?|gabors? => grating|gabor
looming => loom
random[- ]dots?|dot (?:kinematograms?|fields?|patterns?|clouds?|motion|stimul\w+)|moving[- ]dots? => dots?\b|coheren
natural(?:istic)? (?:scenes?|images?|movies?) => natural|movie|scene|images? (?:set|present)|stimul\w* images?
checkerboards? => checker
(?:moving|drifting|sweeping|light|oriented) bars => \bbars?\b
(?:pictures|photographs|images) of (?:\w+ )?(?:faces|animals|objects|houses|scenes|places|food)|(?<!\b(?:animal|mouse|rat|it|who|that|which) )faces(?! (?:an?|the|in|to|away)\b)|face stimul\w+ => (?<![a-z])faces?\b|pictures?\b|photograph|images? of
light stimulation => \blight|laser|\bled\b|opto|photo-?stim|flash
(?:visual|light) (?:cues?|landmarks?|targets?|stimul(?!ation)\w+)|visual stimulation => visual|\bcues?\b|screen|display|image|grating|light|movie|picture|target|gabor|flow|stimul\w* on
optic(?:al)? flow => flow|grating|visual feedback|drift
(?:in|under) (?:complete |total |near |the |constant )?dark(?:ness)?|dark(?:ened)? (?:room|box|arena|chamber|phase) => dark
letters?(?= (?:stimul|on the screen)) => letter

# Smelled and tasted
odou?r(?:ants?|s)? (?:cues?|puffs?|stimul\w+|pulses?)|olfactory (?:stimul\w+|cues?)|odou?r(?:ants?|s)?|smells?|scents? => odou?r|olfact|smell|sniff|(?<![a-z])scent
tastants?|quinine|tastes? => (?<![a-z])tast|(?<![a-z])gust|quinine|flavo

# Felt
(?:electric(?:al)?|foot|tail|mild)[- ]?shocks?|shocks => shock
(?:air|eye)[- ]?puffs?|puffs of air => puff
whisker (?:stimul|deflection)\w*|tactile (?:stimul\w+|cues?)|deflect(?:ed|ing|ion)s? (?:of )?(?:the )?whiskers? => whisker|tactile|touch|vibrat|piezo|textur|deflect
(?:mechanical |acoustic )?taps(?! on)|vibrations?|vibrotactile => \btaps?\b|vibrat|vibro|piezo
(?:textures?|sandpapers?) => textur|sandpaper
von frey|brush(?:ed|ing|es) (?:of )?(?:the )?(?:skin|paw|hand|arm)|pinch(?:ed|es|ing)? => von frey|brush|pinch
(?:noxious )?heat (?:stimul\w+|pulses?)|laser heat|thermal (?:stimul\w+|pulses?) => heat|thermal|temperature|warm
(?:painful|noxious) stimul\w+ => pain|noxi|nocicep|avers

# Given to cells
(?:sinusoidal|ramp|chirp) currents?|current ramps? => sinus|\bsine|ramp|chirp|zap
(?:noise|pink[- ]noise|white[- ]noise) currents?|frozen noise => noise
glutamate (?:puffs?|uncaging)|uncag\w+ => uncag|glutamate
magnetic (?:pulses?|stimul\w+) => magnetic|\btms

# Given as a drug
${DRUGS.join('\n')}
`);
