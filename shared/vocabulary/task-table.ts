/**
 * The table of tasks, behaviors and states of subjects in neurophysiology. Names follow the usual words of the field,
 * and the Cognitive Atlas (CC0) where it has them. Written for this project.
 * Pure data.
 *
 * A line: `id | name | kinds of | abbreviations | synonyms`.
 */
export const TASK_TABLE = `
navigation | spatial navigation | | | navigation; maze; spatial exploration; spatial task; spatial cognition; spatial behavior; path integration; place learning
linear-track | linear track | navigation | | linear maze; linear running track; linear tracks
open-field | open field | navigation | | open field exploration; open arena; open exploration; free exploration; foraging in an open field; random foraging; square arena; circular arena
w-track | W-track alternation | navigation, alternation | | w track; wtrack; w maze; w shaped track; w track spatial alternation
t-maze | T-maze | navigation, alternation | | t maze; figure 8 maze; figure eight maze; m maze; y maze; y shaped maze
alternation | spatial alternation | working-memory | | alternation task; delayed alternation; spontaneous alternation; continuous alternation
radial-maze | radial arm maze | navigation | | radial maze; eight arm maze; eight arm radial maze; plus maze
water-maze | water maze | navigation | MWM | morris water maze
virtual-reality | virtual reality | navigation | VR | virtual reality navigation; virtual navigation; virtual linear track; virtual environment; virtual corridor; virtual maze
place-coding | place cells | navigation | | place cell; place field; place fields; place coding; spatial tuning; spatial map; cognitive map; remapping; global remapping
grid-coding | grid cells | navigation | | grid cell; grid field; grid cell module; border cell; speed cell
head-direction | head direction | navigation | | head direction cell; head direction cells; heading; heading direction; compass cell; head direction system
replay | replay | | SWR, SWRs, SPWR | sharp wave ripple; sharp wave ripples; hippocampal replay; ripples; ripple; reactivation; ripple oscillation
decision | decision making | | | decision making task; perceptual decision; perceptual decision making; evidence accumulation; accumulation of evidence; choice behavior; choice task; choice; decision
two-alternative | two-alternative choice | decision | 2AFC, 2-AFC, AFC | two alternative forced choice; forced choice; two choice; two alternative choice
change-detection | change detection | decision | | visual change detection; visual behavior task; detection of change; detection task
discrimination | discrimination | decision | | discrimination task; sensory discrimination; orientation discrimination; odor discrimination; texture discrimination; tactile discrimination; auditory discrimination
go-nogo | go/no-go | decision | GNG | go nogo; go no go; gonogo; go no go task; stop signal task
value | value-based choice | decision, reward | 2ABT | value based decision making; economic choice; gambling; gambling task; foraging decision; two armed bandit; 2 armed bandit; bandit; bandit task; probabilistic switching; probabilistic reward; multi armed bandit
foraging | foraging | | | foraging task; patch foraging; prey capture; hunting; prey
delayed-response | delayed response | working-memory | | delay response task; delayed response task; delay period; delay activity; delayed response; memory guided licking; tactile delay task; delay task
motor-planning | motor planning | motor | | movement preparation; motor preparation; preparatory activity; planning of movement; movement planning
working-memory | working memory | memory | WM-task | working memory task; short term memory; delayed match to sample; match to sample; sternberg; sternberg task; n back; delayed non match to sample; memory maintenance; dms task
memory | memory | | | memory task; memory formation; memory encoding; memory retrieval; learning and memory
recognition-memory | recognition memory | memory | | declarative memory; new old recognition; recognition memory task; old new; novelty; novel object recognition; familiarity; declarative memory task; novel environment; familiar environment
recall | free recall | memory | | free recall task; verbal memory; episodic memory; paired associate; word list
learning | learning | | | motor learning; associative learning; skill learning; perceptual learning; sequence learning; reversal learning; predictive learning; statistical learning; habit formation
reinforcement | reinforcement learning | learning, reward | | reward learning; instrumental learning; operant conditioning; instrumental conditioning; operant; reward prediction error; prediction error; temporal difference; bayesian inference
reward | reward | | | reward task; reward consumption; sucrose; licking for reward; reward seeking; rewarded; compulsive; compulsive behavior; addiction; substance use; punishment
conditioning | classical conditioning | learning | CS-US | pavlovian conditioning; pavlovian; conditioned stimulus; associative conditioning; trace conditioning; eyeblink conditioning; conditioned response
fear | fear conditioning | conditioning, aversion | | fear; fear extinction; fear learning; threat conditioning; freezing; contextual fear; threat
aversion | aversive stimuli | | | aversive; aversive stimulus; avoidance; active avoidance; punishment; aversive eye puff; eye puff; escape; looming; defensive behavior; pain; nociception; stress; futility; learned helplessness; behavioral futility
anxiety | anxiety | aversion | | elevated plus maze; elevated zero maze; anxiety like behavior
social | social behavior | | | social interaction; social; aggression; mating; courtship; attack; parental behavior; maternal behavior; pup retrieval; conspecific
motor | motor control | | | movement; motor task; motor behavior; voluntary movement; muscle control
reaching | reaching | motor | | reach; reaching task; arm reaching; reach to grasp; reaching movement; forelimb reach; pellet reaching; arm movement; reaching movements; random target; maze reaching; hand movement
center-out | center-out reaching | reaching | CO-task | center out; center out task; centre out; center out reaching task; center out with bump
grasping | grasping | motor | | grasp; grip; grip force; hand grasp; prehension
finger-movement | finger movement | motor | | finger movements; attempted finger movement; finger flexion; finger task; finger; fingers; individuated finger
cycling | cycling | motor | | hand cycling; pedaling; cycling task
isometric | isometric force | motor | | isometric wrist task; force task; torque; wrist task
locomotion | locomotion | motor | | running; walking; treadmill; wheel running; running wheel; running speed; gait; swimming; running on a wheel; treadmill running; crawling; flight; flying
licking | licking | motor | | lick; directional licking; lick detection
whisking | whisking | motor, active-touch | | whisker movement; whisker tracking; whisker; whiskers; vibrissa
active-touch | active touch | | | object localization; whisker guided object localization; whisker task; whisker touch; pole localization; pole location; touch
sniffing | sniffing | olfaction | | sniff; respiration; breathing; sniff cycle; olfactory search; odor tracking; olfactory navigation; respiratory rhythm
speech | speech | | | speaking; speech production; speech perception; language; consonant vowel; syllable; vowel; reading aloud; listening to speech; phoneme; spoken words; vocal production; overt speech; talking
vocalization | vocalization | | USV, USVs | birdsong; song; singing; vocal; vocalisation; ultrasonic vocalization; song learning; vocal learning; vocal communication; echolocation
movie | movie watching | vision | | movie viewing; film watching; naturalistic viewing; film; watching movies; movie clip; narrative; video watching
vision | visual processing | | | visual perception; vision; visual task; passive viewing; visual response; visual object recognition; object recognition; face perception; faces; visual coding; visual tuning; orientation tuning; orientation selectivity; direction selectivity
visual-attention | attention | | | visual attention; selective attention; spatial attention; attention task; covert attention; attentional modulation
visual-search | visual search | vision | | saccade task; saccade; saccades; memory guided saccade; smooth pursuit; pursuit; fixation; oculomotor; free viewing
oddball | oddball | | MMN | oddball task; oddball paradigm; mismatch negativity; sequence violation; stimulus violation; inconsistent stimuli; unexpected stimuli; predictive coding; surprise; expectation violation; credit assignment; global oddball; local oddball; mismatch
hearing | auditory processing | | | auditory perception; hearing; sound localization; auditory task; frequency tuning; tonotopy; auditory learning; passive listening; music; pitch; listening
touch | somatosensory processing | | | somatosensation; tactile perception; tactile task; texture; proprioception; bump; vibration discrimination
taste | taste | | | gustation; gustatory task; tastant; gustatory coding; taste response; feeding; eating; food intake; ingestion; drinking; hunger; thirst
olfaction | olfaction | | | odor; odour; odorant; odor response; odor coding; smell; olfactory coding; odor responses; odor tuning; odor identity; olfactory
sleep | sleep | | NREM, REM, SWS | sleeping; rem sleep; nrem sleep; slow wave sleep; non rem; sleep stage; sleep spindle; sleep wake; sleep session; rest session; slow wave; spindle; up state; sleep deprivation; polysomnography; circadian
rest | resting state | | | quiet wakefulness; spontaneous activity; resting; spontaneous
arousal | arousal | | | brain state; behavioral state; state dependent; wakefulness; locomotion state; state dependence; wake; vigilance
anesthesia | anesthesia | | | anaesthesia; anesthetized; anaesthetized; ketamine; isoflurane; propofol; urethane; sedation; unconscious; consciousness
epilepsy | epilepsy | | HFO, HFOs, IED, IEDs | seizure; seizures; epileptic; ictal; interictal; epileptiform; epilepsy patients; interictal spike; epilepsy surgery; status epilepticus; drug resistant epilepsy; epileptogenic
parkinson | Parkinson's disease | | PD, 6-OHDA | parkinson; parkinsons; parkinson disease; parkinsonian; movement disorder; dopamine depletion; tremor; dystonia; levodopa; essential tremor; mptp
stroke | stroke | | TBI | ischemia; brain injury; traumatic brain injury; spinal cord injury; paralysis; tetraplegia; injury; tetraplegic
psychiatric | psychiatric disorder | | OCD, PTSD, MDD | depression; obsessive compulsive disorder; schizophrenia; autism; psychiatric; major depressive disorder; bipolar; substance use disorder; fragile x; psychosis
neurodegeneration | neurodegeneration | | AD-model, ALS | alzheimer; alzheimers; alzheimer disease; dementia; amyotrophic lateral sclerosis; huntington disease; huntingtons; amyloid; tauopathy; aging; ageing
excitability | intrinsic excitability | | | excitability; intrinsic property; intrinsic properties; intrinsic membrane property; firing property; f i curve; rheobase; action potential; membrane property; cell type; cell types; electrophysiological property
synaptic | synaptic transmission | | EPSP, EPSC, IPSC, LTP, LTD, mEPSC, sEPSC | synaptic plasticity; synapse; synaptic; long term potentiation; long term depression; synaptic current; postsynaptic current; synaptic connection; short term plasticity; plasticity
oscillations | neural oscillations | | | oscillation; theta; gamma oscillation; theta rhythm; beta oscillation; rhythm; theta oscillation; gamma; theta sequence; phase precession; beta; delta oscillation; traveling wave
thermo | thermosensation | | | temperature; thermotaxis; thermal; constant temperature; temperature behavior; heat
pose-behavior | naturalistic behavior | | | naturalistic; natural behavior; freely moving; free behavior; freely behaving; unrestrained; grooming; ethology; home cage; spontaneous behavior
head-fixed | head-fixed behavior | | | head fixed; head fixation; head restrained; headfixed
timing | interval timing | | | timing; time cell; time cells; time interval reproduction; temporal; time perception; ready set go; duration discrimination
numerosity | arithmetic | | | numerosity; mental arithmetic
emotion | emotion | | | affective; emotional; valence; mood; emotional face; emotional regulation
`;
