/** Writes one page as WriteSummary does, without its store: the same requests, checks and second try. */
import type { LanguageModel, Reply } from '../../shared/model/language-model.ts';
import {
  chooseReply,
  type JudgedReply,
  judgeReplies,
  listRepairable,
  nextRequest,
} from '../../shared/pipeline/judge-replies.ts';
import type { KeptReply } from '../../shared/pipeline/kept-reply.ts';
import { MAX_REPLIES } from '../../shared/pipeline/write-replies.ts';
import type { Prompt } from '../../shared/prompt/prompt.ts';
import { buildEvidence, type Evidence } from '../../shared/summary/evidence.ts';
import { repairParts } from '../../shared/summary/repair-parts.ts';
import { keepSupported } from '../../shared/summary/support.ts';

/** A page with its cost. */
export interface WrittenPage {
  /** The markdown of its parts; undefined if no reply could be stored. */
  readonly text: string | undefined;
  readonly last: JudgedReply;
  readonly calls: number;
  readonly tokens: number;
  /** Its sentences with the facts that they are based on. */
  readonly sentences: ReturnType<typeof keepSupported>;
  readonly replies: readonly Reply[];
}

/**
 * The evidence that a prompt's replies are checked against, cached since many replies belong to one prompt.
 */
const evidences = new WeakMap<Prompt, Evidence>();

/** Calls the model at most twice, as a run does, and cuts what checks may cut. */
export async function writePage(prompt: Prompt, model: LanguageModel): Promise<WrittenPage> {
  const evidence = evidences.get(prompt) ?? buildEvidence({ promptText: prompt.text, facts: prompt.facts });
  evidences.set(prompt, evidence);
  const kept: KeptReply[] = [];
  let judged: JudgedReply[] = [];
  while (kept.length < MAX_REPLIES) {
    const requested = nextRequest(prompt, judged.at(-1));
    if (requested === undefined) break;
    const reply = await model.generate(requested);
    const request = model.isLanguageModel ? { request: { revision: 1, hash: '' } } : {};
    kept.push({ ...reply, startedAt: '', promptHash: '', ...request });
    judged = judgeReplies(kept, prompt, evidence);
    if (!model.isLanguageModel) break;
  }
  const chosen = chooseReply(judged);
  const { parsed } = repairParts(chosen.parsed, listRepairable(chosen));
  const { abstract, description, keywords } = parsed.parts;
  const text = [
    '## Abstract',
    ...abstract,
    '## Data',
    ...description,
    '## Keywords',
    keywords.map((keyword) => `- ${keyword}`).join('\n'),
  ].join('\n\n');
  return {
    text: chosen.report.isAcceptable ? text : undefined,
    last: chosen,
    calls: kept.length,
    tokens: kept.reduce((sum, { usage }) => sum + usage.promptTokens + usage.completionTokens, 0),
    sentences: keepSupported(chosen.sentences ?? [], parsed.parts, prompt.facts.list ?? []),
    replies: kept,
  };
}
