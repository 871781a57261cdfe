/**
 * The settings of the whole system, read from the environment: the only reader of `process.env`. Every
 * other module gets what it needs as an argument, from `functions/compose.ts`.
 */
import { InvalidInputError } from './errors.ts';
import type { ReadLimits } from './hdf5/header-reader.ts';
import { type PromptProfile, WRITING_MODES, type WritingMode } from './prompt/prompt.ts';

/** All settings, checked. */
export interface Config {
  /** The archive's REST API, without a closing slash. */
  readonly dandiApiUrl: string;
  /** The archive's bucket over HTTP, without a closing slash. Blobs are read at this base and nowhere else. */
  readonly dandiBucketUrl: string;
  /** Hosts, each with its port where that is not the scheme's own, that the address of a file may redirect to. */
  readonly downloadHosts: readonly string[];
  /** A folder, or `s3://bucket/prefix`. */
  readonly summaryStore: string;
  /** An S3-compatible endpoint in place of AWS's own. */
  readonly s3EndpointUrl: string | undefined;
  readonly model: ModelConfig;
  /** What gives a second opinion; undefined where none is asked for. */
  readonly judge: JudgeConfig | undefined;
  readonly promptProfile: PromptProfile;
  /** How a language model writes. */
  readonly writing: WritingMode;
  /** Tokens that a prompt may have. */
  readonly promptTokenBudget: number;
  /** Silence after which a request to the archive is given up. */
  readonly httpIdleSeconds: number;
  /** Runs that go on at the same time, whoever started them. */
  readonly runsAtOnce: number;
  /** Files read at the same time by one function. */
  readonly readConcurrency: number;
  readonly readLimits: ReadLimits;
  readonly api: ApiConfig;
  readonly sweep: SweepConfig;
  /** The event bus on which new versions are announced; none on one machine. */
  readonly eventBusName: string | undefined;
}

/** What a sweep may do. */
export interface SweepConfig {
  /** Runs that one sweep may start. */
  readonly maxRuns: number;
  /** Tokens that the runs of one sweep may take. */
  readonly maxTokens: number;
  /** US dollars that the replies of one sweep may cost, where the model's price is known. */
  readonly maxCost: number;
  /** Runs over one input that may fail before it is left alone; outages are not counted. */
  readonly maxAttempts: number;
  /** How long a draft must have been left alone before its summary is written again. */
  readonly draftQuietHours: number;
}

/** Who may start runs over HTTP, and how often. Without a token nobody may. */
export interface ApiConfig {
  readonly token: string | undefined;
  /** The name of an SSM parameter (SecureString) that holds the token. */
  readonly tokenParameter: string | undefined;
  /** Runs that may be started over HTTP within one day, UTC. */
  readonly dailyRuns: number;
  /** The state machine that a run is an execution of. */
  readonly machineArn: string | undefined;
}

/** What writes the summaries. With neither key nor base URL the deterministic writer does. */
export interface ModelConfig {
  readonly modelId: string;
  readonly apiKey: string | undefined;
  /** The name of an SSM parameter (SecureString) that holds the key. */
  readonly apiKeyParameter: string | undefined;
  readonly baseUrl: string | undefined;
  readonly timeoutSeconds: number;
  readonly maxOutputTokens: number;
  readonly temperature: number | undefined;
  readonly seed: number | undefined;
  /** US dollars for a million tokens, in place of the table's; both or neither. */
  readonly price: { readonly input: number; readonly output: number } | undefined;
  /** US dollars that the replies of one run may cost. */
  readonly maxCostPerRun: number;
  /** What the replies of all runs together may take within one day, UTC. */
  readonly daily: { readonly cost: number; readonly tokens: number };
}

