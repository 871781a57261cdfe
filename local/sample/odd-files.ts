/**
 * Dandiset 900004 of the sample: an unfinished upload with the contents of real drafts. Two good NWB
 * files, four files named .nwb that no reader can open, each for another reason, and files that are not NWB.
 */
import { type SampleDandiset, type SampleFile, SPECIES, SYNTHETIC_NOTICE } from './dandiset.ts';
import {
  buildList,
  buildNwbTree,
  column,
  declared,
  float64,
  group,
  type SubjectFacts,
  spikeTimes,
  table,
  timeSeries,
} from './nwb-parts.ts';
import { buildHdf5 } from './nwb-writer.ts';
import { createDraw } from './seeds.ts';

const KEYWORDS = ['synthetic sample', 'auditory cortex', 'pilot', 'tetrode'];
const SESSION_DESCRIPTION = 'Pilot recording in auditory cortex during pure tones (synthetic sample).';
const MODIFIED_AT = '2025-05-06T19:22:40+02:00';

const subjectNamed = (id: string, sex: 'F' | 'M'): SubjectFacts => ({
  id,
  species: SPECIES.mouse,
  sex,
  age: 'P70D',
  genotype: 'wild type',
  strain: 'CBA/CaJ',
  description: 'Passive listener, head-fixed; an invented animal.',
});

/** The Dandiset with its draft. It has never been published. */
export async function buildOddFiles(): Promise<SampleDandiset> {
  const good = [
    await buildPilot(subjectNamed('P01', 'F'), '01'),
    await buildPilot(subjectNamed('P02', 'M'), '01'),
  ];
  return {
    identifier: '900004',
    name: 'Synthetic sample: a draft in progress, pilot recordings in mouse auditory cortex with mixed files',
    description: `${SYNTHETIC_NOTICE} It has the form of a draft that its owners have not finished: pilot recordings of single units in the auditory cortex of two mice that listened to pure tones. Among the NWB files, some were damaged or cut off on their way, one is empty and one is an error page that was saved under the wrong name; a video, the settings of the rig and a note lie beside them. No version has been published.`,
    keywords: KEYWORDS,
    contributors: [
      {
        name: 'Example, Greta',
        kind: 'Person',
        roles: ['dcite:ContactPerson', 'dcite:Author'],
        email: 'greta@example.org',
      },
    ],
    createdAt: '2025-05-05T07:10:03.300000+00:00',
    versions: [
      {
        version: 'draft',
        at: '2025-05-06T17:41:26.118000+00:00',
        files: [...good, ...buildUnreadable(good[1]!.bytes), ...buildOthers()],
      },
    ],
  };
}

/** A small good file: tones and sorted units, with members in the order of creation. */
async function buildPilot(subject: SubjectFacts, sessionId: string): Promise<SampleFile> {
  const seed = `900004 sub-${subject.id} ses-${sessionId}`;
  const draw = createDraw(seed);
  const units = draw.integer(4, 9);
  const tones = draw.integer(40, 60);
  let spikes = 0;
  const ends = buildList(units, () => {
    spikes += draw.integer(300, 9000);
    return spikes;
  });
  const onsets = buildList(tones, (index) => 5 + 2 * index + draw.decimal(0, 0.5, 0.001));
  const startTime = `2025-04-${sessionId}T15:00:00+02:00`;
  const tree = buildNwbTree({
    seed,
    sessionId,
    sessionDescription: SESSION_DESCRIPTION,
    startTime,
    createdAt: '2025-05-05T09:00:00+02:00',
    texts: {
      experimenter: ['Example, Greta'],
      institution: 'University of Nowhere',
      lab: 'Hearing Laboratory',
      experiment_description: 'Tuning to pure tones of 4 to 64 kHz, mapped before the study proper.',
      keywords: KEYWORDS,
    },
    subject,
    devices: {
      Tetrodes: { description: 'Four tetrodes in a movable drive', manufacturer: 'Built in the laboratory' },
    },
    acquisition: {
      microphone: timeSeries('TimeSeries', {
        description: 'Sound pressure at the ear, from a calibrated microphone',
        data: declared('f', [tones * 2 * 96_000], [65_536]),
        unit: 'Pa',
        rate: 96_000,
      }),
    },
    tables: {
      intervals: group({
        trials: table('TimeIntervals', 'Pure tones of 100 ms', tones, {
          start_time: column('Onset of the tone, in seconds', float64(onsets)),
          stop_time: column('End of the tone, in seconds', float64(onsets.map((onset) => onset + 0.1))),
          frequency: column(
            'Frequency of the tone, in kHz',
            float64(onsets.map(() => draw.pick([4, 8, 16, 32, 64]))),
          ),
        }),
      }),
      units: table('Units', 'Units sorted by hand from the tetrodes', units, {
        ...spikeTimes(ends),
      }),
    },
  });
  return {
    path: `sub-${subject.id}/sub-${subject.id}_ses-${sessionId}_ecephys.nwb`,
    bytes: await buildHdf5(tree, { format: 'latest', trackOrder: true, writtenAt: '2025-05-05T07:00:00Z' }),
    encodingFormat: 'application/x-nwb',
    modifiedAt: MODIFIED_AT,
    nwb: {
      subject,
      session: { id: sessionId, description: SESSION_DESCRIPTION, startTime },
      approach: ['electrophysiological approach'],
      measurementTechnique: ['spike sorting technique', 'surgical technique'],
      variableMeasured: ['Units'],
      keywords: KEYWORDS,
    },
  };
}

