/**
 * A scripted writer behind the OpenAI protocol: reads the request, and responds in its style and the
 * requested format.
 */
import { completion, json, type OpenAiServer, startOpenAiServer } from '../../test/openai-server.ts';
import type { Script, ScriptedSentence, Style } from './scripted-writer.ts';

/** Whether the writer repairs reported errors, or repeats them. */
export type Temper = 'repairs' | 'stubborn';

/** A running server that writes one script. */
export async function startScriptedWriter(
  script: Script,
  style: Style,
  temper: Temper,
): Promise<OpenAiServer> {
  const server = await startOpenAiServer();
  let requested = 0;
  server.play((request, response) => {
    requested += 1;
    const content = (request.body.messages as { content: string }[])
      .map((message) => message.content)
      .join('\n');
    const format = request.body.response_format as { json_schema?: { name: string } } | undefined;
    const reported = write(script, style, temper, format?.json_schema?.name, content, requested);
    const body = completion({ content: reported.text }, reported.finish);
    const usage = {
      prompt_tokens: countTokens(content),
      completion_tokens: countTokens(reported.text),
      total_tokens: 0,
    };
    json(200, { ...body, usage })(request, response);
  });
  return server;
}

/** Approximate number of tokens: the same measure for both modes. */
const countTokens = (text: string) => Math.ceil(text.length / 4);

function write(
  script: Script,
  style: Style,
  temper: Temper,
  form: string | undefined,
  content: string,
  requested: number,
): { text: string; finish: string } {
  const isAgain = requested > 1;
  const repaired = (each: ScriptedSentence): ScriptedSentence =>
    isAgain && temper === 'repairs' ? { ...each, text: each.truth } : each;
  if (form === undefined)
    return {
      text: wrapReply(writeProse(script, repaired, isAgain && temper === 'repairs'), style, 'markdown'),
      finish: 'stop',
    };
  if (style === 'never JSON' || (style === 'no JSON at first' && !isAgain))
    return { text: writeProse(script, repaired, false), finish: 'stop' };
  if (form === 'corrections')
    return { text: wrapReply(writeCorrections(script, content, temper), style), finish: 'stop' };
  const whole = JSON.stringify({
    abstract: script.sentences
      .filter(({ part }) => part === 'abstract')
      .map(repaired)
      .map(stripSentence),
    data: script.sentences
      .filter(({ part }) => part === 'data')
      .map(repaired)
      .map(stripSentence),
    keywords: script.keywords.map(({ text, facts }) => ({ text, facts })),
  });
  if (style === 'truncated')
    return { text: whole.slice(0, Math.floor(whole.length * 0.7)), finish: 'length' };
  return { text: wrapReply(whole, style), finish: 'stop' };
}

function wrapReply(text: string, style: Style, language = 'json'): string {
  if (style === 'fenced')
    return `Here is the summary:\n\n\`\`\`${language}\n${text}\n\`\`\`\n\nLet me know if you need more.`;
  if (style === 'thinks aloud')
    return `<think>\nLet me count {"abstract": []} first: 4711 mice?\n</think>\n${text}`;
  return text;
}

function stripSentence({ starts, text, facts, kind }: ScriptedSentence) {
  return { starts, text, facts, kind };
}

/** Writes each rejected sentence again: corrected or unchanged. */
function writeCorrections(script: Script, content: string, temper: Temper): string {
  const refused = [...content.matchAll(/^(R\d+): (.*)$/gm)];
  const corrections = refused.map(([, id, text = '']) => {
    const sentence = script.sentences.find((each) => each.text.replace(/\s+/g, ' ') === text);
    const isRepaired = temper === 'repairs' && sentence !== undefined;
    return {
      refused: id,
      text: isRepaired ? sentence.truth : (sentence?.text ?? ''),
      facts: sentence?.facts ?? [],
      kind: sentence?.kind ?? 'fact',
    };
  });
  const isMissing = (part: string) =>
    new RegExp(`Write also what is missing:[^\\n]*\\b${part}\\b`).test(content);
  const sentences = (part: 'abstract' | 'data') =>
    isMissing(part) ? script.sentences.filter((each) => each.part === part).map(stripSentence) : [];
  const keywords = isMissing('keywords') ? script.keywords.map(({ text, facts }) => ({ text, facts })) : [];
  return JSON.stringify({ corrections, abstract: sentences('abstract'), data: sentences('data'), keywords });
}

/** Writes the same sentences in free Markdown, with their slots filled. */
function writeProse(
  script: Script,
  repair: (each: ScriptedSentence) => ScriptedSentence,
  isRepaired: boolean,
): string {
  const textOf = (each: ScriptedSentence) => {
    const reported = repair(each);
    return reported.error === undefined || isRepaired ? reported.truth : reported.text;
  };
  const abstract = script.sentences.filter(({ part }) => part === 'abstract').map(textOf);
  const half = Math.ceil(abstract.length / 2);
  const data = script.sentences.filter(({ part }) => part === 'data').map((each) => `- ${textOf(each)}`);
  return [
    '## Abstract',
    abstract.slice(0, half).join(' '),
    abstract.slice(half).join(' '),
    '## Data',
    data.join('\n'),
    '## Keywords',
    script.keywords
      .filter(({ error }) => !(isRepaired && error))
      .map(({ text }) => `- ${text}`)
      .join('\n'),
  ].join('\n\n');
}
