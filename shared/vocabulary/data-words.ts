/**
 * Kinds of data in files by their names in prose, with the neurodata types and the names in headers that identify
 * them. Finer than the table of modalities, which pages and search use. Written for this project. Pure data.
 */

/** One kind of data. */
export interface DataWord {
  /** Its names in prose. */
  readonly claim: RegExp;
  /** Whole names of neurodata types that are or contain it. */
  readonly types: RegExp;
  /** Matched against names and descriptions in headers, in lower case, with compound names split. */
  readonly names: RegExp;
  /** Whether exactly the files with these types contain this kind: otherwise it is not known which files contain it. */
  readonly isExact: boolean;
}

/**
 * Parses lines `claim => types => names`; `~` in front if files with the types need not contain the kind. Empty
 * patterns match nothing.
 */
function parseDataWords(table: string): DataWord[] {
  const build = (source: string, whole: boolean): RegExp =>
    source.trim() === '' ? /(?!)/ : new RegExp(whole ? `^(?:${source.trim()})$` : source.trim());
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isExact = !line.startsWith('~');
      const [claim = '', types = '', names = ''] = line.replace(/^~\s*/, '').split('=>');
      return {
        isExact,
        claim: new RegExp(`(?<![\\p{L}\\p{N}-])(?:${claim.trim()})(?![\\p{L}\\p{N}])`, 'iu'),
        types: build(types, true),
        names: build(names, false),
      };
    });
}

