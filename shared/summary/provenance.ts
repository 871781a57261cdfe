/**
 * The contents of `summary.json`: where a summary comes from and how far it can be trusted. The type and the
 * published JSON schema are both derived from the zod schema. Pure; all times are passed in.
 */
import * as z from 'zod/mini';
import { SENTENCE_KINDS, type SupportedSentence } from '../model/language-model.ts';
import type { DandisetFacts } from '../prompt/facts.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { CHECKS_REVISION, type CheckReport } from './checks.ts';
import { buildCitations } from './citations.ts';
import { FACTS_FIELDS } from './facts-schema.ts';
import { describeFields, SUMMARY_FIELDS } from './field-descriptions.ts';
import type { ParsedReply } from './parsed-reply.ts';
import { SessionIndex } from './session-index.ts';
import { SessionTimeline } from './session-timeline.ts';
import { buildSuggestions } from './suggestions.ts';
import { keepSupported } from './support.ts';

/** Raised with every change that a reader of `summary.json` must know of. */
export const SUMMARY_SCHEMA_VERSION = 2;

const count = z.int().check(z.nonnegative());
const severity = z.enum(['error', 'warning']);

const tokens = z.object({ prompt: count, completion: count });

const citation = z.object({ text: z.string(), sources: z.array(z.string()) });

const finding = z.object({
  check: z.string(),
  severity,
  message: z.string(),
  excerpt: z.string(),
  location: z.object({
    part: z.enum(['abstract', 'description', 'keywords', 'reply']),
    index: count,
    line: z.optional(z.int().check(z.positive())),
  }),
});

/** The verdicts of another model on the sentences of the stored text. */
const SecondOpinion = z.object({
  /** The provider's name for it. */
  model: z.string(),
  /** Revision of the words of its questions. */
  revision: count,
  /** Whether every sentence was asked about, some, or none. */
  outcome: z.enum(['complete', 'partial', 'none']),
  /** Why not every sentence was asked about. */
  reason: z.optional(z.string()),
  /** The sentences that share words or numbers with the facts, in order. */
  claims: z.array(
    z.object({
      sentence: z.string(),
      location: z.object({ part: z.enum(['abstract', 'description']), index: count }),
      /** Ids of the facts that were given with the sentence. */
      facts: z.array(z.string()),
      /** `none` if there was no answer that could be verified. */
      verdict: z.enum(['supported', 'contradicted', 'unsupported', 'neither', 'none']),
      /** Verbatim from the facts, or from the sentence if no fact supports it; verified. */
      quote: z.optional(z.string()),
      /** The id of the fact that contains the quote. */
      fact: z.optional(z.string()),
      /** Why there is no verdict. */
      reason: z.optional(z.string()),
      /** Checks whose findings in the sentence were withdrawn, since the facts support it. */
      withdrawn: z.optional(z.array(z.string())),
    }),
  ),
  /** Requests of the run, including those about replies that were not stored. */
  requests: count,
  tokens,
  /** In US dollars; absent if the price is not known. */
  cost: z.optional(z.number().check(z.nonnegative())),
});
export type SecondOpinion = z.infer<typeof SecondOpinion>;

