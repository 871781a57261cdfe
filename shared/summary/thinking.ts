/**
 * What a model thought aloud, in whatever dress, distinguished from what it answered: paired tags, a closing tag alone,
 * an opening one that nothing closes, fences and folds, channels of the harmony format; and, where no mark tells, a
 * draft before the summary proper. Pure.
 */

/** Stems of the names of tags in which models think, in the languages in which they do. */
const STEMS =
  'think|thought|reason|reflect|reflexion|scratch_?pad|analysis|monologue|deliberat|planning|思考|思索|推理|思路|考え|생각|추론|мышлен|размышл|рассужд|pensamiento|razonamiento|raciocin|raciocín|pensamento|réflexion|pensée|raisonnement|denken|gedanken|überleg|ragionamento|pensiero';
/** Such a name with what is round the stem: `seed:think`, `_thinking`, `internal_thoughts`, `chain_of_thought`, `THINKING`. */
const NAMES = `(?:[\\p{L}:_]{0,20}?)(?:${STEMS})[\\p{L}_]{0,20}`;
/** A bracket of a tag, escaped for a page or not, with the bar of a special token or not. */
const [LEFT, RIGHT] = ['(?:<|&lt;)\\|?', '\\|?(?:>|&gt;)'];
/** Words by which a name says that it closes: `<|END_THINKING|>`, `<|thinking_end|>`. */
const ENDING = `(?:end_(?:of_)?(?:${STEMS})[\\p{L}_]{0,20}|(?:${STEMS})[\\p{L}]{0,20}_end)`;

/** Tags that open and close thinking: `<think>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>`. */
const OPEN = new RegExp(`${LEFT}\\s*(?!${ENDING})${NAMES}(?:\\s[^<>]*)?${RIGHT}|\\[THINK\\]|◁think▷`, 'iu');
const CLOSE = new RegExp(
  `${LEFT}\\s*/\\s*${NAMES}\\s*${RIGHT}|${LEFT}${ENDING}${RIGHT}|\\[/THINK\\]|◁/think▷`,
  'giu',
);
/** A code fence whose language is thinking, to its end or to that of the reply. */
const FENCE = new RegExp(
  `^ {0,3}(\`{3,}|~{3,})[ ]?(?:${STEMS})[^\\n]{0,40}\\n[\\s\\S]*?(?:^ {0,3}\\1[ ]*$|(?![\\s\\S]))`,
  'gimu',
);
/** Thinking that a chat's page folds away. */
const FOLDED =
  /<details\b[^<>]*(?:type="?reasoning[^<>]*>|>\s*<summary>[^<]{0,60}(?:think|thought|reason)[^<]{0,60}<\/summary>)[\s\S]*?(?:<\/details>|(?![\s\S]))/gi;
/** Where a summary begins and ends: what is before the last whole one was a draft. */
const FIRST_HEADING = /^(?:#{1,6} *|\*\*)abstract\b/gim;
const LAST_HEADING = /^(?:#{1,6} *|\*\*)(?:suggested )?keywords\b/im;

/**
 * An abstract's heading, on its line or straight behind a mark; and marks that close anything by a name, whatever its
 * language: `</cot>`, `[/REASONING]`, `{{/think}}`, special tokens. Those of HTML's own text are none.
 */
const HEADING = /(?<=^|[>\]}][ \t]*)(?:#{1,6} *|\*\*)abstract\b/im;
const ANY_CLOSE =
  /<\/(?!(?:b|i|u|a|p|em|strong|sub|sup|span|div|code|center|h[1-6])>)[^<>\s]{1,60}>|\[\/[^\]\s]{1,60}\]|\{\{\/[^{}\s]{1,60}\}\}|<[|｜][^<>\n]{1,60}[|｜]>|<unused\d{1,4}>|^\[TOOL_CALLS\]/im;

/** Marks of harmony's channels, and the one that holds the answer. */
const CHANNEL = /<\|?channel\|?>/i;
const FINAL = /<\|?channel\|?>\s*final\b[^<]*(?:<\|constrain\|>[^<]*)?<\|?message\|?>/gi;
/** The same where the marks were lost on the way and their words stayed. */
const FINAL_WORDS = /^\s*analysis[\s\S]*assistantfinal/;
/** A channel that closes by a mark of its own. */
const CHANNEL_CLOSE = /<channel\|>/gi;
const CHANNEL_END = /<\|(?:end|return|call|start|channel)\|>/i;

/** Marks of other templates that are round an answer and say nothing. */
const WRAPPING =
  /<\/?(?:answer|final_answer|final|response|output)>|<\|(?:im_start|im_end|eot_id|end_of_text|endoftext|begin_of_solution|end_of_solution|start_header_id|end_header_id|end|return|start|message|start_response|end_response)\|>|<\/?s>|<(?:start|end)_of_turn>(?:model|user)?|<eos>|<bos>|<pad>/gi;

/** A reply with its thinking taken away. */
export interface Answer {
  readonly text: string;
  /** Characters before it in the reply; 0 where nothing was there. */
  readonly before: number;
  /** The thinking, as it stood; empty where there was none. */
  readonly thinking: string;
}

/**
 * What follows the thinking; an empty text where nothing does. Everything before the last closing mark is thinking,
 * everything from an opening one that nothing closes, and every summary before the last whole one.
 */
export function findReplyText(reply: string): Answer {
  if (CHANNEL.test(reply)) return findFinal(reply);
  const end = Math.max(FINAL_WORDS.exec(reply)?.[0].length ?? 0, ...findEnds(reply));
  const rest = reply.slice(end);
  const open = OPEN.exec(rest)?.index ?? rest.length;
  const draft = findDraft(rest.slice(0, open));
  const thinking = reply.slice(0, end + draft) + rest.slice(open);
  return { text: rest.slice(draft, open).replace(WRAPPING, ''), before: end + draft, thinking };
}

/** Where thinking ends that closes by a tag, by a fence, or by a page's fold. */
function findEnds(reply: string): number[] {
  return [CLOSE, FENCE, FOLDED].flatMap((marks) =>
    [...reply.matchAll(marks)].slice(-1).map((match) => match.index + match[0].length),
  );
}

/** Characters before the last whole summary of a text that begins more than one. */
function findDraft(text: string): number {
  const begins = [...text.matchAll(FIRST_HEADING)].map(({ index }) => index);
  const last = begins.at(-1) ?? 0;
  const first = HEADING.exec(text)?.index ?? 0;
  // What a mark closes before the first heading is no part of the summary, whatever the mark's name.
  if (begins.length <= 1 && ANY_CLOSE.test(text.slice(0, first))) return first;
  return begins.length > 1 && LAST_HEADING.test(text.slice(last)) ? last : 0;
}

/** The last final channel of a reply in harmony's format, to where it ends. */
function findFinal(reply: string): Answer {
  const start = [FINAL, CHANNEL_CLOSE]
    .map((marks) => [...reply.matchAll(marks)].map((match) => match.index + match[0].length).at(-1))
    .find((at) => at !== undefined);
  if (start === undefined) return { text: '', before: reply.length, thinking: reply };
  const rest = reply.slice(start);
  const end = CHANNEL_END.exec(rest)?.index ?? rest.length;
  return { text: rest.slice(0, end), before: start, thinking: reply.slice(0, start) };
}

/** Whether a text is nothing but marks: tags, special tokens and signs round no word. */
export function isNothingButMarks(text: string): boolean {
  return text.trim() !== '' && !/[\p{L}\p{N}]/u.test(text.replace(/<[^<>]*>|\[\/?[A-Z_]+\]/g, ' '));
}
