/**
 * Builds the clients and adapters of the functions from the settings: the only module that
 * does. Each function imports its own builder, so that its bundle contains nothing unused.
 */
import type { ApiDependencies } from '../shared/api/api.ts';
import { HttpError } from '../shared/api/problem.ts';
import type { RunStarter } from '../shared/api/runs.ts';
import { ArchiveClient } from '../shared/archive/archive-client.ts';
import { blobUrl, zarrPrefix } from '../shared/archive/urls.ts';
import type { Config, JudgeConfig, ModelConfig, ModelServiceConfig, Secret } from '../shared/config.ts';
import { InvalidInputError, ModelUnavailableError } from '../shared/errors.ts';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { DETERMINISTIC_WRITER_ID, DeterministicWriter } from '../shared/model/deterministic-writer.ts';
import type { LanguageModel } from '../shared/model/language-model.ts';
import { OpenAiModel } from '../shared/model/openai-model.ts';
import { findPrice } from '../shared/model/prices.ts';
import type { BuildPromptDependencies } from '../shared/pipeline/build-prompt-step.ts';
import { type HeaderDigest, parseDigest } from '../shared/pipeline/header-digest.ts';
import type { RunSettings } from '../shared/pipeline/input-hash.ts';
import type { ListAssetsDependencies } from '../shared/pipeline/list-assets-step.ts';
import type { ReadHeadersDependencies } from '../shared/pipeline/read-headers-step.ts';
import { MAX_REPLIES } from '../shared/pipeline/write-replies.ts';
import type { WriteSummaryDependencies } from '../shared/pipeline/write-summary-step.ts';
import type { WritingMode } from '../shared/prompt/prompt.ts';
import type { EventBus } from '../shared/publications/event-bus.ts';
import { EventBridgeBus } from '../shared/publications/eventbridge-bus.ts';
import type { PollDependencies } from '../shared/publications/poll-publications-step.ts';
import { PublicationStore } from '../shared/publications/publication-store.ts';
import { HttpPool } from '../shared/source/http-pool.ts';
import { openHttpSource, planOpening } from '../shared/source/http-source.ts';
import { RequestPool } from '../shared/source/request-pool.ts';
import { HeaderStore } from '../shared/store/header-store.ts';
import { openStore } from '../shared/store/open-store.ts';
import { SummaryStore } from '../shared/store/summary-store.ts';
import type { ExportTablesDependencies } from '../shared/sweep/export-tables-step.ts';
import type { FindStaleDependencies } from '../shared/sweep/find-stale-step.ts';
import type { Spend } from '../shared/sweep/plan-sweep.ts';
import type { RecordFailureDependencies } from '../shared/sweep/record-failure-step.ts';
import type { ReportSweepDependencies } from '../shared/sweep/report-sweep-step.ts';
import { TOOL } from '../shared/tool.ts';
import { openHttpZarrStore } from '../shared/zarr/http-zarr-store.ts';
import { openRuns } from './open-runs.ts';
import { readParameter } from './read-parameter.ts';

type WithoutLog<Needs> = Omit<Needs, 'log'>;

/** Dependencies of ListAssets. */
export function composeListAssets(config: Config): WithoutLog<ListAssetsDependencies> {
  const store = composeStore(config);
  return {
    archive: composeArchive(config),
    store,
    summaries: new SummaryStore(store),
    settings: runSettings(config),
    turns: { runsAtOnce: config.runsAtOnce, now: () => new Date() },
  };
}

/** Dependencies of ReadHeaders. The reader may hold a worker, which ends with the container. */
export function composeReadHeaders(config: Config): WithoutLog<ReadHeadersDependencies> {
  const pool = new HttpPool();
  const { origin } = new URL(config.dandiBucketUrl);
  const requests = new RequestPool({ requests: () => pool.findLimit(origin) });
  return {
    openBlob: (blobId, size, signal) => {
      const open = () =>
        openHttpSource(blobUrl(config.dandiBucketUrl, blobId), {
          ...planOpening(size, config.readConcurrency),
          idleMilliseconds: config.httpIdleSeconds * 1000,
          pool,
          ...(signal === undefined ? {} : { signal }),
        });
      return requests.open(open, signal);
    },
    openZarr: (zarrId) =>
      openHttpZarrStore({
        bucketUrl: config.dandiBucketUrl,
        prefix: zarrPrefix(zarrId),
        idleMilliseconds: config.httpIdleSeconds * 1000,
        pool,
        inTurn: requests.newFile(),
      }),
    reader: new Hdf5HeaderReader(),
    headers: composeHeaders(config),
    limits: config.readLimits,
    concurrency: config.readConcurrency,
  };
}