/** All kinds of data of the table. */
export const DATA_WORDS: readonly DataWord[] = parseDataWords(String.raw`
# Electrical
LFPs?(?: signals?| traces?| recordings?| data)?|(?:local )?field potentials? => LFP => \blfps?\b|\blf\b|field potential|low frequency
(?:spike times|spike trains|spik(?:es?|ing) (?:data|recordings|activity|rasters?)|(?<=(?:ha(?:s|ve)|contain|hold|lack|without|store|include|no)s? (?:no |any )?)units|(?:sorted |single |isolated )(?:single )?units|sorted (?:spikes|neurons)|units? tables?|tables? of (?:the )?(?:sorted )?units) => Units|SpikeEventSeries|EventDetection|SpikeUnit => spik|\bunits?\b|threshold|action potential
~ spike[- ]count\w* => Units|SpikeEventSeries => spik|threshold|\bunits?\b
~ (?:mean |spike |average |unit )waveforms? => SpikeEventSeries => waveform
~ (?:raw|wide-?band|broad-?band|unfiltered) (?:(?:i?EEG|electrophysiolog\w+|extracellular|ephys|voltage|neural|electrical|wide-?band|broad-?band|probe) )*(?:voltages?|traces?|signals?|recordings?|data) => ElectricalSeries|CurrentClampSeries|VoltageClampSeries|PatchClampSeries|TwoPhotonSeries|OnePhotonSeries|ImageSeries => raw|wide-?band|broad-?band
~ (?:electrical|extracellular|(?:membrane[- ])?(?:voltage|potential)|electrophysiolog\w+|intracellular) (?:recordings?|traces?|signals?|series|measurements?|waveforms?) => ElectricalSeries|\w*Clamp\w*Series|Units|SpikeEventSeries|LFP|ElectrodeGroup|IntracellularElectrode => electr|voltage|\bephys|ecephys|clamp|spik|potential|\bemg\b|\bmua\b
voltage[- ]clamp (?:recordings?|sweeps?|series|data|traces?)|recordings? in voltage[- ]clamp => VoltageClamp\w*Series => voltage clamp|vclamp
current[- ]clamp (?:recordings?|sweeps?|series|data|traces?) => CurrentClamp\w*Series|IZeroClampSeries => current clamp|iclamp
electrodes? tables?|tables? of (?:the )?electrodes =>  => \belectrodes?\b
EMGs?(?: signals?| traces?| recordings?| data)?|electromyogra\w+ => EMG\w* => \bemg\b|electromyo|muscle|myomatrix
EEGs?(?: signals?| traces?| recordings?| data)?|electroencephalogra\w+ => EEG\w* => eeg|electroenceph
(?:unit |cluster )?quality metrics|isolation distances? =>  => quality|isolation|\bsnr\b|metric|signal to noise|signal noise
spectrograms?|power spectra =>  => spectro|spectr|power|band
(?:impedance|EIS) (?:spectra|measurements?|tables?) =>  => imped|\beis\b|\bimp\b

# Optical
(?:segmented |segmentation )(?:ROIs?|regions of interest|cells|neurons|masks)|ROIs?|regions of interest|(?:segmentation|pixel|voxel|cell|ROI) masks|segmentations => PlaneSegmentation|ImageSegmentation => \brois?\b|segment|\bmask
~ (?:calcium|fluorescence|dF/F|ΔF/F) (?:activity )?(?:traces?|signals?|time ?series|time ?courses?)|dF/F|ΔF/F|calcium activity => RoiResponseSeries|DfOverF|Fluorescence|FiberPhotometryResponseSeries|\w*PhotonSeries => fluor|\bdff\b|df over f|\bdf f\b|calcium|photometr
~ (?:raw |original |unprocessed )?(?:calcium|two-photon|one-photon|fluorescence|imaging|microscope|microscopy) (?:movies?|stacks?|frames|image series)|raw (?:images?|imaging data|movies?|fluorescence(?! traces)\w*) => \w*PhotonSeries|ImageSeries|MultiChannelVolume|\w*VolumeSeries|GrayscaleImage|Images|RGBImage => photon ?series|photon series|image series|images\b|movie|\bvolume\b|frames?\b|raw|suite
(?:fib(?:er|re)[- ])?photometry (?:signals?|traces?|recordings?|data) => FiberPhotometry\w*|\w*PhotometrySeries => photometr|\bfp\b
~ deconvolved (?:\w+ )?(?:traces?|activity|events?|spikes?|signals?|fluorescence)|deconvolution|inferred spik\w+ =>  => deconv|infer|\bevents?\b|spik|suite|oasis|cascade
~ (?:histolog\w+|anatomical|microscope|microscopy|morpholog\w+) images? => Images|GrayscaleImage|RGBImage|RGBAImage|ImageSeries|\w*Volume => image|histolog|anatom|volume
(?:morpholog\w+ |neuron\w* |digital |dendritic |biocytin |3D )*reconstructions?(?: of)?|SWC files?|morpholog\w+ (?:data|tracings?) =>  => morpholog|\bswc\b|reconstruct
(?:gene[- ]expression|transcript\w+|RNA|RNA[- ]seq\w*|sequencing) (?:data|profiles?|counts?|matri\w+|reads?(?: counts?)?|sequences?)|(?:gene|read|transcript|UMI) counts?|transcriptomes? =>  => \brna|\bgenes?\b|transcript|sequenc
(?:structural |anatomical )?(?:MRI|CT|fMRI)(?: scans?| images?| volumes?| data) =>  => \bf?mri\b|\bct\b

# What subjects did
(?:animal |head |hand |cursor |tracked |mouse |rat )?positions?(?: data| tracking| traces?)?(?! of)|position of the (?:animal|rat|mouse|head|fish) => Position|SpatialSeries => posit|\bpos\b|track|location|\bx\b|cursor|coordinat|\bx\w*pos
head[- ]directions?|headings? => CompassDirection => head|\byaw\b|direction|angle
(?:eye[- ](?:tracking|positions?|movements?)|gaze|pupil)(?: data| traces?| size| diameters?| area| tracking| positions?)* => EyeTracking|PupilTracking|EllipseEyeTracking|EllipseSeries => \beyes?\b|pupil|gaze|saccad
(?:running|wheel|treadmill|locomotion) (?:speeds?|velocit\w+|positions?|traces?|signals?|data) =>  => running|speed|wheel|treadmill|velocit|locomot
(?:lick|licking) (?:times?|events?|traces?|rates?|data)|licks =>  => \blick
(?:nose[- ]?poke|lever[- ]press) (?:times?|events?) =>  => poke|lever|press
(?:sniff|sniffing|respiration|breathing)(?: signals?| traces?| data| rates?)? =>  => sniff|respirat|breath|nasal
accelerometer (?:signals?|traces?|data)|accelerations? =>  => accel
(?:sleep|vigilance)[- ](?:stages?|scor\w+|states?|epochs?|intervals?)|hypnograms? => SleepStages? => sleep|\bn?rem\b|hypnogram|\bwake\b
pose (?:estimat\w+|data|keypoints)|keypoints|body[- ]part (?:positions?|coordinates) => Pose\w*|Skeleton\w* => pose|keypoint|deeplabcut|\bsleap\b|skeleton
(?:joint|hand|finger|limb) (?:kinematics|angles|velocit\w+|trajector\w+) =>  => kinemat|joint|angle|hand|finger|limb|posit|velocit|flexion
(?:contact |grip |reach )?forces?(?: data| traces?| signals?)? =>  => force|\bload\b
(?:audio|sound|microphone)(?: recordings?| files?| signals?| traces?) => AcousticWaveformSeries => audio|microphone|sound|acoust|vocal
(?:arterial )?blood pressures? =>  => pressure
(?:calcium|Ca2\+|ion|sodium|potassium|oxygen) concentrations? =>  => calcium|\bca\b|concentrat|\bion|oxygen
(?:reward|water|juice|solenoid|valve) (?:deliver(?:y|ies)|times?|events?|onsets?) =>  => \brew|water|juice|solenoid|valve
tail (?:angles?|positions?|movements?|curvatures?|traces?|beats?) =>  => tail
(?:swim|swimming) (?:bouts?|signals?|traces?|speeds?)(?: times?)? =>  => swim|bout
cyclic voltammograms?|voltammograms? =>  => voltammo|\bcvs?\b
whisker (?:angles?|positions?|traces?|movements?|tracking) =>  => whisk
(?:facial|face) (?:movements?|motion|videos?) =>  => facial|\bface
connectivity matri\w+|connectomes? =>  => connect
heart[- ]?rates?|ECGs?|electrocardiogra\w+ =>  => heart|\becg\b|\bekg\b|cardiogra
(?:blood|hormone|cortisol|glucose) (?:samples?|levels?|measurements?|concentrations?) =>  => blood|hormon|cortisol|glucose
(?:body |skin |brain |core )?temperature (?:traces?|signals?|readings?|logs?|recordings?) =>  => temperat|thermo

# Tables
trials? tables?|tables? of (?:the )?trials|trial (?:intervals|metadata) =>  => trial
epochs? tables?|tables? of (?:the )?epochs =>  => epoch
sweeps? tables? => SweepTable|\w*RecordingsTable => sweep
stimulus tables?|tables? of (?:the )?stimuli =>  => stim|presentation

# Given
(?:optogenetic|photo-?stimulation|laser)(?: stimul\w+| pulses?)?(?: times?| series| signals?| onsets?) => OptogeneticSeries|OptogeneticStimulus\w* => opto|photostim|laser|\bled\b
(?:stimulus|injected current|command) waveforms? => \w*Stimulus\w*Series => stim|command|waveform|inject
`);
