/**
 * The deterministic writer: writes the same three parts from the facts alone, by fixed rules. It is used if no language
 * model is configured, and the summary then says so.
 */
import type { Prompt } from '../prompt/prompt.ts';
import { writeParts } from './deterministic-writer/write-parts.ts';
import type { LanguageModel, Reply } from './language-model.ts';

/** The writer's name in provenance; its revision is raised whenever the same facts would give another text. */
export const DETERMINISTIC_WRITER_ID = 'deterministic-writer/8';

/**
 * Writes a reply from `prompt.facts`, without using the prompt's text: the same facts always give the same reply. It
 * claims only what metadata or headers contain, and marks quotations of the owners.
 */
export class DeterministicWriter implements LanguageModel {
  readonly modelId = DETERMINISTIC_WRITER_ID;
  readonly isLanguageModel = false;
  /** Empty, since it has no settings; for provenance. */
  readonly parameters: Readonly<Record<string, number>> = {};

  async generate({ facts }: Prompt, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    return {
      ...writeParts(facts),
      usage: { promptTokens: 0, completionTokens: 0 },
      finish: { unified: 'stop' },
    };
  }
}
