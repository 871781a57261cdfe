/**
 * Runs every check on a reply before it is stored, and reports the outcomes. Pure.
 */
import type { Finish } from '../model/language-model.ts';
import { dropBackground } from './background.ts';
import type { Check, CheckInput, Finding, Severity } from './check.ts';
import { isOfContent, mayAct } from './check-powers.ts';
import { behaviors } from './checks/behaviors.ts';
import { causes, results } from './checks/claims.ts';
import { counted } from './checks/counts.ts';
import { devices, software, videos } from './checks/equipment.ts';
import { fieldUnits } from './checks/field-units.ts';
import { finish, keywords, language, length, markup, paragraphs, parts, size } from './checks/form.ts';
import { holdings } from './checks/holdings.ts';
import { disguisedLabels, instructions, typeLabels } from './checks/labels.ts';
import { licences } from './checks/licences.ts';
import { methods, strains } from './checks/methods.ts';
import {
  codeNames,
  codes,
  credits,
  dataKinds,
  finerRegions,
  links,
  neurodataTypes,
  people,
  regions,
  species,
} from './checks/names.ts';
import {
  dates,
  estimates,
  fileCounts,
  numbers,
  partialCounts,
  quantities,
  sessions,
} from './checks/numbers.ts';
import { institutions, labs } from './checks/origins.ts';
import { scopes } from './checks/scopes.ts';
import { findAbbreviations } from './checks/sentences.ts';
import { stimuli } from './checks/stimuli.ts';
import { subjectCounts } from './checks/subject-counts.ts';
import { ages, sexes } from './checks/subjects.ts';
import type { Evidence } from './evidence.ts';
import type { ParsedReply } from './parsed-reply.ts';
import { buildProse } from './prose.ts';

/** Raised whenever a check is added or its results change. */
export const CHECKS_REVISION = 10;

/** All checks, in the order of reporting. */
export const CHECKS: readonly Check[] = [
  finish,
  size,
  parts,
  paragraphs,
  keywords,
  markup,
  length,
  language,
  typeLabels,
  disguisedLabels,
  instructions,
  links,
  fileCounts,
  partialCounts,
  numbers,
  quantities,
  estimates,
  fieldUnits,
  counted,
  subjectCounts,
  dates,
  sessions,
  codeNames,
  codes,
  neurodataTypes,
  dataKinds,
  holdings,
  methods,
  scopes,
  species,
  strains,
  sexes,
  ages,
  regions,
  finerRegions,
  behaviors,
  stimuli,
  devices,
  software,
  videos,
  labs,
  institutions,
  licences,
  people,
  credits,
  results,
  causes,
];

/** The outcome of one check. */
export interface CheckOutcome {
  readonly check: string;
  readonly severity: Severity;
  readonly findings: number;
}

/** The outcomes of all checks. */
export interface CheckReport {
  /** No error: the reply may be stored. */
  readonly isAcceptable: boolean;
  readonly outcomes: readonly CheckOutcome[];
  readonly findings: readonly Finding[];
}

/** Most findings kept per check: the first ones show the problem, and a reply may be wrong throughout. */
const MAX_FINDINGS = 50;

/** How the text was produced. */
export interface CheckOptions {
  /** How the reply ended. */
  readonly finish?: Finish['unified'] | undefined;
  /**
   * Whether each sentence was already checked against the facts it cites: findings on its content are then only
   * warnings.
   */
  readonly isGrounded?: boolean;
}

/** Checks a reply, or a summary read back from the store, against the evidence. */
export function runChecks(
  parsed: ParsedReply,
  evidence: Evidence,
  { finish, isGrounded = false }: CheckOptions = {},
): CheckReport {
  const prose = buildProse(parsed.parts);
  const input: CheckInput = {
    parts: parsed.parts,
    prose,
    evidence,
    removed: parsed.removed,
    ...(finish === undefined ? {} : { finish }),
    ...(parsed.refused === undefined ? {} : { refused: parsed.refused }),
  };
  const findings = CHECKS.flatMap(({ name, severity, find }) =>
    distinct(
      find(input).map((draft) => ({
        check: name,
        severity: findSeverity(name, severity, isGrounded),
        ...draft,
        location: locateFinding(draft.location, parsed),
      })),
    ).slice(0, MAX_FINDINGS),
  );
  const ofData = dropBackground(findings, prose);
  return buildReport(dropAbbreviations(ofData, prose.map(({ text }) => text).join('\n')), isGrounded);
}

/** Checks of names that may be abbreviated. */
const OF_NAMES = new Set([
  'regions',
  'finer-regions',
  'codes',
  'devices',
  'software',
  'institutions',
  'data-kinds',
]);

/** Drops findings about abbreviations that the text introduces itself, unless the expanded name is also reported. */
function dropAbbreviations(findings: readonly Finding[], text: string): Finding[] {
  const introduced = findAbbreviations(text).filter(
    ({ short, words }) =>
      !findings.some(({ check, excerpt }) => {
        const found = excerpt.toLowerCase();
        return OF_NAMES.has(check) && found !== short && (words.includes(found) || found.includes(words));
      }),
  );
  return findings.filter(
    ({ check, excerpt }) =>
      !OF_NAMES.has(check) ||
      !introduced.some(({ short }) => excerpt.toLowerCase().replace(/s$/, '') === short.replace(/s$/, '')),
  );
}

function buildReport(findings: readonly Finding[], isGrounded: boolean): CheckReport {
  return {
    isAcceptable: findings.every(({ severity }) => severity !== 'error'),
    outcomes: CHECKS.map(({ name, severity }) => ({
      check: name,
      severity: findSeverity(name, severity, isGrounded),
      findings: findings.filter(({ check }) => check === name).length,
    })),
    findings,
  };
}

/** Returns the report without the findings that `isDropped` selects. */
export function dropFindings(report: CheckReport, isDropped: (finding: Finding) => boolean): CheckReport {
  const findings = report.findings.filter((finding) => !isDropped(finding));
  const outcomes = report.outcomes.map((outcome) => ({
    ...outcome,
    findings: findings.filter(({ check }) => check === outcome.check).length,
  }));
  return { isAcceptable: findings.every(({ severity }) => severity !== 'error'), outcomes, findings };
}

/** A check without the measured precision cannot have a summary rejected, whatever its severity. */
function findSeverity(name: string, severity: Severity, isGrounded: boolean): Severity {
  return mayAct(name) && !(isGrounded && isOfContent(name)) ? severity : 'warning';
}

/** Adds the line to a location, if it is known. */
function locateFinding(
  location: Pick<Finding['location'], 'part' | 'index'>,
  parsed: ParsedReply,
): Finding['location'] {
  const line = location.part === 'reply' ? undefined : parsed.lines[location.part][location.index];
  return line === undefined ? { ...location } : { ...location, line };
}

/** Drops repeated findings on the same words of the same block. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ excerpt, message, location }) => {
    const key = `${location.part} ${location.index} ${excerpt} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
