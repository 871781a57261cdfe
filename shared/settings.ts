/**
 * The settings of the whole system in one table: name, type, meaning, and the
 * functions deployed with each. From it follow how `config.ts` reads them and their types, the tables of README and
 * `docs/settings.md`, the help text, and the environments in `serverless.yml`; a name that is not in the table does
 * not compile. Pure.
 */
import { InvalidInputError } from './errors.ts';
import { PROMPT_PROFILES, WRITING_MODES } from './prompt/prompt.ts';

/** The functions of `serverless.yml` that are deployed with settings of their own. */
export type SettingsFunction = 'pollPublications' | 'findStale' | 'api';

/** Whether and how a deployment sets it. */
export type Deployment =
  | {
      /** Every function, or the few that need it. */
      readonly to: 'every function' | readonly SettingsFunction[];
      /** Its value, as YAML; by default the value of the setting's name in the deploying shell. */
      readonly value?: string;
    }
  | {
      /** Why a deployment does not set it. */
      readonly not: string;
    };

interface CommonFields {
  /** The value if the environment has none, or an empty one. */
  readonly fallback?: string;
  /** A sentence or two of markdown. */
  readonly meaning: string;
  readonly deployed: Deployment;
  /** Whether README lists it, as one that most people set first. All are in `docs/settings.md`. */
  readonly isFirst?: true;
}

/** One setting: its type, and where it is deployed. */
export type Setting = CommonFields &
  (
    | { readonly kind: 'text' }
    /** Never deployed and never shown: in AWS the setting of the same name with `_PARAMETER` names its parameter. */
    | { readonly kind: 'secret' }
    /** http or https, without a query; read without a trailing slash. */
    | { readonly kind: 'url' }
    /** Hosts separated by commas, each with its port unless it is the scheme's default; read in lower case. */
    | { readonly kind: 'hosts' }
    | { readonly kind: 'choice'; readonly choices: readonly string[] }
    /** A whole number, or any number, within its bounds. */
    | { readonly kind: 'whole' | 'number'; readonly min?: number; readonly max?: number }
  );

const EVERY_FUNCTION = 'every function';
const NO_SECRET = { not: 'a secret: its parameter is named instead' } as const;

