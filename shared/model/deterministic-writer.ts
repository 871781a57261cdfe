/**
 * The writer that needs no model: the same three parts from the facts alone. It writes where no language
 * model is configured, and the summary then says so.
 */
import { toString as textOf } from 'mdast-util-to-string';
import type { DandisetFacts } from '../prompt/facts.ts';
import type { Prompt } from '../prompt/prompt.ts';
import { writeContents } from './contents-writer/write-contents.ts';
import { PART_HEADINGS } from './headings.ts';
import type { LanguageModel, Reply } from './language-model.ts';
import { buildAbstract } from './writer/abstract.ts';
import { buildDescription } from './writer/description.ts';
import { buildKeywords } from './writer/keywords.ts';
import { buildKinds } from './writer/kinds.ts';
import { heading, list, serialize } from './writer/tree.ts';

/** The writer's name in provenance; its revision is raised whenever the same facts would give another text. */
export const DETERMINISTIC_WRITER_ID = 'deterministic-writer/4';

/**
 * Writes a reply from `prompt.facts`, without looking at the prompt's text: the same facts always give the
 * same reply. It claims nothing that the metadata or a header does not hold, and quotes the owners as such.
 */
export class DeterministicWriter implements LanguageModel {
  readonly modelId = DETERMINISTIC_WRITER_ID;
  readonly isLanguageModel = false;
  /** None: it has no settings. For provenance. */
  readonly parameters: Readonly<Record<string, number>> = {};

  async generate({ facts }: Prompt, signal?: AbortSignal): Promise<Reply> {
    signal?.throwIfAborted();
    const written = writeContents(facts) ?? { text: writeTypes(facts) };
    return { ...written, usage: { promptTokens: 0, completionTokens: 0 }, finish: { unified: 'stop' } };
  }
}

/** The three parts from the file types alone: facts of before counting hold nothing else. */
function writeTypes(facts: DandisetFacts): string {
  const kinds = buildKinds(facts);
  const blocks = [
    heading(2, PART_HEADINGS.abstract),
    ...buildAbstract(facts, kinds),
    heading(2, PART_HEADINGS.description),
    ...buildDescription(facts, kinds).filter((block) => textOf(block) !== ''),
    heading(2, PART_HEADINGS.keywords),
    list(buildKeywords(facts, kinds).map((keyword) => [keyword])),
  ];
  return serialize(blocks);
}
