/**
 * Builds the clients and adapters that the functions work with, from the settings: the only place that
 * does. Each function asks for its own, so that no bundle carries what its function does not use.
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

/** What ListAssets works with. */
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

/** What ReadHeaders works with. The reader may hold a worker, which ends with the container. */
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

/** What BuildPrompt works with. */
export function composeBuildPrompt(config: Config): WithoutLog<BuildPromptDependencies> {
  return { store: composeStore(config), headers: composeHeaders(config) };
}

/** What WriteSummary works with. */
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

/** What PollPublications works with; `bus` in place of the one that the settings name. @throws InvalidInputError where neither is there */
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
  throw new InvalidInputError('EVENT_BUS_NAME is not set: there is no bus to announce new versions on.', {
    field: 'EVENT_BUS_NAME',
  });
}

/** What FindStale works with. */
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

/** What RecordFailure and ReportSweep work with. */
export function composeSweepRecords(
  config: Config,
): WithoutLog<RecordFailureDependencies & ReportSweepDependencies> {
  return { store: composeStore(config), now: () => new Date() };
}

/** What ExportTables works with. */
export function composeExportTables(config: Config): WithoutLog<ExportTablesDependencies> {
  const headers = composeHeaders(config);
  return { store: composeStore(config), findHeader: (contentId) => headers.findHeader(contentId) };
}

/** The most that a run may take: every reply asked for with a prompt that fills the budget, and as long as it may be. */
function maxRunCost(config: Config): Spend {
  if (!usesLanguageModel(config)) return { tokens: 0, cost: 0 };
  const { model, promptTokenBudget } = config;
  const price = model.price ?? findPrice(model.modelId) ?? { input: 0, output: 0 };
  const reply = (promptTokenBudget * price.input + model.maxOutputTokens * price.output) / 1e6;
  return {
    tokens: MAX_REPLIES * (promptTokenBudget + model.maxOutputTokens),
    // What the judge takes depends on the sentences: the run's ceiling bounds it.
    cost:
      config.judge === undefined ? Math.min(MAX_REPLIES * reply, model.maxCostPerRun) : model.maxCostPerRun,
  };
}

/** Milliseconds for one request of the API to the store: all tries of one fit the function's time. */
const API_STORE_TIMEOUT_MS = 4_000;
/** Before a run is started the archive is asked, in three requests at most: they fit into the 20 s of the API's function. */
const API_ARCHIVE_TIMEOUT_MS = 5_000;

/** What the API works with; `runs` in place of executions in AWS. */
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

/** Milliseconds for which a token that was read is good: a changed one counts soon. */
const TOKEN_GOOD_FOR_MS = 300_000;

function composeToken({ api: { token } }: Config): () => Promise<string | undefined> {
  if (token.value !== undefined || token.parameter === undefined) return async () => token.value;
  let read: { readonly token: string | undefined; readonly at: number } | undefined;
  return async () => {
    if (read !== undefined && performance.now() - read.at < TOKEN_GOOD_FOR_MS) return read.token;
    try {
      read = { token: await readSecret(token), at: performance.now() };
    } catch (cause) {
      throw new HttpError('unavailable', 'The token that starts runs could not be looked up.', {}, { cause });
    }
    return read.token;
  };
}

/** The archive's client; it waits as long as the settings say, or shorter. */
export function composeArchive(config: Config, longestWaitMs = Number.POSITIVE_INFINITY): ArchiveClient {
  return new ArchiveClient({
    apiUrl: config.dandiApiUrl,
    bucketUrl: config.dandiBucketUrl,
    userAgent: `${TOOL.name}/${TOOL.version}`,
    requestTimeoutMs: Math.min(config.httpIdleSeconds * 1000, longestWaitMs),
  });
}

/** The store of summaries and headers; `requestTimeoutMs` for who must answer sooner than the store's own limit. */
export function composeStore(
  config: Config,
  client: { readonly requestTimeoutMs?: number } = {},
): ReturnType<typeof openStore> {
  return openStore(config.summaryStore, {
    ...client,
    ...(config.s3EndpointUrl === undefined ? {} : { endpoint: config.s3EndpointUrl }),
  });
}

/** The kept headers. */
export function composeHeaders(config: Config): HeaderStore<HeaderDigest> {
  return new HeaderStore<HeaderDigest>(composeStore(config), parseDigest);
}

/** Whether a language model writes; the deterministic writer does where neither key nor base URL is set. */
export function usesLanguageModel({ model }: Config): boolean {
  const { key, baseUrl } = model;
  return key.value !== undefined || key.parameter !== undefined || baseUrl !== undefined;
}

/** The settings that name a run. */
export function runSettings(config: Config): RunSettings {
  return {
    promptProfile: config.promptProfile,
    promptTokenBudget: config.promptTokenBudget,
    modelId: usesLanguageModel(config) ? config.model.modelId : DETERMINISTIC_WRITER_ID,
    writing: findWriting(config),
  };
}

/** How a summary is written: rules know one way, and the specification's two prompts ask for prose. */
function findWriting(config: Config): WritingMode {
  return usesLanguageModel(config) && config.promptProfile === 'rich' ? config.writing : 'prose';
}

/** What writes the summaries. @throws ModelUnavailableError where the key's parameter cannot be read */
async function composeModel(config: Config): Promise<LanguageModel> {
  if (!usesLanguageModel(config)) return new DeterministicWriter();
  return openModel(config.model, config.model);
}

/** What gives the second opinion, and within which bounds. */
function composeJudge(judge: JudgeConfig): NonNullable<WriteSummaryDependencies['judge']> {
  const { modelId, timeoutSeconds, maxOutputTokens, price } = judge;
  return {
    modelId,
    // The same response to the same question, as far as the service has it.
    open: () => openModel(judge, { temperature: 0, seed: undefined }),
    price: price ?? findPrice(modelId),
    maxOutputTokens,
    timeoutMs: timeoutSeconds * 1000,
  };
}

/** The model behind a service. @throws ModelUnavailableError where the key's parameter cannot be read */
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
      `The parameter ${key.parameter}, which holds the model's key, could not be read (${what}).`,
      { modelId },
    );
  }
}

/** The secret itself: as it was given, else what its parameter holds. @throws whatever SSM throws */
async function readSecret({ value, parameter }: Secret): Promise<string | undefined> {
  return value !== undefined || parameter === undefined ? value : readParameter(parameter);
}
