/**
 * Builds the clients and adapters that the functions work with, from the settings: the only place that
 * does. Each function asks for its own, so that no bundle carries what its function does not use.
 */
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ArchiveClient } from '../shared/archive/archive-client.ts';
import { blobUrl } from '../shared/archive/urls.ts';
import type { Config } from '../shared/config.ts';
import { ModelUnavailableError } from '../shared/errors.ts';
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { DETERMINISTIC_WRITER_ID, DeterministicWriter } from '../shared/model/deterministic-writer.ts';
import type { LanguageModel } from '../shared/model/language-model.ts';
import { OpenAiModel } from '../shared/model/openai-model.ts';
import type { BuildPromptNeeds } from '../shared/pipeline/build-prompt.ts';
import type { RunSettings } from '../shared/pipeline/input-hash.ts';
import type { ListAssetsNeeds } from '../shared/pipeline/list-assets.ts';
import { HeaderDigest, parsePayload } from '../shared/pipeline/payloads.ts';
import type { ReadHeadersNeeds } from '../shared/pipeline/read-headers.ts';
import type { WriteSummaryNeeds } from '../shared/pipeline/write-summary.ts';
import { openHttpSource } from '../shared/source/http-source.ts';
import { HeaderStore } from '../shared/store/header-store.ts';
import { openStore } from '../shared/store/open-store.ts';
import { SummaryStore } from '../shared/store/summaries.ts';
import { TOOL } from '../shared/tool.ts';

type WithoutLog<Needs> = Omit<Needs, 'log'>;

/** What ListAssets works with. */
export function composeListAssets(config: Config): WithoutLog<ListAssetsNeeds> {
  const store = composeStore(config);
  return {
    archive: composeArchive(config),
    store,
    summaries: new SummaryStore(store),
    settings: runSettings(config),
  };
}

/** What ReadHeaders works with, and how to end it: the reader may hold a worker. */
export function composeReadHeaders(config: Config): WithoutLog<ReadHeadersNeeds> {
  return {
    openBlob: (blobId, signal) =>
      openHttpSource(blobUrl(config.dandiBucketUrl, blobId), {
        idleMilliseconds: config.httpIdleSeconds * 1000,
        ...(signal === undefined ? {} : { signal }),
      }),
    reader: new Hdf5HeaderReader(),
    headers: composeHeaders(config),
    limits: config.readLimits,
    concurrency: config.readConcurrency,
  };
}

/** What BuildPrompt works with. */
export function composeBuildPrompt(config: Config): WithoutLog<BuildPromptNeeds> {
  return { store: composeStore(config), headers: composeHeaders(config) };
}

/** What WriteSummary works with. */
export function composeWriteSummary(config: Config): WithoutLog<WriteSummaryNeeds> {
  const store = composeStore(config);
  return {
    store,
    summaries: new SummaryStore(store),
    openModel: () => composeModel(config),
    now: () => new Date(),
    tool: TOOL,
  };
}

/** The archive's client. */
export function composeArchive(config: Config): ArchiveClient {
  return new ArchiveClient({
    apiUrl: config.dandiApiUrl,
    bucketUrl: config.dandiBucketUrl,
    userAgent: `${TOOL.name}/${TOOL.version}`,
    requestTimeoutMs: config.httpIdleSeconds * 1000,
  });
}

/** The store of summaries and headers. */
export function composeStore(config: Config): ReturnType<typeof openStore> {
  return openStore(
    config.summaryStore,
    config.s3EndpointUrl === undefined ? {} : { endpoint: config.s3EndpointUrl },
  );
}

function composeHeaders(config: Config): HeaderStore<HeaderDigest> {
  return new HeaderStore<HeaderDigest>(composeStore(config), (value) => parsePayload(HeaderDigest, value));
}

/** Whether a language model writes; the deterministic writer does where neither key nor base URL is set. */
export function usesLanguageModel({ model }: Config): boolean {
  return model.apiKey !== undefined || model.apiKeyParameter !== undefined || model.baseUrl !== undefined;
}

/** The settings that name a run. */
export function runSettings(config: Config): RunSettings {
  return {
    promptProfile: config.promptProfile,
    promptTokenBudget: config.promptTokenBudget,
    modelId: usesLanguageModel(config) ? config.model.modelId : DETERMINISTIC_WRITER_ID,
  };
}

/** What writes the summaries. @throws ModelUnavailableError where the key's parameter cannot be read */
async function composeModel(config: Config): Promise<LanguageModel> {
  if (!usesLanguageModel(config)) return new DeterministicWriter();
  const { modelId, baseUrl, timeoutSeconds, maxOutputTokens, temperature, seed } = config.model;
  const apiKey = config.model.apiKey ?? (await readApiKey(config));
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

async function readApiKey({ model }: Config): Promise<string | undefined> {
  const { apiKeyParameter, modelId } = model;
  if (apiKeyParameter === undefined) return undefined;
  try {
    const answer = await new SSMClient({}).send(
      new GetParameterCommand({ Name: apiKeyParameter, WithDecryption: true }),
    );
    return answer.Parameter?.Value;
  } catch (cause) {
    const what = cause instanceof Error ? cause.name : 'unknown fault';
    throw new ModelUnavailableError(
      `The parameter ${apiKeyParameter}, which holds the model's key, could not be read (${what}).`,
      { modelId },
    );
  }
}