/** Four files that no reader can open, some of them made from a good one. */
function buildUnreadable(good: Uint8Array): SampleFile[] {
  const unreadable = (name: string, bytes: Uint8Array): SampleFile => ({
    path: `sub-P03/sub-P03_ses-${name}_ecephys.nwb`,
    bytes,
    encodingFormat: 'application/x-nwb',
    modifiedAt: MODIFIED_AT,
  });
  return [
    unreadable('01', damage(good)),
    unreadable('02', good.slice(0, Math.floor(good.length / 3))),
    unreadable('03', new Uint8Array()),
    unreadable('04', encode('<html><body><h1>504 Gateway Time-out</h1></body></html>\n')),
  ];
}

/**
 * The file with every object header's signature overwritten: the signature and the superblock still promise an
 * HDF5 file, and nothing behind them can be read (HDF5 File Format Specification 3.0, IV.A.1.b, "OHDR").
 */
function damage(good: Uint8Array): Uint8Array {
  const bytes = Buffer.from(good);
  for (let at = bytes.indexOf('OHDR'); at >= 0; at = bytes.indexOf('OHDR', at + 4))
    bytes.fill(0xff, at, at + 4);
  return new Uint8Array(bytes);
}

/** The files beside the recordings. */
function buildOthers(): SampleFile[] {
  const settings = {
    note: 'Synthetic sample: the settings of a rig that does not exist.',
    samplingRate: 30_000,
    tetrodes: 4,
    speaker: { distanceInCentimetres: 12, calibratedAt: '2025-03-30' },
  };
  const other = (path: string, encodingFormat: string, bytes: Uint8Array): SampleFile => ({
    path,
    bytes,
    encodingFormat,
    modifiedAt: MODIFIED_AT,
  });
  return [
    other(
      'README.md',
      'text/markdown',
      encode(
        '# Pilot recordings\n\nSynthetic sample: a note of the kind that owners put beside their data.\n',
      ),
    ),
    other('rig/settings.json', 'application/json', encode(`${JSON.stringify(settings, null, 2)}\n`)),
    other('sub-P01/sub-P01_ses-01_video.mp4', 'video/mp4', buildVideo()),
  ];
}

/** The first boxes of an MP4 file (ISO/IEC 14496-12): a file type, and media data that are empty. */
function buildVideo(): Uint8Array {
  const box = (type: string, body: string): Buffer => {
    const bytes = Buffer.from(`....${type}${body}`, 'latin1');
    bytes.writeUInt32BE(bytes.length, 0);
    return bytes;
  };
  return new Uint8Array(Buffer.concat([box('ftyp', 'isom\0\0\x02\0isommp41'), box('mdat', '')]));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