/** Dependencies of BuildPrompt. */
export function composeBuildPrompt(config: Config): WithoutLog<BuildPromptDependencies> {
  return { store: composeStore(config), headers: composeHeaders(config) };
}

/** Dependencies of WriteSummary. */
export function composeWriteSummary(config: Config): WithoutLog<WriteSummaryDependencies> {
  const store = composeStore(config);
  return {
    store,
    summaries: new SummaryStore(store),
    openModel: () => composeModel(config),
    spend: {
      price: config.model.price ?? findPrice(config.model.modelId),
      limit: config.model.maxCostPerRun,
      maxOutputTokens: config.model.maxOutputTokens,
      daily: config.model.daily,
    },
    ...(config.judge === undefined ? {} : { judge: composeJudge(config.judge) }),
    now: () => new Date(),
    tool: TOOL,
  };
}

/**
 * Dependencies of PollPublications; `bus` replaces the one in the settings.
 * @throws InvalidInputError if there is neither
 */
export function composePollPublications(config: Config, bus?: EventBus): WithoutLog<PollDependencies> {
  return {
    archive: composeArchive(config),
    publications: new PublicationStore(composeStore(config)),
    bus: bus ?? composeEventBus(config),
    now: () => new Date(),
  };
}

function composeEventBus({ eventBusName }: Config): EventBus {
  if (eventBusName !== undefined) return new EventBridgeBus({ busName: eventBusName, source: TOOL.name });
  throw new InvalidInputError(
    'EVENT_BUS_NAME is not set: there is no bus on which to announce new versions.',
    {
      field: 'EVENT_BUS_NAME',
    },
  );
}

/** Dependencies of FindStale. */
export function composeFindStale(config: Config): WithoutLog<FindStaleDependencies> {
  const { sweep } = config;
  return {
    archive: composeArchive(config),
    store: composeStore(config),
    settings: runSettings(config),
    limits: {
      runs: sweep.maxRuns,
      spend: { tokens: sweep.maxTokens, cost: sweep.maxCost },
      maxRunCost: maxRunCost(config),
      attempts: sweep.maxAttempts,
      quietMs: sweep.draftQuietHours * 3_600_000,
    },
    now: () => new Date(),
  };
}

/** Dependencies of RecordFailure and ReportSweep. */
export function composeSweepRecords(
  config: Config,
): WithoutLog<RecordFailureDependencies & ReportSweepDependencies> {
  return { store: composeStore(config), now: () => new Date() };
}

/** Dependencies of ExportTables. */
export function composeExportTables(config: Config): WithoutLog<ExportTablesDependencies> {
  const headers = composeHeaders(config);
  return { store: composeStore(config), findHeader: (contentId) => headers.findHeader(contentId) };
}

/** The maximum cost of a run: every reply requested with a prompt that fills the budget, and of maximum length. */
function maxRunCost(config: Config): Spend {
  if (!usesLanguageModel(config)) return { tokens: 0, cost: 0 };
  const { model, promptTokenBudget } = config;
  const price = model.price ?? findPrice(model.modelId) ?? { input: 0, output: 0 };
  const reply = (promptTokenBudget * price.input + model.maxOutputTokens * price.output) / 1e6;
  return {
    tokens: MAX_REPLIES * (promptTokenBudget + model.maxOutputTokens),
    // The judge's cost depends on the sentences: the run's limit bounds it.
    cost:
      config.judge === undefined ? Math.min(MAX_REPLIES * reply, model.maxCostPerRun) : model.maxCostPerRun,
  };
}

/** Milliseconds for one request of the API to the store: all tries of one fit the function's time. */
const API_STORE_TIMEOUT_MS = 4_000;
/** The start of a run needs at most three requests to the archive, which fit into the 20 s of the API's function. */
const API_ARCHIVE_TIMEOUT_MS = 5_000;

/** Dependencies of the API; `runs` replaces executions in AWS. */
export function composeApi(config: Config, runs?: RunStarter): ApiDependencies {
  const { machineArn, dailyRuns } = config.api;
  const starter = runs ?? (machineArn === undefined ? undefined : openRuns(machineArn));
  return {
    store: composeStore(config, { requestTimeoutMs: API_STORE_TIMEOUT_MS }),
    archive: composeArchive(config, API_ARCHIVE_TIMEOUT_MS),
    findBlobUrl: (blobId) => blobUrl(config.dandiBucketUrl, blobId),
    readToken: composeToken(config),
    dailyRuns,
    now: () => new Date(),
    ...(starter === undefined ? {} : { runs: starter }),
  };
}

