/**
 * Words of prose for what subjects do and how they are kept, with the words of the facts that support them: finer than
 * the table of tasks, which search and pages use. Written for this project. Pure data.
 */
import { parseClaimPatterns } from './claim-patterns.ts';

/** Words about a subject that moves freely. */
const FREE =
  'freely|free[- ](?:moving|swimming|crawling|walking|flying|roaming|behav)|unrestrained|open[- ]field|swim ?lane|chamber|arena|maze|(?:w-?|linear |running )track|home ?cage';
/** Words about a subject that is awake. */
const AWAKE =
  'awake|wake|behav|freely|task|train|sleep|head[- ]?fix|head[- ]?restrain|conscious|participant|patient|perform|running|swim|locomot|reach|lick|arous|explor|maze|track|session';

/** Claims of behavior. */
export const BEHAVIOR_WORDS = parseClaimPatterns(String.raw`
# Actions on things
lever[- ]?press\w*|press\w* (?:\w+ ){0,2}levers?|levers => lever
press(?:ed|es|ing)? (?:a |the )?(?:\w+ )?(?:buttons?|keys?|bars?)|button[- ]press\w*|key[- ]?press\w* => button|key ?press|keyboard|press
pull(?:ed|s|ing)? (?:a |the )?(?:\w+ )?(?:levers?|handles?|ropes?|strings?) => pull|lever|handle
licks?(?! (?:port|spout|sensor))|licked(?! (?:port|spout|sensor))|licking => lick|spout|lickport
nose[- ]?pok\w+ => pok
joysticks? => joystick|manipulandum
touch-?screens? => touch-?screen
cycl(?:ed|es|ing) (?:with|on) (?:a |the )?(?:[\w-]+ )?(?:pedals?|bikes?|ergometer)|pedal(?:l?ed|l?ing)?|(?:hand )?bikes? => pedal|bike|cycling|cycle|ergometer
grasp(?:s|ed|ing)?|gripp(?:ed|ing)|pinched objects? => grasp|grip|prehen|pinch
grabb(?:ed|ing)|picked up (?:a |the )?(?:\w+ )?(?:objects?|food)|pellets? => grab|grasp|pellet|pick
typ(?:ed|ing) (?:on|words|text|letters)|handwriting|drew (?:\w+ ){0,2}(?:shapes|lines)|drawing task => typ(?:ed|ing)|handwrit|drew|draw
thr(?:ew|owing)|catching (?:a |the )?balls? => throw|threw|catch

# Ways to move
(?:ran|runs?|running|walk(?:s|ed|ing)?) (?:\w+ )?on (?:a |an |the )?(?:[\w-]+ )?(?:wheel|treadmill|ball|dis[ck]) => wheel|treadmill|\bball\b|\bdis[ck]\b|running|locomot
(?:swam|swims?|swimming|crawl(?:s|ed|ing)?|walk(?:s|ed|ing)?|roam(?:s|ed|ing)?|flew|flying|mov(?:ed|es|ing)|behav(?:ed|ing)|r[au]n|running|explor(?:ed|ing)) (?:\w+ )?freely|freely[- ](?:swimming|crawling|walking|flying|roaming|moving|behaving) => ${FREE}
crawl(?:s|ed|ing)? => crawl|freely|behavio|locomot|larva
climb(?:s|ed|ing)?|jump(?:s|ed|ing)?(?! (?:to|between) (?:a |the )?(?:\w+ )?(?:conclusions?|sections?)) => climb|jump
rotarod|balance beam|beam[- ]walking|horizontal ladder => rotarod|beam|ladder
flew|flying|in flight|wing[- ]?beats? => fly|flew|flight|wing
treadmills? => treadmill
(?:running|exercise) wheels? => wheel
mazes? => maze|track
return(?:ed|ing|s) (?:to|from|home) => return|back to|inbound
steer(?:ed|ing|s) => steer|driv|joystick|cursor|obstacle|wheel|virtual

# How subjects are kept
head[- ]?(?:fixed|fixation|restrained)|headfixed => head[- ]?(?:fix|restrain|post|plate|bar)|headfix
(?:embedded|mounted|immobili[sz]ed) in (?:\w+ )?(?:agarose|agar|gel)|agarose|tethered => agarose|agar|embed|tether|head-?fix|immobili
paraly[sz]ed (?:fish|larvae|animals?|cats?|monkeys?)|fictive(?:ly)? => paraly|fictive|bungarotoxin
(?:awake|alert|unanesthetized) => ${AWAKE}
(?:seated|sat|sitting) in (?:a |an |the )?(?:\w+ )?(?:chair|wheelchair)|primate chairs? => chair|seat|sit
in (?:their |a |the )?home ?cages? => home ?cage
(?:water|food)[- ](?:restrict\w+|depriv\w+) => restrict|depriv
head[- ]mounted (?:displays?|goggles) => head-mounted|goggle|virtual

# States
(?:slept|asleep|napp(?:ed|ing)) => sleep|slept|asleep|\bn?rem\b|\bnap
(?:quiet )?(?:rest(?:ed|ing)|(?<!the )rest) (?:in|periods?|sessions?|box|epochs?)|at rest => rest|quiet|spontan|baseline|sleep
hibernat\w+|torpor => hibern|torpor

# Cognitive tasks
gambl\w+ => gambl|bandit|\bbet
(?:working[- ]memory|memory|recognition|recall) (?:task|test|game)s?|memori[sz]ed|recalled (?:\w+ ){0,2}(?:words|items|pictures|lists?) => (?<!free )memor|recall|recogn|n-?back|sternberg
n-?back|sternberg
delayed[- ](?:non-?)?match\w*|match(?:ing)?[- ]to[- ]sample => match
(?:pavlovian|classical|operant|instrumental|eye-?blink|fear|trace|aversive|appetitive) (?:conditioning|learning) => condition|pavlov|eye-?blink|instrumental|operant|avers
discriminat(?:e|ed|ing) (?:between|two|odou?rs)|discrimination (?:task|learning|training) => discriminat|distinguish|choice|choose|chose|versus|\bvs
(?:change|visual|auditory|tone|odor|signal|target) detection(?: task)? => detect
(?:two|four|multi|three)[- ](?:alternative|choice)(?: forced[- ]choice)? => choice|choose|chose|chosen|altern|2afc|left or right
reversal (?:learning|task) => revers|switch
imagin(?:ed|es|ing) (?!that)\w+|motor imagery => imagin|imagery|attempt
(?:spoke|speaking|talk(?:ed|ing)|named? (?:\w+ )?(?:pictures|objects)|read(?:ing)? aloud|repeated words) => speech|speak|spoke|say|word|read|talk|phon|languag|\bnam(?:ed|ing)
listen(?:ed|ing|s)? to => listen|aud|music|sound|speech|tone|hear|acoust|song
video ?games? => game
mental arithmetic|arithmetic (?:task|problems?)|sums => arithm|math|calculat
watch(?:ed|ing|es) (?:a |an |the )?(?:[\w-]+ ){0,2}(?:movies?|films?|videos?|clips?) => watch|view|movie|film|video|clip
navigat(?:ed|ing|es) (?:through|in|a|an|the|along|around) => navigat|virtual|maze|track|corridor|search|spatial
chess|poker|stroop(?: task)?|wisconsin card\w*|flanker(?: task)?|simon task|iowa|monty
object (?:exploration|recognition|location)|(?:novel|new) objects? => (?<!= )object
(?:two|three|four|five|six|eight) arms => \barms?\b|maze
explor(?:ed|ing) (?:a |an |the )?(?:\w+ ){0,2}(?:environments?|arenas?|box(?:es)?|fields?|mazes?|objects?|cages?|rooms?) => explor|open field|arena|maze|track|forag|freely
reach(?:ed|es|ing)? (?:for|to|towards?|with) (?:a |an |the |its |their )?(?:\w+ )?(?:targets?|pellets?|objects?|arms?|hands?|paws?|food) => reach|cent(?:er|re)[- ]?out|cursor|\bhand
alternat(?:ed|ing) between (?:the )?(?:two )?(?:arms|wells|goals|sides)|alternation task => alternat|well|w-?track|novel|wtrack|switch

# Social behavior and prey
hunt(?:ed|ing|s)?|prey|paramecia => hunt|prey|paramecia
court(?:ed|ing|ship)|mat(?:ed|ing)(?: behavio)?|copulat\w+|fought|aggressi\w+|social (?:interaction|behavio)\w* => \bmat(?:e|ing)\b|court|copul|aggress|social|attack|fight|fought|conspecif
play(?:ed|ing) with|tickl\w+ => play|tickl
(?:nursed|nursing|retriev(?:ed|ing)) (?:\w+ )?pups? => pup

# Aversion
fr(?:oze|eezing)(?! (?:medium|stage|microtome)) => freez|froze|fear|immobil
fled|flee(?:ing)?|escap(?:ed|ing|es)|escape (?:responses?|behavio\w*) => escap|flee|fled|avers|threat|startl
startl\w+ => startl

# Small movements
fixat(?:ed|ing|ion|es) (?:a |an |the |on |at )?(?:\w+ )?(?:point|target|cross|spot|dot|center|centre)|fixation (?:task|point|cross)|fixat(?:ed|ing)\b => fixat
saccad\w+|smooth pursuit => saccad|pursuit|\beye
groom(?:ed|ing|s) => groom
chew(?:ed|ing)|swallow(?:ed|ing) => chew|swallow|mastic|eat|feed
(?:sang|singing|vocali[sz](?:ed|ing)) => song|sing|sang|vocal|call|usv
(?:whisk(?:ed|ing)) => whisk|vibriss
sniff(?:ed|ing|s) => sniff|respir|breath|smell|olfact
tapp(?:ed|ing) (?:a |the |their |with )?(?:\w+ )?fingers?|finger[- ]tapping => tap|finger
(?:chemo|thermo|photo|aero|rheo|gal(?:v)?ano)ta(?:xis|ctic) => ta(?:xis|ctic)|gradient

# Parts of the body that were moved, seen or touched
thumbs? => thumb
index fingers? => index
(?:wrists?) => wrist
elbows? => elbow
(?:hind ?limbs?|hind ?paws?|hind ?legs?) => hind
(?:fore ?paws?|paws?) => paw|limb|hand
tongues? => tongue
jaws? => jaw|mandib
(?:ankles?|knees?) => ankle|knee|leg
lips => \blips?\b|mouth

# Rewards
reward(?:ed|s)? (?:with |of )?(?:sucrose|juice|water|food|milk|pellets?|treats?|chocolate)|(?:sucrose|juice|water|food|milk|chocolate) rewards? => reward|sucrose|juice|pellet|water restrict|milk|chocolate
sucrose|sugar water => sucrose|sugar
`);
