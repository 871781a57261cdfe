/**
 * Measures how many errors the two modes of writing let through: scripted writers in known styles write about
 * the corpus's Dandisets, once in free prose and once in sentences that name their facts, each with one
 * repair call. Run by `npm run bench -- writing [ID …]`. The styles are scripts and show what the code does
 * with such replies; they do not show how often real models write them.
 */
import { Hdf5HeaderReader } from '../shared/hdf5/hdf5-header-reader.ts';
import { DeterministicWriter } from '../shared/model/deterministic-writer.ts';
import { OpenAiModel } from '../shared/model/openai-model.ts';
import type { Prompt, WritingMode } from '../shared/prompt/prompt.ts';
import { buildStructuredPrompt } from '../shared/prompt/structured-prompt.ts';
import { CORPUS_ABSENT, corpusFolder } from '../test/corpus.ts';
import { corpusDandisets } from '../test/corpus-archive.ts';
import { buildCorpusPrompt } from '../test/summary/corpus-prompts.ts';
import { startScriptedWriter, type Temper } from './writing/scripted-server.ts';
import {
  type Script,
  type ScriptedSentence,
  STYLES,
  type Style,
  writeScript,
} from './writing/scripted-writer.ts';
import { type WrittenPage, writePage } from './writing/write-page.ts';

/** The most tokens of a structured prompt; the setting's default. */
const BUDGET = 100_000;

interface Row {
  pages: number;
  stored: number;
  faults: number;
  published: number;
  truths: number;
  lost: number;
  sentences: number;
  withEvidence: number;
  calls: number;
  tokens: number;
}

const NOTHING: Row = {
  pages: 0,
  stored: 0,
  faults: 0,
  published: 0,
  truths: 0,
  lost: 0,
  sentences: 0,
  withEvidence: 0,
  calls: 0,
  tokens: 0,
};

/** Prints a row for each style, behavior on repair and mode. */
export async function writing(ids: readonly string[]): Promise<void> {
  const folder = corpusFolder();
  if (folder === undefined) {
    process.stderr.write(`This bench ${CORPUS_ABSENT}.\n`);
    process.exitCode = 1;
    return;
  }
  const reader = new Hdf5HeaderReader({ engine: 'auto' });
  const rows = new Map<string, Row>();
  for (const dandiset of corpusDandisets(folder)) {
    if (ids.length > 0 && !ids.includes(dandiset.id)) continue;
    const counted = await buildCorpusPrompt(dandiset, reader, { isCounted: true, profile: 'rich' });
    const prompts: Readonly<Record<WritingMode, Prompt>> = {
      prose: counted,
      structured: buildStructuredPrompt(counted.facts, BUDGET),
    };
    for (const style of STYLES)
      for (const temper of ['repairs', 'stubborn'] as const)
        for (const mode of ['prose', 'structured'] as const)
          await measureOne(rows, prompts[mode], style, temper, mode);
    const page = await writePage(counted, new DeterministicWriter());
    add(rows, 'rules | – | deterministic', {
      ...NOTHING,
      pages: 1,
      stored: page.text === undefined ? 0 : 1,
      sentences: page.sentences.length,
      withEvidence: page.sentences.filter(({ facts }) => facts.length > 0).length,
    });
  }
  process.stdout.write(`${writeTable(rows)}\n`);
}

async function measureOne(
  rows: Map<string, Row>,
  prompt: Prompt,
  style: Style,
  temper: Temper,
  mode: WritingMode,
): Promise<void> {
  const script = writeScript(prompt.facts.list ?? [], style);
  const server = await startScriptedWriter(script, style, temper);
  try {
    const model = new OpenAiModel({
      modelId: 'scripted',
      baseUrl: server.baseUrl,
      timeoutMs: 60_000,
      maxOutputTokens: 4_096,
    });
    add(rows, `${style} | ${temper} | ${mode}`, countPage(await writePage(prompt, model), script));
  } finally {
    await server.close();
  }
}

function add(rows: Map<string, Row>, key: string, more: Row): void {
  const row = rows.get(key) ?? NOTHING;
  rows.set(
    key,
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value + more[name as keyof Row]]),
    ) as unknown as Row,
  );
}

/**
 * Counts which errors and true sentences of a script were published. A page that is not stored publishes
 * nothing and loses everything.
 */
function countPage(page: WrittenPage, script: Script): Row {
  const published = fold(page.text ?? '');
  const faulty = script.sentences.filter(({ error }) => error !== undefined);
  const truths = script.sentences.filter(({ error }) => error === undefined);
  const holds = (text: string) => published.includes(fold(text).replace(/^therecordings/, 'recordings'));
  // Claims may have been prefixed with their source: their own words are searched for, from the second on.
  const core = (truth: string) => truth.replace(/^\S+\s/, '').replace(/\.$/, '');
  const keywordErrors = script.keywords.flatMap(({ error }) => error ?? []);
  const reported = [...script.sentences.filter(({ part }) => part === 'abstract' || part === 'data')];
  return {
    pages: 1,
    stored: page.text === undefined ? 0 : 1,
    faults: faulty.length + keywordErrors.length,
    published:
      faulty.filter((each) => isPublished(each.error!, each.text, published) && !isMarkedAsClaim(each, page))
        .length +
      keywordErrors.filter((error) => fold(page.text?.split('## Keywords')[1] ?? '').includes(fold(error)))
        .length,
    truths: truths.length,
    lost: truths.filter(({ truth }) => !holds(core(truth))).length,
    sentences: reported.filter(({ truth, text }) => holds(core(truth)) || holds(core(text))).length,
    withEvidence: page.sentences.filter(({ facts }) => facts.length > 0).length,
    calls: page.calls,
    tokens: page.tokens,
  };
}

/** Whether an owners' statement that was written as a fact is on the page as their claim. */
function isMarkedAsClaim({ kind, text }: ScriptedSentence, { sentences }: WrittenPage): boolean {
  const core = fold(text.replace(/^\S+\s/, '').replace(/\.$/, ''));
  return kind === 'fact' && sentences.some((each) => each.kind === 'claim' && fold(each.text).includes(core));
}

/**
 * Whether an error is on the page: its whole sentence is searched for, since its words may be true elsewhere.
 */
function isPublished(error: string, text: string, published: string): boolean {
  return (
    published.includes(fold(text.replace(/^\S+\s/, '').replace(/\.$/, ''))) && published.includes(fold(error))
  );
}

function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/\\(?=[^\p{L}\p{N}])/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function writeTable(rows: ReadonlyMap<string, Row>): string {
  const lines = [...rows].map(
    ([key, row]) =>
      `| ${key} | ${row.stored} of ${row.pages} | ${row.published} of ${row.faults} | ${row.lost} of ${row.truths} | ${row.withEvidence} | ${(row.calls / row.pages).toFixed(2)} | ${Math.round(row.tokens / row.pages)} |`,
  );
  return [
    '| style | on repair | mode | pages stored | errors published | true sentences lost | sentences with evidence | calls per page | tokens per page |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