/** Milliseconds for which a token is cached: a changed one takes effect soon. */
const TOKEN_GOOD_FOR_MS = 300_000;

function composeToken({ api: { token } }: Config): () => Promise<string | undefined> {
  if (token.value !== undefined || token.parameter === undefined) return async () => token.value;
  let read: { readonly token: string | undefined; readonly at: number } | undefined;
  return async () => {
    if (read !== undefined && performance.now() - read.at < TOKEN_GOOD_FOR_MS) return read.token;
    try {
      read = { token: await readSecret(token), at: performance.now() };
    } catch (cause) {
      throw new HttpError('unavailable', 'The token for starting runs could not be read.', {}, { cause });
    }
    return read.token;
  };
}

/** The archive's client; its timeout is that of the settings, or shorter. */
export function composeArchive(config: Config, longestWaitMs = Number.POSITIVE_INFINITY): ArchiveClient {
  return new ArchiveClient({
    apiUrl: config.dandiApiUrl,
    bucketUrl: config.dandiBucketUrl,
    userAgent: `${TOOL.name}/${TOOL.version}`,
    requestTimeoutMs: Math.min(config.httpIdleSeconds * 1000, longestWaitMs),
  });
}

/**
 * The store of summaries and headers; `requestTimeoutMs` for functions that must respond sooner than the store's own
 * limit.
 */
export function composeStore(
  config: Config,
  client: { readonly requestTimeoutMs?: number } = {},
): ReturnType<typeof openStore> {
  return openStore(config.summaryStore, {
    ...client,
    ...(config.s3EndpointUrl === undefined ? {} : { endpoint: config.s3EndpointUrl }),
  });
}

/** The stored headers. */
export function composeHeaders(config: Config): HeaderStore<HeaderDigest> {
  return new HeaderStore<HeaderDigest>(composeStore(config), parseDigest);
}

/** Whether a language model writes; the deterministic writer does if neither key nor base URL is set. */
export function usesLanguageModel({ model }: Config): boolean {
  const { key, baseUrl } = model;
  return key.value !== undefined || key.parameter !== undefined || baseUrl !== undefined;
}

/** The settings in a run's input hash. */
export function runSettings(config: Config): RunSettings {
  return {
    promptProfile: config.promptProfile,
    promptTokenBudget: config.promptTokenBudget,
    modelId: usesLanguageModel(config) ? config.model.modelId : DETERMINISTIC_WRITER_ID,
    writing: findWriting(config),
  };
}

/** The writing mode: the deterministic writer has only one, and the specification's two prompts request prose. */
function findWriting(config: Config): WritingMode {
  return usesLanguageModel(config) && config.promptProfile === 'rich' ? config.writing : 'prose';
}

/** The model that writes the summaries. @throws ModelUnavailableError if the key's parameter cannot be read */
async function composeModel(config: Config): Promise<LanguageModel> {
  if (!usesLanguageModel(config)) return new DeterministicWriter();
  return openModel(config.model, config.model);
}

/** The model that gives the second opinion, and its limits. */
function composeJudge(judge: JudgeConfig): NonNullable<WriteSummaryDependencies['judge']> {
  const { modelId, timeoutSeconds, maxOutputTokens, price } = judge;
  return {
    modelId,
    // The same response to the same request, as far as the service supports it.
    open: () => openModel(judge, { temperature: 0, seed: undefined }),
    price: price ?? findPrice(modelId),
    maxOutputTokens,
    timeoutMs: timeoutSeconds * 1000,
  };
}

/** The model behind a service. @throws ModelUnavailableError if the key's parameter cannot be read */
async function openModel(
  service: ModelServiceConfig,
  { temperature, seed }: Pick<ModelConfig, 'temperature' | 'seed'>,
): Promise<OpenAiModel> {
  const { modelId, baseUrl, timeoutSeconds, maxOutputTokens } = service;
  const apiKey = await readApiKey(service);
  return new OpenAiModel({
    modelId,
    timeoutMs: timeoutSeconds * 1000,
    maxOutputTokens,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
  });
}

async function readApiKey({ key, modelId }: ModelServiceConfig): Promise<string | undefined> {
  try {
    return await readSecret(key);
  } catch (cause) {
    const what = cause instanceof Error ? cause.name : 'unknown error';
    throw new ModelUnavailableError(
      `The parameter ${key.parameter}, which contains the model's key, could not be read (${what}).`,
      { modelId },
    );
  }
}

/** The secret: the given value, else that of its parameter. @throws the errors of SSM */
async function readSecret({ value, parameter }: Secret): Promise<string | undefined> {
  return value !== undefined || parameter === undefined ? value : readParameter(parameter);
}
