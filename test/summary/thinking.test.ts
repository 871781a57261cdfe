/** Thinking in any format of models is never part of a summary, and a reply without an answer is reported. */
import { describe, expect, it } from 'vitest';
import { runChecks } from '../../shared/summary/checks.ts';
import { buildEvidence } from '../../shared/summary/evidence.ts';
import { parseReply } from '../../shared/summary/reply-parts.ts';

const GOOD =
  '## Abstract\n\nA rat ran on a track while its cells were recorded.\n\nThe data may serve to study memory.\n\n## Data\n\nThe Dandiset has one NWB file with a raw signal.\n\n## Keywords\n\n- rat\n';
const THOUGHT =
  'The user wants a summary. Draft:\n\n## Abstract\n\nDraft: perhaps 12 mice, I am not sure.\n\n## Data\n\nLet me look again.\n\n## Keywords\n\n- draft keyword\n\nNow the final answer.\n';

const FENCE = '```';

describe('thinking', () => {
  it.each<[format: string, reply: string]>([
    ['a pair of tags', `<think>\n${THOUGHT}</think>\n\n${GOOD}`],
    ['a closing tag alone', `${THOUGHT}</think>\n\n${GOOD}`],
    ['other names', `<thought>\n${THOUGHT}</thought>\n${GOOD}`],
    ['reasoning', `<reasoning>${THOUGHT}</reasoning>${GOOD}`],
    ['a prefix', `<seed:think>${THOUGHT}</seed:think>${GOOD}`],
    ['attributes', `<thinking mode="deep">${THOUGHT}</thinking>${GOOD}`],
    ['brackets', `[THINK]${THOUGHT}[/THINK]${GOOD}`],
    ['triangles', `◁think▷${THOUGHT}◁/think▷${GOOD}`],
    ['two thoughts', `<think>a</think>\n${THOUGHT}<think>b</think>\n${GOOD}`],
    ['after the answer', `${GOOD}\n<think>\n${THOUGHT}`],
    ['begin and end of thought', `<|begin_of_thought|>${THOUGHT}<|end_of_thought|>${GOOD}`],
    ['an answer in tags', `<think>${THOUGHT}</think><answer>\n${GOOD}</answer>`],
    ['nested tags', `<think>a <think>${THOUGHT}</think> more </think>\n${GOOD}`],
    ['its own fence', `${FENCE}thinking\n${THOUGHT}${FENCE}\n\n${GOOD}`],
    ['a fence of tildes', `~~~reasoning\n${THOUGHT}~~~\n${GOOD}`],
    ['tags inside a fence', `${FENCE}xml\n<thinking>\n${THOUGHT}</thinking>\n${FENCE}\n${GOOD}`],
    ['a fence around everything', `${FENCE}markdown\n<think>${THOUGHT}</think>\n${GOOD}${FENCE}`],
    ['Chinese', `<思考>${THOUGHT}</思考>${GOOD}`],
    ['Chinese, closed alone', `${THOUGHT}</思考过程>\n${GOOD}`],
    ['Japanese', `<考え>${THOUGHT}</考え>${GOOD}`],
    ['Korean', `<생각>${THOUGHT}</생각>${GOOD}`],
    ['Russian', `<размышления>${THOUGHT}</размышления>${GOOD}`],
    ['Spanish', `<razonamiento>${THOUGHT}</razonamiento>${GOOD}`],
    ['French', `<réflexion>${THOUGHT}</réflexion>${GOOD}`],
    ['German', `<Gedanken>${THOUGHT}</Gedanken>${GOOD}`],
    ['Portuguese', `<raciocínio>${THOUGHT}</raciocínio>${GOOD}`],
    ['escaped tags', `&lt;think&gt;${THOUGHT}&lt;/think&gt;${GOOD}`],
    ['tags with spaces', `< think >${THOUGHT}</ think >${GOOD}`],
    ['an underscore', `<_thinking>${THOUGHT}</_thinking>${GOOD}`],
    ['internal thoughts', `<internal_thoughts>${THOUGHT}</internal_thoughts>${GOOD}`],
    ['a plan', `<planning>${THOUGHT}</planning>${GOOD}`],
    ['start and end', `<start_of_thinking>${THOUGHT}<end_of_thinking>${GOOD}`],
    ['special tokens', `<|thinking_start|>${THOUGHT}<|thinking_end|>${GOOD}`],
    [
      'special tokens of thought and response',
      `<|START_THINKING|>${THOUGHT}<|END_THINKING|><|START_RESPONSE|>${GOOD}<|END_RESPONSE|>`,
    ],
    ['a fold', `<details><summary>Thinking</summary>\n\n${THOUGHT}</details>\n\n${GOOD}`],
    ['a fold by type', `<details type="reasoning" done="true">\n> ${THOUGHT}\n</details>\n${GOOD}`],
    ['an unknown name', `<ponder>Perhaps 12 mice.</ponder>${GOOD}`],
    ['a name with hyphens', `<first-pass>Perhaps 12 mice.</first-pass>\n${GOOD}`],
    ['an unknown language', `<ajattelu>Perhaps 12 mice.</ajattelu>${GOOD}`],
    ['brackets of any name', `[musing]Perhaps 12 mice.[/musing]${GOOD}`],
    ['braces', `{{muse}}Perhaps 12 mice.{{/muse}}${GOOD}`],
    ['a call of a tool', `<use_tool>{"name":"count"}</use_tool>${GOOD}`],
    ['full-width bars', `<｜begin▁of▁musing｜>Perhaps 12 mice.<｜end▁of▁musing｜>${GOOD}`],
    ['tokens without a name', `<unused11>Perhaps 12 mice.<unused12>${GOOD}`],
    ['no mark, but a title', `**Thinking:**\n\n${THOUGHT}\n\n**Final answer:**\n\n${GOOD}`],
    ['channels whose marks were lost', `analysis${THOUGHT}assistantfinal${GOOD}`],
    ['a channel that closes', `<|channel>thought\n${THOUGHT}<channel|>${GOOD}`],
    [
      'channels with a constraint',
      `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final <|constrain|>markdown<|message|>${GOOD}<|return|>`,
    ],
    [
      'channels',
      `<|channel|>analysis<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${GOOD}<|return|>`,
    ],
    [
      'channels with a commentary',
      `<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>commentary<|message|>${THOUGHT}<|end|><|start|>assistant<|channel|>final<|message|>${GOOD}`,
    ],
  ])('in %s is left out', (_format, reply) => {
    const { parts, removed } = parseReply(reply);
    expect(parts).toEqual(parseReply(GOOD).parts);
    expect(removed.map(({ kind }) => kind)).toContain('thinking');
  });

  it('leaves a reply without thinking unchanged', () => {
    expect(parseReply(GOOD).removed).toEqual([]);
    const { parts } = parseReply(GOOD.replace('memory', 'thinking, reasoning and thought'));
    expect(parts.abstract[1]).toBe('The data may serve to study thinking, reasoning and thought.');
  });

  const messages = (reply: string) =>
    runChecks(parseReply(reply), buildEvidence({}), { finish: 'stop' })
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ message }) => message);

  it.each([
    ['never closed', `<think>\n${THOUGHT}`],
    ['never closed, reasoning', `<reasoning>\n${THOUGHT}`],
    ['never closed, in Chinese', `<思考>\n${THOUGHT}`],
    ['in a fence that nothing closes', `${FENCE}thinking\n${THOUGHT}`],
    ['closed and followed by nothing', `<think>\n${THOUGHT}</think>\n`],
    ['in channels without a final one', `<|channel|>analysis<|message|>${THOUGHT}`],
  ])('%s is reported as no answer', (_case, reply) => {
    expect(parseReply(reply).parts).toEqual({ abstract: [], description: [], keywords: [] });
    expect(messages(reply)).toEqual(['The reply is thinking aloud, and no answer follows it.']);
  });

  it('keeps a first summary if the next one is truncated', () => {
    expect(parseReply(`${GOOD}\n## Abstract\n\nAgain`).parts.keywords).toEqual(['rat']);
  });

  it('is found in time linear in the length of the reply', () => {
    for (const piece of ['<think ', '< ', '```thinking\n', '<details ', '&lt;', '## Abstract\n'])
      expect(parseReply(piece.repeat(20_000)).parts.keywords).toEqual([]);
  });

  it('reports a reply that contains only marks', () => {
    for (const reply of ['<archive-0123456789abcdef>\n'.repeat(40), '<pad><pad>', '---\n***\n'])
      expect(messages(reply)).toEqual([
        'The reply is nothing but marks, such as those that the request sets round the material.',
      ]);
  });
});