/** The schema of `summary.json`. */
export const Provenance = z.object({
  schemaVersion: z.literal(SUMMARY_SCHEMA_VERSION),
  /** Six digits. */
  dandisetId: z.string(),
  /** `draft` or a published version. */
  version: z.string(),
  generatedAt: z.iso.datetime(),
  tool: z.object({ name: z.string(), version: z.string() }),
  model: z.object({
    id: z.string(),
    isLanguageModel: z.boolean(),
    parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  }),
  prompt: z.object({
    profile: z.enum(['classic', 'complete', 'rich']),
    /** Whether the model was asked for sentences that cite facts, or for free markdown. `prose` if absent. */
    writing: z.optional(z.enum(['structured', 'prose'])),
    revision: count,
    /** SHA-256 of its text, in hexadecimal. */
    hash: z.string(),
    /** An upper bound of the tokens of a request, by this tool's count. */
    tokens: count,
    compaction: z.array(z.string()),
    /** Ranges of its text that are from the archive, in UTF-16 units, `end` excluded; they were sent between marks. */
    quoted: z.array(z.object({ start: count, end: count })),
  }),
  readerRevision: count,
  inputHash: z.string(),
  /** As counted by the provider, over all attempts. */
  tokens,
  /** In US dollars, over all attempts; absent if the price is not known. */
  cost: z.optional(z.number().check(z.nonnegative())),
  attempts: z.array(
    z.object({
      startedAt: z.iso.datetime(),
      /** What was sent: the prompt between marks, and the meaning of the marks. Absent if no model was asked. */
      request: z.optional(
        z.object({
          revision: count,
          /** SHA-256 of both messages, in hexadecimal. */
          hash: z.string(),
          /** The errors of the previous reply that were reported to the model; absent at the first attempt. */
          repair: z.optional(z.array(z.string())),
        }),
      ),
      finish: z.enum(['stop', 'length', 'content-filter', 'other']),
      finishRaw: z.optional(z.string()),
      tokens,
      errors: count,
      warnings: count,
    }),
  ),
  checks: z.object({
    revision: count,
    isAcceptable: z.boolean(),
    outcomes: z.array(z.object({ check: z.string(), severity, findings: count })),
    findings: z.array(finding),
  }),
  /** Absent if none was requested. Its tokens and cost are not included in any other sum. */
  secondOpinion: z.optional(SecondOpinion),
  /** What rules removed from the reply before it was stored. */
  removed: z.array(z.object({ kind: z.string(), excerpt: z.string() })),
  ...FACTS_FIELDS,
  /**
   * Its sentences with the ids of the facts in `list` that each is based on. Absent if the writer did not report them.
   */
  sentences: z.optional(
    z.array(
      z.object({
        part: z.enum(['abstract', 'description']),
        /** Without markup. */
        text: z.string(),
        facts: z.array(z.string()),
        kind: z.enum(SENTENCE_KINDS),
      }),
    ),
  ),
  keywords: z.array(z.string()),
  citations: z.object({ keywords: z.array(citation), numbers: z.array(citation) }),
  /** What the owners could add to their metadata, with the evidence for it. */
  suggestions: z.array(
    z.object({
      field: z.enum(['keywords', 'species', 'approach', 'description', 'assetsSummary', 'assets', 'files']),
      value: z.string(),
      evidence: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  /** The table of sessions, `sessions.csv` and `sessions.parquet`, with one row per file. Absent in older summaries. */
  sessions: z.optional(
    z.object({
      csv: z.object({ sha256: z.string(), bytes: count, index: z.optional(SessionIndex) }),
      parquet: z.object({ sha256: z.string(), bytes: count }),
      /** Null if too few starting times are known for a diagram. Absent in older summaries. */
      timeline: z.optional(z.nullable(SessionTimeline)),
    }),
  ),
  runReport: z.object({ requests: count, bytes: count }),
});
export type Provenance = z.infer<typeof Provenance>;

const text = z.object({ sha256: z.string(), bytes: count });

/** `summary.json` in the store, with the hashes of the texts that belong to it. */
const StoredProvenanceSchema = z.extend(Provenance, {
  documents: z.object({ markdown: text, prompt: text }),
});

/** The input of `buildProvenance`. */
export interface ProvenanceInput {
  readonly prompt: Prompt;
  readonly parsed: ParsedReply;
  /** As reported by the writer; sentences removed by repair are dropped. */
  readonly sentences?: readonly SupportedSentence[];
  readonly report: CheckReport;
  readonly generatedAt: string;
  readonly tool: Provenance['tool'];
  readonly model: {
    readonly modelId: string;
    readonly isLanguageModel: boolean;
    readonly parameters?: Readonly<Record<string, number | string | boolean>>;
  };
  readonly promptRevision: number;
  readonly readerRevision: number;
  readonly inputHash: string;
  readonly promptHash: string;
  readonly attempts: Provenance['attempts'];
  readonly cost?: number;
  readonly secondOpinion?: SecondOpinion | undefined;
  readonly warnings?: readonly string[];
  readonly runReport: Provenance['runReport'];
}

/** Builds the content of `summary.json`. Its tokens are the sum over the attempts. */
export function buildProvenance(input: ProvenanceInput): Provenance {
  const { prompt, parsed, report, model, attempts } = input;
  const { facts } = prompt;
  const sum = (part: 'prompt' | 'completion') =>
    attempts.reduce((total, attempt) => total + attempt.tokens[part], 0);
  return {
    schemaVersion: SUMMARY_SCHEMA_VERSION,
    dandisetId: facts.dandiset.id,
    version: facts.dandiset.version,
    generatedAt: input.generatedAt,
    tool: input.tool,
    model: { id: model.modelId, isLanguageModel: model.isLanguageModel, parameters: { ...model.parameters } },
    prompt: {
      profile: prompt.profile,
      ...(prompt.writing === undefined ? {} : { writing: prompt.writing }),
      revision: input.promptRevision,
      hash: input.promptHash,
      tokens: prompt.tokens,
      compaction: [...prompt.compaction],
      quoted: prompt.quoted.map(([start, end]) => ({ start, end })),
    },
    readerRevision: input.readerRevision,
    inputHash: input.inputHash,
    tokens: { prompt: sum('prompt'), completion: sum('completion') },
    ...(input.cost === undefined ? {} : { cost: input.cost }),
    attempts,
    checks: {
      revision: CHECKS_REVISION,
      isAcceptable: report.isAcceptable,
      outcomes: report.outcomes.map((outcome) => ({ ...outcome })),
      findings: report.findings.map((each) => ({ ...each, location: { ...each.location } })),
    },
    ...(input.secondOpinion === undefined ? {} : { secondOpinion: input.secondOpinion }),
    removed: parsed.removed.map((piece) => ({ ...piece })),
    ...copyFacts(facts),
    ...(input.sentences === undefined
      ? {}
      : {
          sentences: keepSupported(input.sentences, parsed.parts, facts.list ?? []).map((sentence) => ({
            ...sentence,
            facts: [...sentence.facts],
          })),
        }),
    keywords: [...parsed.parts.keywords],
    citations: copyCitations(buildCitations(parsed.parts, facts)),
    suggestions: buildSuggestions(facts).map((suggestion) => ({ ...suggestion })),
    warnings: [...(input.warnings ?? [])],
    runReport: input.runReport,
  };
}

/** Copies the facts as JSON values; non-finite numbers, such as a rate of NaN, are left out. */
function copyFacts(facts: DandisetFacts): Pick<Provenance, keyof DandisetFacts> {
  const finite = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
  return JSON.parse(JSON.stringify(facts, finite));
}

function copyCitations(citations: ReturnType<typeof buildCitations>): Provenance['citations'] {
  const copy = (each: { text: string; sources: readonly string[] }) => ({
    text: each.text,
    sources: [...each.sources],
  });
  return { keywords: citations.keywords.map(copy), numbers: citations.numbers.map(copy) };
}

/** Builds the JSON schema that is published as `docs/summary.schema.json` (JSON Schema, draft 2020-12). */
export function buildSummarySchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(StoredProvenanceSchema, { io: 'input' });
  return {
    $schema,
    title: 'summary.json of dandiset-summarizer',
    description:
      'Where a summary of a Dandiset version comes from: its model, prompt, checks, coverage and file types.',
    ...describeFields(schema, SUMMARY_FIELDS),
  };
}
