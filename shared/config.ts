/**
 * The settings of the whole system (`settings.ts`), read from the environment: the only reader of `process.env`.
 * Every other module gets what it needs as an argument, from `functions/compose.ts`.
 */
import { InvalidInputError } from './errors.ts';
import type { ReadLimits } from './header/header-reader.ts';
import type { PromptProfile, WritingMode } from './prompt/prompt.ts';
import {
  type Environment,
  readSetting,
  type SettingName,
  type SettingNameOfKind,
  type SettingValue,
} from './settings.ts';

/** All settings, checked. */
export interface Config {
  /** The archive's REST API, without a trailing slash. */
  readonly dandiApiUrl: string;
  /** The archive's bucket over HTTP, without a trailing slash. Blobs are only read below this URL. */
  readonly dandiBucketUrl: string;
  /** Hosts, each with its port unless it is the scheme's default, that the URL of a file may redirect to. */
  readonly downloadHosts: readonly string[];
  /** A folder, or `s3://bucket/prefix`. */
  readonly summaryStore: string;
  /** An S3-compatible endpoint in place of AWS's own. */
  readonly s3EndpointUrl: string | undefined;
  readonly model: ModelConfig;
  /** The model that gives a second opinion; undefined if none is configured. */
  readonly judge: JudgeConfig | undefined;
  readonly promptProfile: PromptProfile;
  /** How a language model writes. */
  readonly writing: WritingMode;
  /** Tokens that a prompt may have. */
  readonly promptTokenBudget: number;
  /** Seconds of silence after which a request to the archive is aborted. */
  readonly httpIdleSeconds: number;
  /** Concurrent runs, whoever started them. */
  readonly runsAtOnce: number;
  /** Files read concurrently by one function. */
  readonly readConcurrency: number;
  readonly readLimits: ReadLimits;
  readonly api: ApiConfig;
  readonly sweep: SweepConfig;
  /** The event bus on which new versions are announced; none on one machine. */
  readonly eventBusName: string | undefined;
}

/** The limits of a sweep. */
export interface SweepConfig {
  /** Runs that one sweep may start. */
  readonly maxRuns: number;
  /** Tokens that the runs of one sweep may take. */
  readonly maxTokens: number;
  /** US dollars that the replies of one sweep may cost, where the model's price is known. */
  readonly maxCost: number;
  /** Failed runs over one input before it is abandoned; outages are not counted. */
  readonly maxAttempts: number;
  /** How long a draft must have been unchanged before its summary is written again. */
  readonly draftQuietHours: number;
}

/** Who may start runs over HTTP, and how often. Without a token nobody can. */
export interface ApiConfig {
  readonly token: Secret;
  /** Runs that may be started over HTTP within one day, UTC. */
  readonly dailyRuns: number;
  /** The state machine whose executions are the runs. */
  readonly machineArn: string | undefined;
}

/** The source of a secret: its value, or a parameter in AWS. */
export interface Secret {
  readonly value: string | undefined;
  /** The name of an SSM parameter (SecureString) with its value. */
  readonly parameter: string | undefined;
}

/** An OpenAI-compatible service, and the options of requests to it. */
export interface ModelServiceConfig {
  readonly modelId: string;
  readonly key: Secret;
  readonly baseUrl: string | undefined;
  /** Time limit for one reply of the writer, or for the opinion of one whole reply. */
  readonly timeoutSeconds: number;
  /** Tokens of one response at most. */
  readonly maxOutputTokens: number;
  /** US dollars for a million tokens, in place of the table's; both or neither. */
  readonly price: { readonly input: number; readonly output: number } | undefined;
}

/** The model that writes the summaries. With neither key nor base URL the deterministic writer does. */
export interface ModelConfig extends ModelServiceConfig {
  readonly temperature: number | undefined;
  readonly seed: number | undefined;
  /** US dollars that the replies of one run may cost. */
  readonly maxCostPerRun: number;
  /** What the replies of all runs together may take within one day, UTC. */
  readonly daily: { readonly cost: number; readonly tokens: number };
}

/** Another model that judges the text of a language model, sentence by sentence. */
export type JudgeConfig = ModelServiceConfig;

