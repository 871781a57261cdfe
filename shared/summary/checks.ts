/**
 * The checks that every reply passes before it is stored: a table of pure questions, and their outcomes. Pure.
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
import { instructions, typeLabels } from './checks/labels.ts';
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

/** Raised whenever a check is added or judges otherwise. */
export const CHECKS_REVISION = 7;

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

/** How one check came out. */
export interface CheckOutcome {
  readonly check: string;
  readonly severity: Severity;
  readonly findings: number;
}

/** How all of them did. */
export interface CheckReport {
  /** No error: the reply may be stored. */
  readonly isAcceptable: boolean;
  readonly outcomes: readonly CheckOutcome[];
  readonly findings: readonly Finding[];
}

/** Most findings kept of one check: the first ones show what is wrong, and a reply may be wrong throughout. */
const MAX_FINDINGS = 50;

/** How a text came about, as far as the checks ask. */
export interface CheckOptions {
  /** How the reply ended. */
  readonly finish?: Finish['unified'] | undefined;
  /** Whether each sentence was held to the facts that it names before: what the text alone makes doubtful then only flags. */
  readonly isGrounded?: boolean;
}

/** Holds a reply, or a summary read back, to the evidence. */
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
  const ofData = dropBackground(findings, prose, isOfContent);
  return buildReport(dropAbbreviations(ofData, prose.map(({ text }) => text).join('\n')), isGrounded);
}

/** Checks of names, which a short form may stand for. */
const OF_NAMES = new Set([
  'regions',
  'finer-regions',
  'codes',
  'devices',
  'software',
  'institutions',
  'data-kinds',
]);

/** Without findings about a short form that the text itself introduces, where nothing is found in the words that it stands for. */
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

/** The report without some of its findings. */
export function dropFindings(report: CheckReport, isDropped: (finding: Finding) => boolean): CheckReport {
  const findings = report.findings.filter((finding) => !isDropped(finding));
  const outcomes = report.outcomes.map((outcome) => ({
    ...outcome,
    findings: findings.filter(({ check }) => check === outcome.check).length,
  }));
  return { isAcceptable: findings.every(({ severity }) => severity !== 'error'), outcomes, findings };
}

/** A check that is not measured to be right often enough cannot fail a summary, whatever it looks for. */
function findSeverity(name: string, severity: Severity, isGrounded: boolean): Severity {
  return mayAct(name) && !(isGrounded && isOfContent(name)) ? severity : 'warning';
}

/** A location with its line, where the text was available. */
function locateFinding(
  location: Pick<Finding['location'], 'part' | 'index'>,
  parsed: ParsedReply,
): Finding['location'] {
  const line = location.part === 'reply' ? undefined : parsed.lines[location.part][location.index];
  return line === undefined ? { ...location } : { ...location, line };
}

/** Without repetitions of the same words in the same block. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ excerpt, message, location }) => {
    const key = `${location.part} ${location.index} ${excerpt} ${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
