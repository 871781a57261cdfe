/** Facts on the recordings: locations and methods, sessions, and counts. Pure. */
import type { FileContents } from '../contents.ts';
import { countText, distributionText, numberText, quoteText, secondsText } from '../fact-words.ts';
import type { Counted } from '../file-facts.ts';
import type { Distribution, Evidence } from '../tally.ts';
import { type FactDrafts, QUOTED } from './fact-drafts.ts';
import { capital } from './texts.ts';

/** Regions, techniques, devices, stimuli, tasks, and texts quoted from the files. */
export function addMethodFacts(all: FileContents, drafts: FactDrafts): void {
  drafts.tally('region', 'Locations of recording or imaging', all.regions, 1);
  drafts.tally('technique', 'Approach', all.approaches, 2);
  drafts.tally('technique', 'Technique', all.techniques, 2);
  drafts.tally('device', 'Devices', all.devices, 2);
  drafts.tally('stimulus', 'Stimuli', all.stimuli, 2);
  drafts.tally(
    'task',
    'What the sessions were, as the files say',
    all.sessionDescriptions,
    1,
    quoteText,
    QUOTED,
  );
  drafts.tally(
    'task',
    'What the experiment was, as the files say',
    all.experimentDescriptions,
    1,
    quoteText,
    QUOTED,
  );
  for (const [name, notes] of Object.entries(all.notes)) {
    const topic = name === 'stimulus' ? 'stimulus' : 'technique';
    drafts.tally(
      topic,
      `${capital(name.replaceAll('_', ' '))}, as the files say`,
      notes,
      name === 'data_collection' ? 5 : 3,
      quoteText,
      2,
    );
  }
  drafts.tally('modality', 'Kinds of data by NWB type', all.types, 1, undefined, 24);
  // Where no header was read, the records alone name them.
  if (all.types.values.length === 0)
    drafts.tally(
      'modality',
      'Kinds of data by NWB type, as the records say',
      all.variables,
      1,
      undefined,
      24,
    );
  drafts.tally('lab', 'Lab', all.labs, 3);
  drafts.tally('lab', 'Institution', all.institutions, 3);
  drafts.tally('keyword', 'Keywords of the files', all.keywords, 3);
  drafts.tally('publication', 'Publications that the files name', all.publications, 3);
  drafts.tally('format', 'NWB versions', all.nwbVersions, 5);
  drafts.tally('task', 'Processing modules', all.modules, 4);
}

/** Sessions, their durations and dates. */
export function addSessionFacts(all: FileContents, drafts: FactDrafts): void {
  if (all.sessions > 0) {
    const sessions = countText(all.sessions, 'session');
    drafts.push(
      'session',
      `Sessions: ${sessions}, told apart by subject and by the session's name or start`,
      { sessions: numberText(all.sessions), counted: sessions },
      { kind: 'dandiset' },
      'counted',
      [],
      1,
    );
  }
  if (all.durations !== undefined) {
    const { min, max: most, median, total, files } = all.durations;
    const range =
      min === most
        ? secondsText(most)
        : `${secondsText(min)} to ${secondsText(most)} (median ${secondsText(median)})`;
    drafts.push(
      'duration',
      `Recorded time a file, by its longest series: ${range}, ${secondsText(total)} in all`,
      { range, total: secondsText(total), median: secondsText(median) },
      drafts.scope(files),
      'headers',
      all.series
        .filter(({ duration }) => duration !== undefined)
        .slice(0, 1)
        .map(({ example }) => example),
      1,
    );
  }
  const { firstSession, lastSession } = all;
  if (firstSession !== undefined && lastSession !== undefined && firstSession !== lastSession)
    drafts.push(
      'dates',
      `Sessions took place from ${firstSession} to ${lastSession}, as the files date them`,
      { first: firstSession, last: lastSession },
      { kind: 'dandiset' },
      'headers and records',
      [],
      4,
    );
}

const COUNTED_WORDS: Readonly<Record<Counted, readonly [one: string, many: string]>> = {
  units: ['sorted unit', 'sorted units'],
  rois: ['segmented region of interest', 'segmented regions of interest'],
  electrodes: ['electrode', 'electrodes'],
  trials: ['trial', 'trials'],
  planes: ['imaging plane', 'imaging planes'],
  recordings: ['patch-clamp recording', 'patch-clamp recordings'],
};

/** Units, regions of interest, electrodes, trials and the like. */
export function addCountFacts(all: FileContents, drafts: FactDrafts): void {
  for (const [name, distribution] of Object.entries(all.counts) as [Counted, Distribution][]) {
    const [one, many] = COUNTED_WORDS[name];
    const { files, min, max: most, total } = distribution;
    const text =
      files === 1
        ? `${capital(many)}: ${countText(most, one, many)}`
        : `${capital(many)}: ${distributionText(distribution)} a file, ${numberText(total)} in all`;
    drafts.push(
      'counts',
      text,
      {
        min: numberText(min),
        most: numberText(most),
        median: numberText(distribution.median),
        total: numberText(total),
        noun: total === 1 ? one : many,
      },
      drafts.scope(files),
      'headers',
      findCounted(name, all),
      1,
    );
  }
}

/** Where each thing is counted: a table by its path or type, series by their type, or groups by theirs. */
const COUNTED_IN: Readonly<Record<Counted, RegExp>> = {
  units: /^\/units$/,
  rois: /^PlaneSegmentation$/,
  electrodes: /^\/general\/extracellular_ephys\/electrodes$/,
  trials: /^\/intervals\/trials$/,
  planes: /^ImagingPlane$/,
  recordings: /^(?:CurrentClamp|VoltageClamp|IZeroClamp)Series$/,
};

/** An example of where a thing is counted; empty if no list has one. */
function findCounted(name: Counted, { tables, series, types }: FileContents): Evidence[] {
  const place = COUNTED_IN[name];
  const found =
    tables.find(({ pattern, type }) => place.test(pattern) || place.test(type)) ??
    series.find(({ type }) => place.test(type)) ??
    types.values.find(({ value }) => place.test(value));
  return found === undefined ? [] : [found.example];
}