/** Another model that is asked about what a language model wrote, sentence by sentence. */
export interface JudgeConfig {
  readonly modelId: string;
  readonly apiKey: string | undefined;
  /** The name of an SSM parameter (SecureString) that holds the key. */
  readonly apiKeyParameter: string | undefined;
  readonly baseUrl: string | undefined;
  /** For the opinion of one whole reply. */
  readonly timeoutSeconds: number;
  /** Of one answer about one sentence. */
  readonly maxOutputTokens: number;
  readonly price: ModelConfig['price'];
}

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One setting as README and `--help` list it. */
export interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** Every setting, in the order in which people meet them. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'DANDI_API_URL',
    fallback: 'https://api.dandiarchive.org/api',
    meaning: "The archive's REST API, asked where the bucket lacks a manifest.",
  },
  {
    name: 'DANDI_BUCKET_URL',
    fallback: 'https://dandiarchive.s3.us-east-2.amazonaws.com',
    meaning: "The archive's public bucket. Manifests and blobs are read here.",
  },
  {
    name: 'DANDI_DOWNLOAD_HOSTS',
    fallback: 'dandiarchive.s3.amazonaws.com',
    meaning:
      "Hosts, with commas between, that a file's download address may redirect to besides those of the API and the bucket.",
  },
  {
    name: 'SUMMARY_STORE',
    fallback: './summaries',
    meaning: 'Where summaries and headers are kept: a folder, or `s3://bucket/prefix`.',
  },
  {
    name: 'S3_ENDPOINT_URL',
    fallback: '',
    meaning: 'An S3-compatible service in place of AWS for an `s3://` store.',
  },
  {
    name: 'LLM_MODEL',
    fallback: 'gpt-4o',
    meaning: 'The model that writes, as its provider names it.',
  },
  {
    name: 'OPENAI_API_KEY',
    fallback: '',
    meaning: 'The key of an OpenAI-compatible service.',
  },
  {
    name: 'OPENAI_API_KEY_PARAMETER',
    fallback: '',
    meaning: 'In AWS: the SSM parameter (SecureString) that holds the key.',
  },
  {
    name: 'OPENAI_BASE_URL',
    fallback: '',
    meaning:
      'Another OpenAI-compatible service. With neither key nor base URL the deterministic writer writes.',
  },
  {
    name: 'LLM_TIMEOUT_SECONDS',
    fallback: '300',
    meaning: 'How long one reply may take.',
  },
  {
    name: 'LLM_MAX_OUTPUT_TOKENS',
    fallback: '4096',
    meaning: 'Tokens that a reply may have.',
  },
  {
    name: 'LLM_TEMPERATURE',
    fallback: '',
    meaning: "Sampling temperature; the provider's own where not set.",
  },
  {
    name: 'LLM_SEED',
    fallback: '',
    meaning: 'Sampling seed, for providers that take one.',
  },
  {
    name: 'LLM_PRICE_INPUT',
    fallback: '',
    meaning: 'US dollars for a million tokens of prompt, for a model that the table of prices lacks.',
  },
  {
    name: 'LLM_PRICE_OUTPUT',
    fallback: '',
    meaning: 'US dollars for a million tokens of reply.',
  },
  {
    name: 'LLM_MAX_COST_PER_RUN',
    fallback: '2',
    meaning: 'US dollars that the replies of one run may cost; the run stops before it would pass them.',
  },
  {
    name: 'LLM_MAX_COST_PER_DAY',
    fallback: '50',
    meaning:
      "US dollars that the replies of all runs together may cost within one day (UTC), where the model's price is known; runs past it wait for the next day.",
  },
  {
    name: 'LLM_MAX_TOKENS_PER_DAY',
    fallback: '50000000',
    meaning:
      'Tokens that all runs together may take within one day (UTC); runs past it wait for the next day.',
  },
  {
    name: 'JUDGE_MODEL',
    fallback: '',
    meaning:
      'Another model, which is asked about each sentence that a language model wrote. It may flag and ask for the one repair; without it no second opinion is had.',
  },
  {
    name: 'JUDGE_BASE_URL',
    fallback: '',
    meaning: "The judge's OpenAI-compatible service; OpenAI's own where not set.",
  },
  {
    name: 'JUDGE_API_KEY',
    fallback: '',
    meaning: "The judge's key; that of the model where both have one service.",
  },
  {
    name: 'JUDGE_API_KEY_PARAMETER',
    fallback: '',
    meaning: "In AWS: the SSM parameter (SecureString) that holds the judge's key.",
  },
  {
    name: 'JUDGE_TIMEOUT_SECONDS',
    fallback: '90',
    meaning: 'How long the second opinion of one reply may take in all; what is not asked by then is not.',
  },
  {
    name: 'JUDGE_MAX_OUTPUT_TOKENS',
    fallback: '1024',
    meaning: 'Tokens that an answer about one sentence may have.',
  },
  {
    name: 'JUDGE_PRICE_INPUT',
    fallback: '',
    meaning:
      'US dollars for a million tokens asked of the judge, for a model that the table of prices lacks. Its cost counts among those of the run and the day.',
  },
  {
    name: 'JUDGE_PRICE_OUTPUT',
    fallback: '',
    meaning: "US dollars for a million tokens of the judge's answers.",
  },
  {
    name: 'RUNS_AT_ONCE',
    fallback: '4',
    meaning: 'Runs that go on at the same time, whoever started them; the others wait for their turn.',
  },
  {
    name: 'PROMPT_PROFILE',
    fallback: 'rich',
    meaning:
      '`rich` puts the facts over all files before the types; `complete` tells the types alone, in the specification’s words; `classic` is the earlier system, for comparison.',
  },
  {
    name: 'WRITING',
    fallback: 'prose',
    meaning:
      'How a language model writes: `prose` has one text in free markdown, checked afterwards; `structured` has sentences that name the facts they stand on, each checked before it counts (with the profile `rich` only).',
  },
  {
    name: 'PROMPT_TOKEN_BUDGET',
    fallback: '100000',
    meaning: 'Tokens that a prompt may have; the default leaves a 128k-token model room for its reply.',
  },
  {
    name: 'HTTP_IDLE_SECONDS',
    fallback: '30',
    meaning: 'Silence after which a request to the archive is given up, and tried again later.',
  },
  {
    name: 'READ_CONCURRENCY',
    fallback: '8',
    meaning: 'Files read at the same time by one function.',
  },
  {
    name: 'READ_MAX_BYTES',
    fallback: '268435456',
    meaning: 'Bytes fetched for one header.',
  },
  {
    name: 'READ_MAX_REQUESTS',
    fallback: '20000',
    meaning: 'Range requests for one header.',
  },
  {
    name: 'READ_MAX_OBJECTS',
    fallback: '200000',
    meaning: 'Groups and datasets of one header; a larger file is reported as read in part.',
  },
  {
    name: 'READ_MAX_DEPTH',
    fallback: '200',
    meaning: 'Levels of groups of one header.',
  },
  {
    name: 'READ_MAX_SECONDS',
    fallback: '240',
    meaning: 'Seconds for one header.',
  },
  {
    name: 'READ_MAX_VALUE_BYTES',
    fallback: '1048576',
    meaning: "Bytes of one attribute's or dataset's value.",
  },
  {
    name: 'API_TOKEN',
    fallback: '',
    meaning: 'The bearer token that may start runs over HTTP. Without one nobody may.',
  },
  {
    name: 'API_TOKEN_PARAMETER',
    fallback: '',
    meaning: 'In AWS: the SSM parameter (SecureString) that holds the token.',
  },
  {
    name: 'API_DAILY_RUNS',
    fallback: '50',
    meaning: 'Runs that may be started over HTTP within one day (UTC).',
  },
  {
    name: 'SUMMARIZE_MACHINE_ARN',
    fallback: '',
    meaning: 'In AWS: the state machine whose executions are the runs.',
  },
  {
    name: 'SWEEP_MAX_RUNS',
    fallback: '200',
    meaning: 'Runs that one sweep may start.',
  },
  {
    name: 'SWEEP_MAX_TOKENS',
    fallback: '20000000',
    meaning: 'Tokens that the runs of one sweep may take.',
  },
  {
    name: 'SWEEP_MAX_COST',
    fallback: '50',
    meaning: "US dollars that the replies of one sweep may cost, where the model's price is known.",
  },
  {
    name: 'SWEEP_MAX_ATTEMPTS',
    fallback: '3',
    meaning: 'Runs over one input that may fail before a sweep leaves it alone; outages are not counted.',
  },
  {
    name: 'DRAFT_QUIET_HOURS',
    fallback: '12',
    meaning: 'Hours that a draft must have been left alone before a sweep writes its summary again.',
  },
  {
    name: 'EVENT_BUS_NAME',
    fallback: '',
    meaning: 'In AWS: the event bus on which new versions are announced.',
  },
];