/** The settings of this process. @throws InvalidInputError naming the invalid setting */
export function readConfig(environment: Environment = process.env): Config {
  const read: ReadSetting = (name) => readSetting(environment, name);
  const dandiApiUrl = read('DANDI_API_URL');
  const dandiBucketUrl = read('DANDI_BUCKET_URL');
  const ownHosts = [dandiApiUrl, dandiBucketUrl].map((url) => new URL(url).host);
  return {
    dandiApiUrl,
    dandiBucketUrl,
    downloadHosts: [...new Set([...read('DANDI_DOWNLOAD_HOSTS'), ...ownHosts])],
    summaryStore: read('SUMMARY_STORE'),
    s3EndpointUrl: read('S3_ENDPOINT_URL'),
    model: readModelConfig(read),
    judge: readJudgeConfig(read),
    promptProfile: read('PROMPT_PROFILE'),
    writing: read('WRITING'),
    promptTokenBudget: read('PROMPT_TOKEN_BUDGET'),
    httpIdleSeconds: read('HTTP_IDLE_SECONDS'),
    runsAtOnce: read('RUNS_AT_ONCE'),
    readConcurrency: read('READ_CONCURRENCY'),
    readLimits: {
      bytes: read('READ_MAX_BYTES'),
      requests: read('READ_MAX_REQUESTS'),
      objects: read('READ_MAX_OBJECTS'),
      depth: read('READ_MAX_DEPTH'),
      milliseconds: read('READ_MAX_SECONDS') * 1000,
      valueBytes: read('READ_MAX_VALUE_BYTES'),
    },
    api: {
      token: readSecret(read, 'API_TOKEN'),
      dailyRuns: read('API_DAILY_RUNS'),
      machineArn: read('SUMMARIZE_MACHINE_ARN'),
    },
    sweep: {
      maxRuns: read('SWEEP_MAX_RUNS'),
      maxTokens: read('SWEEP_MAX_TOKENS'),
      maxCost: read('SWEEP_MAX_COST'),
      maxAttempts: read('SWEEP_MAX_ATTEMPTS'),
      draftQuietHours: read('DRAFT_QUIET_HOURS'),
    },
    eventBusName: read('EVENT_BUS_NAME'),
  };
}

type ReadSetting = <Name extends SettingName>(name: Name) => SettingValue<Name>;

/** A secret and the parameter for it, whose setting is named after it. */
function readSecret(read: ReadSetting, name: SettingNameOfKind<'secret'>): Secret {
  return { value: read(name), parameter: read(`${name}_PARAMETER`) };
}

function readModelConfig(read: ReadSetting): ModelConfig {
  return {
    modelId: read('LLM_MODEL'),
    key: readSecret(read, 'OPENAI_API_KEY'),
    baseUrl: read('OPENAI_BASE_URL'),
    timeoutSeconds: read('LLM_TIMEOUT_SECONDS'),
    maxOutputTokens: read('LLM_MAX_OUTPUT_TOKENS'),
    temperature: read('LLM_TEMPERATURE'),
    seed: read('LLM_SEED'),
    price: readPrice(read, 'LLM'),
    maxCostPerRun: read('LLM_MAX_COST_PER_RUN'),
    daily: { cost: read('LLM_MAX_COST_PER_DAY'), tokens: read('LLM_MAX_TOKENS_PER_DAY') },
  };
}

/** Settings that have no effect without the model that they belong to. */
const JUDGE_SETTINGS = [
  'JUDGE_BASE_URL',
  'JUDGE_API_KEY',
  'JUDGE_API_KEY_PARAMETER',
  'JUDGE_PRICE_INPUT',
  'JUDGE_PRICE_OUTPUT',
] as const satisfies readonly SettingName[];

function readJudgeConfig(read: ReadSetting): JudgeConfig | undefined {
  const modelId = read('JUDGE_MODEL');
  if (modelId === undefined) {
    const lone = JUDGE_SETTINGS.find((name) => read(name) !== undefined);
    if (lone === undefined) return undefined;
    throw new InvalidInputError(`${lone} is set without JUDGE_MODEL, which names the model to ask.`, {
      field: 'JUDGE_MODEL',
    });
  }
  const writer = read('LLM_MODEL');
  if (plainModelName(modelId) === plainModelName(writer)) {
    throw new InvalidInputError(
      `JUDGE_MODEL names ${modelId}, but ${writer} writes: the second opinion must come from another model. Name another one, or omit JUDGE_MODEL.`,
      { field: 'JUDGE_MODEL' },
    );
  }
  const baseUrl = read('JUDGE_BASE_URL');
  const own = readSecret(read, 'JUDGE_API_KEY');
  const hasOwn = own.value !== undefined || own.parameter !== undefined;
  // A key is only sent to its own service.
  const isOneService = baseUrl === read('OPENAI_BASE_URL');
  return {
    modelId,
    key: isOneService && !hasOwn ? readSecret(read, 'OPENAI_API_KEY') : own,
    baseUrl,
    timeoutSeconds: read('JUDGE_TIMEOUT_SECONDS'),
    maxOutputTokens: read('JUDGE_MAX_OUTPUT_TOKENS'),
    price: readPrice(read, 'JUDGE'),
  };
}

/** A model's name without provider, date and capitals: `openai/gpt-4o-2024-11-20` is `gpt-4o`. */
function plainModelName(modelId: string): string {
  return modelId
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/-\d{4}-\d{2}-\d{2}$/, '');
}

function readPrice(read: ReadSetting, prefix: 'LLM' | 'JUDGE'): ModelServiceConfig['price'] {
  const [input, output] = [read(`${prefix}_PRICE_INPUT`), read(`${prefix}_PRICE_OUTPUT`)];
  if (input !== undefined && output !== undefined) return { input, output };
  if (input === undefined && output === undefined) return undefined;
  throw new InvalidInputError(`${prefix}_PRICE_INPUT and ${prefix}_PRICE_OUTPUT must be set together.`, {
    field: `${prefix}_PRICE_INPUT`,
  });
}