/** Every setting, in the order of the documentation. */
export const SETTINGS = {
  DANDI_API_URL: {
    kind: 'url',
    fallback: 'https://api.dandiarchive.org/api',
    meaning: "The archive's REST API, used where the bucket lacks a manifest.",
    deployed: { to: EVERY_FUNCTION },
  },
  DANDI_BUCKET_URL: {
    kind: 'url',
    fallback: 'https://dandiarchive.s3.us-east-2.amazonaws.com',
    meaning: "The archive's public bucket. Manifests and blobs are read here.",
    deployed: { to: EVERY_FUNCTION },
  },
  DANDI_DOWNLOAD_HOSTS: {
    kind: 'hosts',
    fallback: 'dandiarchive.s3.amazonaws.com',
    meaning:
      "Hosts, separated by commas, that a file's download URL may redirect to besides those of the API and the bucket.",
    deployed: { not: 'only the command line takes the URL of a file' },
  },
  SUMMARY_STORE: {
    isFirst: true,
    kind: 'text',
    fallback: './summaries',
    meaning: 'Where summaries and headers are stored: a folder, or `s3://bucket/prefix`.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own.
    deployed: { to: EVERY_FUNCTION, value: '{ "Fn::Sub": "s3://${ResultsBucket}" }' },
  },
  S3_ENDPOINT_URL: {
    kind: 'url',
    meaning: 'An S3-compatible service in place of AWS for an `s3://` store.',
    deployed: { not: 'in AWS there is S3' },
  },
  LLM_MODEL: {
    isFirst: true,
    kind: 'text',
    fallback: 'gpt-4o',
    meaning: 'The name of the model that writes, at its provider.',
    deployed: { to: EVERY_FUNCTION },
  },
  OPENAI_API_KEY: {
    isFirst: true,
    kind: 'secret',
    meaning: 'The key of an OpenAI-compatible service.',
    deployed: NO_SECRET,
  },
  OPENAI_API_KEY_PARAMETER: {
    kind: 'text',
    meaning: 'In AWS: the SSM parameter (SecureString) with the key.',
    deployed: { to: EVERY_FUNCTION },
  },
  OPENAI_BASE_URL: {
    isFirst: true,
    kind: 'url',
    meaning:
      'Another OpenAI-compatible service. With neither key nor base URL the deterministic writer is used.',
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_TIMEOUT_SECONDS: {
    kind: 'whole',
    min: 1,
    fallback: '300',
    meaning: 'Time limit of one reply, in seconds.',
    deployed: { not: 'it fits the timeout of WriteSummary' },
  },
  LLM_MAX_OUTPUT_TOKENS: {
    kind: 'whole',
    min: 1,
    fallback: '4096',
    meaning: 'Maximum number of tokens of a reply.',
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_TEMPERATURE: {
    kind: 'number',
    min: 0,
    max: 2,
    meaning: "Sampling temperature; the provider's default if not set.",
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_SEED: {
    kind: 'number',
    meaning: 'Sampling seed, for providers that support one.',
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_PRICE_INPUT: {
    kind: 'number',
    min: 0,
    meaning: 'US dollars for a million tokens of prompt, for a model that the table of prices lacks.',
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_PRICE_OUTPUT: {
    kind: 'number',
    min: 0,
    meaning: 'US dollars for a million tokens of reply.',
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_MAX_COST_PER_RUN: {
    kind: 'number',
    min: 0,
    fallback: '2',
    meaning: 'US dollars that the replies of one run may cost; the run stops before it would exceed them.',
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_MAX_COST_PER_DAY: {
    isFirst: true,
    kind: 'number',
    min: 0,
    fallback: '50',
    meaning:
      "US dollars that the replies of all runs together may cost within one day (UTC), where the model's price is known; further runs wait for the next day.",
    deployed: { to: EVERY_FUNCTION },
  },
  LLM_MAX_TOKENS_PER_DAY: {
    kind: 'whole',
    min: 0,
    fallback: '50000000',
    meaning:
      'Tokens that all runs together may take within one day (UTC); further runs wait for the next day.',
    deployed: { to: EVERY_FUNCTION },
  },
  JUDGE_MODEL: {
    isFirst: true,
    kind: 'text',
    meaning:
      'Another model, which judges each sentence that a language model wrote. It may flag sentences and request the one repair; without it there is no second opinion.',
    deployed: { to: EVERY_FUNCTION },
  },
  JUDGE_BASE_URL: {
    kind: 'url',
    meaning: "The judge's OpenAI-compatible service; OpenAI's if not set.",
    deployed: { to: EVERY_FUNCTION },
  },
  JUDGE_API_KEY: {
    kind: 'secret',
    meaning: "The judge's key; that of the model where both have one service.",
    deployed: NO_SECRET,
  },
  JUDGE_API_KEY_PARAMETER: {
    kind: 'text',
    meaning: "In AWS: the SSM parameter (SecureString) with the judge's key.",
    deployed: { to: EVERY_FUNCTION },
  },
  JUDGE_TIMEOUT_SECONDS: {
    kind: 'whole',
    min: 1,
    fallback: '90',
    meaning:
      'Time limit of the second opinion of one reply in all, in seconds; sentences not judged by then get none.',
    deployed: { not: 'it fits the timeout of WriteSummary' },
  },
  JUDGE_MAX_OUTPUT_TOKENS: {
    kind: 'whole',
    min: 1,
    fallback: '1024',
    meaning: 'Maximum number of tokens of a response about one sentence.',
    deployed: { to: EVERY_FUNCTION },
  },
  JUDGE_PRICE_INPUT: {
    kind: 'number',
    min: 0,
    meaning:
      'US dollars for a million tokens sent to the judge, for a model that the table of prices lacks. Its cost counts among those of the run and the day.',
    deployed: { to: EVERY_FUNCTION },
  },
  JUDGE_PRICE_OUTPUT: {
    kind: 'number',
    min: 0,
    meaning: "US dollars for a million tokens of the judge's responses.",
    deployed: { to: EVERY_FUNCTION },
  },
  RUNS_AT_ONCE: {
    kind: 'whole',
    min: 1,
    fallback: '4',
    meaning: 'Concurrent runs, whoever started them; the others wait for their turn.',
    deployed: { to: EVERY_FUNCTION, value: '{ "Fn::FindInMap": [AtOnce, { Ref: AccountSize }, AllRuns] }' },
  },
  PROMPT_PROFILE: {
    kind: 'choice',
    choices: PROMPT_PROFILES,
    fallback: 'rich',
    meaning:
      '`rich` puts the facts over all files before the types; `complete` shows only the types, in the specification’s words; `classic` is the earlier system, for comparison.',
    deployed: { to: EVERY_FUNCTION },
  },
  WRITING: {
    isFirst: true,
    kind: 'choice',
    choices: WRITING_MODES,
    fallback: 'structured',
    meaning:
      'How a language model writes: `structured` requests sentences that name the facts they are based on, each checked before it is accepted (with the profile `rich` only; the checks compare free text with the facts if a model gives nothing else); `prose` requests one text in free markdown.',
    deployed: { to: EVERY_FUNCTION },
  },
  PROMPT_TOKEN_BUDGET: {
    kind: 'whole',
    min: 500,
    fallback: '100000',
    meaning:
      'Maximum number of tokens of a prompt; the default leaves a 128k-token model room for its reply.',
    deployed: { to: EVERY_FUNCTION },
  },
  HTTP_IDLE_SECONDS: {
    kind: 'whole',
    min: 1,
    fallback: '30',
    meaning: 'Seconds of silence after which a request to the archive is aborted and retried later.',
    deployed: { not: 'it fits the timeouts of the functions that read the archive' },
  },
  READ_CONCURRENCY: {
    kind: 'whole',
    min: 1,
    fallback: '8',
    meaning: 'Files read concurrently by one function.',
    deployed: { not: 'it fits the memory and the timeout of ReadHeaders' },
  },
  READ_MAX_BYTES: {
    kind: 'whole',
    min: 1,
    fallback: '268435456',
    meaning: 'Maximum number of bytes fetched for one header.',
    deployed: { not: 'it fits the memory of ReadHeaders' },
  },
  READ_MAX_REQUESTS: {
    kind: 'whole',
    min: 1,
    fallback: '20000',
    meaning: 'Maximum number of range requests for one header.',
    deployed: { not: 'it fits the timeout of ReadHeaders' },
  },
  READ_MAX_OBJECTS: {
    kind: 'whole',
    min: 1,
    fallback: '200000',
    meaning: 'Maximum number of groups and datasets of one header; a larger file is reported as partly read.',
    deployed: { not: 'it fits the memory of ReadHeaders' },
  },
  READ_MAX_DEPTH: {
    kind: 'whole',
    min: 1,
    fallback: '200',
    meaning: 'Maximum depth of groups of one header.',
    deployed: { not: 'it fits the memory of ReadHeaders' },
  },
  READ_MAX_SECONDS: {
    kind: 'whole',
    min: 1,
    fallback: '240',
    meaning: 'Time limit for one header, in seconds.',
    deployed: { not: 'it fits the timeout of ReadHeaders' },
  },
  READ_MAX_VALUE_BYTES: {
    kind: 'whole',
    min: 0,
    fallback: '1048576',
    meaning: "Maximum number of bytes of one attribute's or dataset's value.",
    deployed: { not: 'it fits the memory of ReadHeaders' },
  },
  API_TOKEN: {
    isFirst: true,
    kind: 'secret',
    meaning: 'The bearer token for starting runs over HTTP. Without one nobody can start them.',
    deployed: NO_SECRET,
  },
  API_TOKEN_PARAMETER: {
    kind: 'text',
    meaning: 'In AWS: the SSM parameter (SecureString) with the token.',
    deployed: { to: ['api'] },
  },
  API_DAILY_RUNS: {
    kind: 'whole',
    min: 0,
    fallback: '50',
    meaning: 'Maximum number of runs started over HTTP within one day (UTC).',
    deployed: { to: ['api'] },
  },
  SUMMARIZE_MACHINE_ARN: {
    kind: 'text',
    meaning: 'In AWS: the state machine whose executions are the runs.',
    deployed: { to: ['api'], value: '{ Ref: SummarizeAlias }' },
  },
  SWEEP_MAX_RUNS: {
    kind: 'whole',
    min: 0,
    fallback: '200',
    meaning: 'Maximum number of runs started by one sweep.',
    deployed: { to: ['findStale'] },
  },
  SWEEP_MAX_TOKENS: {
    kind: 'whole',
    min: 0,
    fallback: '20000000',
    meaning: 'Maximum number of tokens of the runs of one sweep.',
    deployed: { to: ['findStale'] },
  },
  SWEEP_MAX_COST: {
    kind: 'number',
    min: 0,
    fallback: '50',
    meaning: "US dollars that the replies of one sweep may cost, where the model's price is known.",
    deployed: { to: ['findStale'] },
  },
  SWEEP_MAX_ATTEMPTS: {
    kind: 'whole',
    min: 1,
    fallback: '3',
    meaning: 'Failed runs over one input before sweeps abandon it; outages are not counted.',
    deployed: { to: ['findStale'] },
  },
  DRAFT_QUIET_HOURS: {
    kind: 'number',
    min: 0,
    fallback: '12',
    meaning: 'Hours that a draft must have been unchanged before a sweep writes its summary again.',
    deployed: { to: ['findStale'] },
  },
  EVENT_BUS_NAME: {
    kind: 'text',
    meaning: 'In AWS: the event bus on which new versions are announced.',
    deployed: { to: ['pollPublications'], value: '{ Ref: PublicationsBus }' },
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** The names of the settings of one kind. */
export type SettingNameOfKind<Kind extends Setting['kind']> = {
  [Name in SettingName]: (typeof SETTINGS)[Name]['kind'] extends Kind ? Name : never;
}[SettingName];

/** The environment, in the form of `process.env`. */
export type Environment = Readonly<Partial<Record<SettingName, string | undefined>>>;

type Parsed<S extends Setting> = S extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : S extends { readonly kind: 'whole' | 'number' }
    ? number
    : S extends { readonly kind: 'hosts' }
      ? readonly string[]
      : string;

/** The type of a setting's value: undefined is possible only without a default. */
export type SettingValue<Name extends SettingName> =
  | Parsed<(typeof SETTINGS)[Name]>
  | ((typeof SETTINGS)[Name] extends { readonly fallback: string } ? never : undefined);

/** All settings by name, in the table's order. */
export function listSettings(): readonly (readonly [name: SettingName, setting: Setting])[] {
  return Object.entries(SETTINGS) as unknown as readonly (readonly [SettingName, Setting])[];
}

/** The setting's value in the environment, or its default. @throws InvalidInputError naming the invalid setting */
export function readSetting<Name extends SettingName>(
  environment: Environment,
  name: Name,
): SettingValue<Name> {
  const setting: Setting = SETTINGS[name];
  // Empty counts as not set: a deployment sets missing variables to an empty text.
  const text = environment[name]?.trim() || setting.fallback;
  // The parser of a kind returns that kind's type.
  return (text === undefined ? undefined : parseText(name, setting, text)) as SettingValue<Name>;
}

/** Parses a text as that setting. @throws InvalidInputError naming the setting */
export function parseSetting<Name extends SettingName>(
  name: Name,
  text: string,
): Parsed<(typeof SETTINGS)[Name]> {
  return parseText(name, SETTINGS[name], text) as Parsed<(typeof SETTINGS)[Name]>;
}

function parseText(name: SettingName, setting: Setting, text: string): string | number | readonly string[] {
  switch (setting.kind) {
    case 'text':
    case 'secret':
      return text;
    case 'url':
      return parseUrl(name, text);
    case 'hosts':
      return parseHosts(name, text);
    case 'choice':
      return parseChoice(name, setting.choices, text);
    case 'whole':
    case 'number':
      return parseNumber(name, setting, text);
  }
}

function parseUrl(name: SettingName, text: string): string {
  if (/^https?:\/\/[^\s?#]+$/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new InvalidInputError(`${name} must be an http or https URL without a query, not "${text}".`, {
    field: name,
  });
}

function parseHosts(name: SettingName, text: string): readonly string[] {
  const hosts = text
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
  const wrong = hosts.find((host) => !URL.canParse(`https://${host}`) || /[/?#@\s]/.test(host));
  if (wrong === undefined) return hosts;
  throw new InvalidInputError(`${name} lists hosts such as files.example.org:8080, not "${wrong}".`, {
    field: name,
  });
}

function parseChoice(name: SettingName, choices: readonly string[], text: string): string {
  if (choices.includes(text)) return text;
  throw new InvalidInputError(`${name} must be one of ${choices.join(', ')}, not "${text}".`, {
    field: name,
  });
}

function parseNumber(
  name: SettingName,
  {
    kind,
    min = Number.NEGATIVE_INFINITY,
    max = Number.POSITIVE_INFINITY,
  }: Extract<Setting, { min?: number }>,
  text: string,
): number {
  const number = Number(text);
  const isOfKind = kind === 'whole' ? Number.isSafeInteger(number) : Number.isFinite(number);
  if (isOfKind && number >= min && number <= max) return number;
  const what = kind === 'whole' ? 'a whole number' : 'a number';
  const from = min === Number.NEGATIVE_INFINITY ? '' : ` from ${min}`;
  const to = max === Number.POSITIVE_INFINITY ? (from === '' ? '' : ' on') : ` to ${max}`;
  throw new InvalidInputError(`${name} must be ${what}${from}${to}, not "${text}".`, { field: name });
}