/** Names that `PROMPT_PROFILE` takes. */
export const PROMPT_PROFILES: readonly PromptProfile[] = ['classic', 'complete', 'rich'];

/** The settings of this process. @throws InvalidInputError naming the setting that is wrong */
export function readConfig(environment: Environment = process.env): Config {
  const read = new SettingReader(environment);
  return {
    dandiApiUrl: read.url('DANDI_API_URL'),
    dandiBucketUrl: read.url('DANDI_BUCKET_URL'),
    downloadHosts: [
      ...new Set([
        ...read.hosts('DANDI_DOWNLOAD_HOSTS'),
        ...['DANDI_API_URL', 'DANDI_BUCKET_URL'].map((name) => new URL(read.url(name)).host),
      ]),
    ],
    summaryStore: read.text('SUMMARY_STORE'),
    s3EndpointUrl: read.find('S3_ENDPOINT_URL') === undefined ? undefined : read.url('S3_ENDPOINT_URL'),
    model: readModelConfig(read),
    judge: readJudgeConfig(read),
    promptProfile: readProfile(read.text('PROMPT_PROFILE')),
    writing: readWriting(read.text('WRITING')),
    promptTokenBudget: read.whole('PROMPT_TOKEN_BUDGET', 500),
    httpIdleSeconds: read.whole('HTTP_IDLE_SECONDS', 1),
    runsAtOnce: read.whole('RUNS_AT_ONCE', 1),
    readConcurrency: read.whole('READ_CONCURRENCY', 1),
    readLimits: {
      bytes: read.whole('READ_MAX_BYTES', 1),
      requests: read.whole('READ_MAX_REQUESTS', 1),
      objects: read.whole('READ_MAX_OBJECTS', 1),
      depth: read.whole('READ_MAX_DEPTH', 1),
      milliseconds: read.whole('READ_MAX_SECONDS', 1) * 1000,
      valueBytes: read.whole('READ_MAX_VALUE_BYTES', 0),
    },
    api: {
      token: read.find('API_TOKEN'),
      tokenParameter: read.find('API_TOKEN_PARAMETER'),
      dailyRuns: read.whole('API_DAILY_RUNS', 0),
      machineArn: read.find('SUMMARIZE_MACHINE_ARN'),
    },
    sweep: {
      maxRuns: read.whole('SWEEP_MAX_RUNS', 0),
      maxTokens: read.whole('SWEEP_MAX_TOKENS', 0),
      maxCost: read.number('SWEEP_MAX_COST') ?? 0,
      maxAttempts: read.whole('SWEEP_MAX_ATTEMPTS', 1),
      draftQuietHours: read.number('DRAFT_QUIET_HOURS') ?? 0,
    },
    eventBusName: read.find('EVENT_BUS_NAME'),
  };
}

