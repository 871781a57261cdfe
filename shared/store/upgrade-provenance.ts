/**
 * Converts a `summary.json` of schema version 1 to the names of version 2 when it is read from the store, so that
 * readers of summaries handle one form. Nothing is written back; the next summary of the version has the current form.
 * Pure.
 */

type Fields = Readonly<Record<string, unknown>>;
/** A field of the current document from the value of its earlier one. */
type Renaming = readonly [name: string, upgrade?: (value: unknown) => unknown];
type Renamings = Readonly<Record<string, Renaming>>;

const SEVERITY = ['severity', (value: unknown) => (value === 'grave' ? 'error' : 'warning')] as const;
const OUTCOMES: ReadonlyMap<unknown, string> = new Map([
  ['had', 'complete'],
  ['in-part', 'partial'],
]);

const CITATION: Renamings = { in: ['sources'] };
const OUTCOME: Renamings = { severity: SEVERITY };
const FINDING: Renamings = { severity: SEVERITY, place: ['location'] };
const CLAIM: Renamings = { place: ['location'], why: ['reason'] };

const DOCUMENT: Renamings = {
  attempts: ['attempts', inEach({ graveFindings: ['errors'], minorFindings: ['warnings'] })],
  checks: [
    'checks',
    inFields({ outcomes: ['outcomes', inEach(OUTCOME)], findings: ['findings', inEach(FINDING)] }),
  ],
  secondOpinion: [
    'secondOpinion',
    inFields({
      outcome: ['outcome', (value) => OUTCOMES.get(value) ?? value],
      claims: ['claims', inEach(CLAIM)],
    }),
  ],
  grounds: [
    'citations',
    inFields({ keywords: ['keywords', inEach(CITATION)], numbers: ['numbers', inEach(CITATION)] }),
  ],
  metadata: ['metadata', inFields({ leftOut: ['omitted'] })],
  contents: ['contents', renameCounted],
  fileTypes: ['fileTypes', inEach({ contents: ['contents', renameCounted] })],
  list: ['list', renameCounted],
};

/** The document in the names of schema version 2; one of any other version than 1 unchanged. */
export function upgradeProvenance<Document extends Fields>(document: Document): Document {
  if (document.schemaVersion !== 1) return document;
  return { ...(rename(document, DOCUMENT) as Document), schemaVersion: 2 };
}

function inFields(renamings: Renamings): (value: unknown) => unknown {
  return (value) => rename(value, renamings);
}

function inEach(renamings: Renamings): (value: unknown) => unknown {
  return (value) => (Array.isArray(value) ? value.map((each) => rename(each, renamings)) : value);
}

function rename(value: unknown, renamings: Renamings): unknown {
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const [today, upgrade] = Object.hasOwn(renamings, name) ? renamings[name]! : [name];
      return [today, upgrade === undefined ? inner : upgrade(inner)];
    }),
  );
}

/**
 * Numbers and examples at any depth of what was counted; names that come from the files are not fields of ours and
 * stay.
 */
function renameCounted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renameCounted);
  if (!isFields(value)) return value;
  const isRange = 'least' in value && 'most' in value;
  const isExample = typeof value.file === 'string' && typeof value.place === 'string';
  const renamings: Renamings = {
    ...(isRange && { least: ['min'], middle: ['median'], most: ['max'] }),
    ...(isExample && { place: ['location'] }),
  };
  const renamed = rename(value, renamings) as Fields;
  return Object.fromEntries(Object.entries(renamed).map(([name, inner]) => [name, renameCounted(inner)]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
