/**
 * Ordinary words that may begin a sentence, capitalized only for that reason. Any other capitalized word is a name,
 * which must be in a fact. Pure data.
 */

const OPENERS = new Set(
  `the this these those that such a an in on at of by for from with within without across among between during after
  before over under each every all both some several most many few one two three it its they their there here where
  when while although though as if since because and but or also additionally further furthermore moreover however
  overall together finally first second third next then thus therefore hence data files file sessions session subjects
  subject animals animal recordings recording records record measurements experiments experiment signals signal
  neurons neuron neural neuronal units unit cells cell trials trial electrodes electrode channels channel probes probe
  spikes spike series time timestamps times tables table columns rows metadata owners according authors contributors
  title titled description dataset dandiset collection version study work research brain behavioral behavioural
  behavior behaviour stimulus stimuli sampling rates rate raw processed sorted segmented extracellular intracellular
  continuous simultaneous electrical optical calcium imaging images image video videos recorded collected acquired
  obtained stored sampled provided included using based given trained performed measured presented available other
  others additional single multiple individual different various about up least only none no not licence license cite
  publication related keywords age ages sex species strain genotype males females male female adult adults locations
  location regions region areas area processing traces trace responses response activity voltage current currents
  fluorescence positions position eye pupil running speed licks lick rewards reward output input total totals
  optogenetic fiber devices device software tasks task regional spatial temporal chronic acute settings setting
  parameters parameter variables variable conditions condition events event epochs epoch intervals interval details
  notes note features feature coordinates coordinate quality metrics metric waveforms waveform templates template
  clusters cluster maps map masks mask planes plane lasers laser cameras camera movement movements locomotion tracking
  timing structure format formats size sizes amount scope setup apparatus equipment hardware preparation surgery
  procedure procedures protocol protocols design annotations labels label names name numbers number counts count
  values value stimulation photostimulation swimming gratings grating movies movie pictures picture sounds sound odors
  odor odours odour tones tone lights light pupils eyes hands reaches reach cursor targets target choices choice
  outcomes outcome blocks block cues cue delays delay entries entry temperatures temperature depth depths layers layer
  slices slice sweeps sweep pulses pulse filters filter currentclamp patch clamp whole awake anesthetized
  anaesthetized head freely water food water-restricted mice rats fish zebrafish flies worms humans monkeys macaques
  patients participants people children volunteers summary contents content kinds kind types type results result
  purpose aim aims question questions axis axes array arrays amplitude amplitudes frequency frequencies phase phases
  power spectra spectrum band bands baseline field fields frame frames fibers fibre fibres virus viruses dye dyes
  indicator indicators wavelength wavelengths channelrhodopsin injection injections implant implants muscle muscles
  finger fingers hand limb limbs whisker whiskers nose body face tongue paw paws gaze saccade saccades sleep wake rest
  maze arena track wheel ball treadmill corridor screen monitor speaker odorant odorants juice sucrose reinforcement
  punishment participant patient child infant juvenile neonatal young old healthy control controls group groups cohort
  cohorts pair pairs half majority lamina cortical hippocampal thalamic striatal cerebellar spinal retinal olfactory
  visual auditory motor sensory somatosensory frontal experimenters lab labs laboratory institution institutions
  university funding funder funders award awards grant grants article articles paper papers preprint code link links
  identifier identifiers file-level nearly almost roughly approximately exactly besides beside per eight nine ten
  eleven twelve twenty thirty forty fifty hundred thousand four five six seven messages message contributor comments
  comment somatic dendritic axonal nervous membrane worm mouse rat monkey human stimulated analysed analyzed versions
  program programs owner author experimenter keyword topic topics suggests possibly perhaps likely presumably we what
  who how which to be is are was were has have anyone everyone someone nobody whoever those please readers reader
  researchers researcher users user note not none neither nor such yet so once until unlike like despite beyond
  rather equal care due just even still most likewise similarly conversely instead only often usually together apart
  aside because whether whose why how about around nothing everything something each another same different larger
  smaller more fewer less many much long short early late high low full empty open closed new old main first last
  against regarding concerning throughout via around toward towards given exploration
  made taken given held kept built written drawn born left known ultraviolet infrared green red blue cyan violet bursts
  burst`
    .split(/\s+/)
    .filter(Boolean),
);

/** Endings of words that are not names. */
const PLAIN_ENDING =
  /(?:tions?|ments?|ities|ness|ally|ively|ously|ances?|ences?|ings?|ed|graphy|metry|ology)$/;

/** Whether a capitalized word at the beginning of a sentence is an ordinary word. */
export function isPlainOpener(word: string): boolean {
  const low = word.toLowerCase();
  return OPENERS.has(low) || (low.length > 5 && PLAIN_ENDING.test(low));
}