/** The profile of that name. @throws InvalidInputError */
export function readProfile(name: string): PromptProfile {
  const profile = PROMPT_PROFILES.find((each) => each === name);
  if (profile !== undefined) return profile;
  throw new InvalidInputError(`PROMPT_PROFILE is one of ${PROMPT_PROFILES.join(', ')}, not "${name}".`, {
    field: 'PROMPT_PROFILE',
  });
}

/** The writing mode of that name. @throws InvalidInputError */
function readWriting(name: string): WritingMode {
  const writing = WRITING_MODES.find((each) => each === name);
  if (writing !== undefined) return writing;
  throw new InvalidInputError(`WRITING is one of ${WRITING_MODES.join(', ')}, not "${name}".`, {
    field: 'WRITING',
  });
}

function readModelConfig(read: SettingReader): ModelConfig {
  return {
    modelId: read.text('LLM_MODEL'),
    apiKey: read.find('OPENAI_API_KEY'),
    apiKeyParameter: read.find('OPENAI_API_KEY_PARAMETER'),
    baseUrl: read.find('OPENAI_BASE_URL') === undefined ? undefined : read.url('OPENAI_BASE_URL'),
    timeoutSeconds: read.whole('LLM_TIMEOUT_SECONDS', 1),
    maxOutputTokens: read.whole('LLM_MAX_OUTPUT_TOKENS', 1),
    temperature: read.number('LLM_TEMPERATURE'),
    seed: read.number('LLM_SEED'),
    price: readPrice(read, 'LLM'),
    maxCostPerRun: read.number('LLM_MAX_COST_PER_RUN') ?? 0,
    daily: {
      cost: read.number('LLM_MAX_COST_PER_DAY') ?? 0,
      tokens: read.whole('LLM_MAX_TOKENS_PER_DAY', 0),
    },
  };
}

/** Settings that say nothing without the model that they belong to. */
const JUDGE_SETTINGS = [
  'JUDGE_BASE_URL',
  'JUDGE_API_KEY',
  'JUDGE_API_KEY_PARAMETER',
  'JUDGE_PRICE_INPUT',
  'JUDGE_PRICE_OUTPUT',
];

