/**
 * Synonyms, to decide whether a sentence paraphrases the owners. Each line has words of one meaning; other forms with
 * the same stem count too. Opposites are listed separately. Written for this project. Pure data.
 */

/** One meaning per line. */
export const ALIKE_WORDS = `
neuron neurons cell cells unit units
animal mouse mice rat rats fish larva larvae subject monkey macaque worm zebrafish rodent
person human patient participant volunteer
show demonstrate reveal find found observe observed report indicate suggest see seen say said state conclude
narrow sharp sharply
distance remote far
region area structure site location
respond react response reaction
suppress silence stop halt quiet
increase rise rose raise grow grew enhance elevate boost further improve better
decrease fall fell drop decline reduce diminish weaken
cause drive drove trigger evoke elicit produce lead led
fail failure unsuccessful futile futility vain ineffective
use utilize employ apply
move movement motion locomotion
fire firing spike spiking discharge
learn train
accumulate integrate build built
attempt try tried effort
passive inactive idle
image imaging picture visualize movie
encode represent code
measure record monitor sample
activate activation stimulate recruit engage
possible feasible possibility feasibility
brief short transient
begin start onset initiate
rapid fast quick
slow gradual progressive
change alter modify modulate shift switch
detect identify recognize
perform execute conduct carry
choose chose chosen choice select decide decision
error mistake
odor smell olfactory
sound tone auditory acoustic
light optogenetic photostimulation laser illumination
sufficient enough
necessary need required essential critical crucial vital
large big great substantial
small little minor
glia glial astrocyte astrocytes
noradrenergic norepinephrine noradrenaline
dopamine dopaminergic
distinguish discriminate differentiate separate
differ different distinct difference
similar alike comparable same
correlate couple associate link relate relation
predict anticipate expect expected
stable persist persistent constant steady unchanged
variable various diverse variety condition conditions
robust reliable reliably
dense denser density
sparse sparsely
whole entire complete
new novel
type class kind population
head heading direction
speech speak spoken
sleep asleep
awake wake wakefulness
anesthesia anesthetized
memory remember recall
reward rewarded
target aim
task paradigm
trial attempt
feedback
swim swimming
run running
`;

/** Opposite meanings, by one word of each. */
export const OPPOSITE_WORDS: readonly (readonly [one: string, other: string])[] = [
  ['increase', 'decrease'],
  ['activate', 'suppress'],
  ['rapid', 'slow'],
  ['large', 'small'],
  ['sparse', 'dense'],
  ['narrow', 'broad'],
  ['similar', 'differ'],
  ['robust', 'fragile'],
  ['depend', 'independently'],
];
