/** Facts on the files themselves: numbers by kind, entities of their names, and disagreements of sources. Pure. */
import { findOwn } from '../../own-entry.ts';
import { bytesText, countText, numberText } from '../fact-words.ts';
import type { FactSources } from './fact.ts';
import { type FactDrafts, NAMED } from './fact-drafts.ts';

const ENTITY_WORDS: Readonly<Record<string, string>> = {
  desc: 'descriptions (desc)',
  acq: 'acquisitions (acq)',
  task: 'tasks',
  sample: 'samples',
  stain: 'stains',
  chunk: 'chunks',
  run: 'runs',
  space: 'spaces',
  hemi: 'hemispheres',
  probe: 'probes',
  slice: 'slices',
  cell: 'cells',
  tis: 'tissue samples',
  obj: 'objects (obj)',
};

/** Counts, sizes, and entities of paths. */
export function addFileFacts({ contents, nwb, read }: FactSources, drafts: FactDrafts): void {
  const kinds = contents.kinds.map(
    ({ kind, files, bytes }) => `${numberText(files)} ${kind} (${bytesText(bytes)})`,
  );
  const more = contents.moreKinds > 0 ? ` and files of ${numberText(contents.moreKinds)} more kinds` : '';
  drafts.push(
    'files',
    `Files: ${countText(contents.assets, 'file')}, ${bytesText(contents.bytes)}: ${kinds.join(', ')}${more}`,
    { files: numberText(contents.assets), size: bytesText(contents.bytes) },
    { kind: 'dandiset' },
    'records',
    [],
    1,
  );
  if (nwb > 0 && nwb < contents.assets)
    drafts.push(
      'files',
      `NWB files: ${numberText(nwb)} of ${numberText(contents.assets)}`,
      { nwb: numberText(nwb) },
      { kind: 'dandiset' },
      'records',
      [],
      2,
    );
  if (read < nwb)
    drafts.push(
      'files',
      `Headers were read of ${numberText(read)} of ${numberText(nwb)} NWB files`,
      { read: numberText(read) },
      { kind: 'dandiset' },
      'headers',
      [],
      1,
    );
  if (contents.duplicatePaths > 0)
    drafts.push(
      'files',
      `${countText(contents.duplicatePaths, 'path')} appear twice or more among the files`,
      {},
      { kind: 'dandiset' },
      'records',
      [],
      4,
    );
  for (const [key, tally] of Object.entries(contents.entities)) {
    if (tally.values.length + tally.more > 1 || key !== 'obj')
      drafts.tally(
        'paths',
        `By their file names, ${findOwn(ENTITY_WORDS, key) ?? key}`,
        tally,
        key === 'desc' || key === 'stain' ? 2 : 3,
        undefined,
        NAMED,
        contents.assets,
      );
  }
  drafts.tally(
    'paths',
    'By their file names, modalities',
    contents.pathModalities,
    3,
    undefined,
    NAMED,
    contents.assets,
  );
  drafts.tally(
    'paths',
    'By their file names, kinds of data',
    contents.suffixes,
    nwb === 0 ? 1 : 3,
    undefined,
    NAMED,
    contents.assets,
  );
  drafts.tally(
    'paths',
    'By their folders, kinds of data',
    contents.datatypes,
    3,
    undefined,
    NAMED,
    contents.assets,
  );
  drafts.tally('paths', 'Samples by kind', contents.samples, 3, undefined, NAMED, contents.assets);
}

/** Disagreements of metadata, records and headers. */
export function addContradictions({ contents }: FactSources, drafts: FactDrafts): void {
  for (const { detail } of contents.contradictions)
    drafts.push('contradiction', detail, {}, { kind: 'dandiset' }, 'compared', [], 1);
}