function readJudgeConfig(read: SettingReader): JudgeConfig | undefined {
  const modelId = read.find('JUDGE_MODEL');
  if (modelId === undefined) {
    const lone = JUDGE_SETTINGS.find((name) => read.find(name) !== undefined);
    if (lone === undefined) return undefined;
    throw new InvalidInputError(`${lone} is set without JUDGE_MODEL, which names the model to ask.`, {
      field: 'JUDGE_MODEL',
    });
  }
  const writer = read.text('LLM_MODEL');
  if (plainModelName(modelId) === plainModelName(writer)) {
    throw new InvalidInputError(
      `JUDGE_MODEL names ${modelId}, and ${writer} writes: a second opinion is another model's. Name another one, or leave JUDGE_MODEL out.`,
      { field: 'JUDGE_MODEL' },
    );
  }
  const findUrl = (name: string) => (read.find(name) === undefined ? undefined : read.url(name));
  const baseUrl = findUrl('JUDGE_BASE_URL');
  // A key goes to the service that it is of, and to no other.
  const isOneService = baseUrl === findUrl('OPENAI_BASE_URL');
  const hasOwn =
    read.find('JUDGE_API_KEY') !== undefined || read.find('JUDGE_API_KEY_PARAMETER') !== undefined;
  const prefix = isOneService && !hasOwn ? 'OPENAI' : 'JUDGE';
  return {
    modelId,
    apiKey: read.find(`${prefix}_API_KEY`),
    apiKeyParameter: read.find(`${prefix}_API_KEY_PARAMETER`),
    baseUrl,
    timeoutSeconds: read.whole('JUDGE_TIMEOUT_SECONDS', 1),
    maxOutputTokens: read.whole('JUDGE_MAX_OUTPUT_TOKENS', 1),
    price: readPrice(read, 'JUDGE'),
  };
}

/** Without a provider before it, a date behind it, and capitals: `openai/gpt-4o-2024-11-20` is `gpt-4o`. */
function plainModelName(modelId: string): string {
  return modelId
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/-\d{4}-\d{2}-\d{2}$/, '');
}

function readPrice(read: SettingReader, prefix: 'LLM' | 'JUDGE'): ModelConfig['price'] {
  const [input, output] = [read.number(`${prefix}_PRICE_INPUT`), read.number(`${prefix}_PRICE_OUTPUT`)];
  if (input !== undefined && output !== undefined) return { input, output };
  if (input === undefined && output === undefined) return undefined;
  throw new InvalidInputError(
    `${prefix}_PRICE_INPUT and ${prefix}_PRICE_OUTPUT are set together, or neither is.`,
    { field: `${prefix}_PRICE_INPUT` },
  );
}

class SettingReader {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The setting, or its fallback where it has one; an empty value counts as not set. */
  find(name: string): string | undefined {
    const given = this.#environment[name]?.trim();
    const text = given || SETTINGS.find((setting) => setting.name === name)?.fallback;
    return text === '' ? undefined : text;
  }

  text(name: string): string {
    return this.find(name) ?? '';
  }

  url(name: string): string {
    const text = this.text(name);
    if (!/^https?:\/\/[^\s?#]+$/.test(text) || !URL.canParse(text)) {
      throw new InvalidInputError(`${name} must be an http or https URL without a query, not "${text}".`, {
        field: name,
      });
    }
    return text.replace(/\/+$/, '');
  }

  /** Hosts with commas between, in lower case. */
  hosts(name: string): string[] {
    const hosts = this.text(name)
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== '');
    const wrong = hosts.find((host) => !URL.canParse(`https://${host}`) || /[/?#@\s]/.test(host));
    if (wrong === undefined) return hosts;
    throw new InvalidInputError(`${name} lists hosts such as files.example.org:8080, not "${wrong}".`, {
      field: name,
    });
  }

  number(name: string): number | undefined {
    const text = this.find(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (Number.isFinite(number)) return number;
    throw new InvalidInputError(`${name} must be a number, not "${text}".`, { field: name });
  }

  whole(name: string, least: number): number {
    const number = this.number(name) ?? Number.NaN;
    if (Number.isSafeInteger(number) && number >= least) return number;
    throw new InvalidInputError(
      `${name} must be a whole number from ${least} on, not "${this.text(name)}".`,
      {
        field: name,
      },
    );
  }
}
