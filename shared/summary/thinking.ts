/**
 * Separates a model's answer from its thinking, in all known formats: paired tags, a closing tag without an opening
 * one and the reverse, fences, `<details>` elements, channels of the harmony format; and, without marks, a draft
 * before the summary proper. Pure.
 */

/** Stems of the names of thinking tags, in several languages. */
const STEMS =
  'think|thought|reason|reflect|reflexion|scratch_?pad|analysis|monologue|deliberat|planning|思考|思索|推理|思路|考え|생각|추론|мышлен|размышл|рассужд|pensamiento|razonamiento|raciocin|raciocín|pensamento|réflexion|pensée|raisonnement|denken|gedanken|überleg|ragionamento|pensiero';
/** A name of a thinking tag: `seed:think`, `_thinking`, `internal_thoughts`, `chain_of_thought`, `THINKING`. */
const NAMES = `(?:[\\p{L}:_]{0,20}?)(?:${STEMS})[\\p{L}_]{0,20}`;
/** A bracket of a tag, possibly escaped for HTML, possibly with the bar of a special token. */
const [LEFT, RIGHT] = ['(?:<|&lt;)\\|?', '\\|?(?:>|&gt;)'];
/** Names of closing tags: `<|END_THINKING|>`, `<|thinking_end|>`. */
const ENDING = `(?:end_(?:of_)?(?:${STEMS})[\\p{L}_]{0,20}|(?:${STEMS})[\\p{L}]{0,20}_end)`;

/** Tags that open and close thinking: `<think>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>`. */
const OPEN = new RegExp(`${LEFT}\\s*(?!${ENDING})${NAMES}(?:\\s[^<>]*)?${RIGHT}|\\[THINK\\]|◁think▷`, 'iu');
const CLOSE = new RegExp(
  `${LEFT}\\s*/\\s*${NAMES}\\s*${RIGHT}|${LEFT}${ENDING}${RIGHT}|\\[/THINK\\]|◁/think▷`,
  'giu',
);
/** A code fence whose language is a thinking tag, up to its end or the end of the reply. */
const FENCE = new RegExp(
  `^ {0,3}(\`{3,}|~{3,})[ ]?(?:${STEMS})[^\\n]{0,40}\\n[\\s\\S]*?(?:^ {0,3}\\1[ ]*$|(?![\\s\\S]))`,
  'gimu',
);
/** Thinking in a collapsed `<details>` element of a chat page. */
const FOLDED =
  /<details\b[^<>]*(?:type="?reasoning[^<>]*>|>\s*<summary>[^<]{0,60}(?:think|thought|reason)[^<]{0,60}<\/summary>)[\s\S]*?(?:<\/details>|(?![\s\S]))/gi;
/** The first and the last heading of a summary: text before the last complete summary is a draft. */
const FIRST_HEADING = /^(?:#{1,6} *|\*\*)abstract\b/gim;
const LAST_HEADING = /^(?:#{1,6} *|\*\*)(?:suggested )?keywords\b/im;

/**
 * The heading of the abstract, at the start of a line or right after a mark; and closing marks with any name, in any
 * language: `</cot>`, `[/REASONING]`, `{{/think}}`, special tokens. HTML's text elements are excluded.
 */
const HEADING = /(?<=^|[>\]}][ \t]*)(?:#{1,6} *|\*\*)abstract\b/im;
const ANY_CLOSE =
  /<\/(?!(?:b|i|u|a|p|em|strong|sub|sup|span|div|code|center|h[1-6])>)[^<>\s]{1,60}>|\[\/[^\]\s]{1,60}\]|\{\{\/[^{}\s]{1,60}\}\}|<[|｜][^<>\n]{1,60}[|｜]>|<unused\d{1,4}>|^\[TOOL_CALLS\]/im;

/** Marks of harmony's channels, and of the channel with the answer. */
const CHANNEL = /<\|?channel\|?>/i;
const FINAL = /<\|?channel\|?>\s*final\b[^<]*(?:<\|constrain\|>[^<]*)?<\|?message\|?>/gi;
/** The same if the marks were lost and only their words remain. */
const FINAL_WORDS = /^\s*analysis[\s\S]*assistantfinal/;
/** A separate mark that closes a channel. */
const CHANNEL_CLOSE = /<channel\|>/gi;
const CHANNEL_END = /<\|(?:end|return|call|start|channel)\|>/i;

/** Marks of other chat templates around an answer. */
const WRAPPING =
  /<\/?(?:answer|final_answer|final|response|output)>|<\|(?:im_start|im_end|eot_id|end_of_text|endoftext|begin_of_solution|end_of_solution|start_header_id|end_header_id|end|return|start|message|start_response|end_response)\|>|<\/?s>|<(?:start|end)_of_turn>(?:model|user)?|<eos>|<bos>|<pad>/gi;

/** A reply without its thinking. */
export interface Answer {
  readonly text: string;
  /** Number of characters before it in the reply. */
  readonly before: number;
  /** The thinking, as written; empty if there was none. */
  readonly thinking: string;
}

/**
 * Finds the text after the thinking; empty if there is none. Thinking is everything before the last closing mark,
 * everything from an unclosed opening mark on, and every summary before the last complete one.
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

/** The ends of thinking closed by a tag, by a fence, or by a `<details>` element. */
function findEnds(reply: string): number[] {
  return [CLOSE, FENCE, FOLDED].flatMap((marks) =>
    [...reply.matchAll(marks)].slice(-1).map((match) => match.index + match[0].length),
  );
}

/** The number of characters before the last complete summary, if a text begins more than one. */
function findDraft(text: string): number {
  const begins = [...text.matchAll(FIRST_HEADING)].map(({ index }) => index);
  const last = begins.at(-1) ?? 0;
  const first = HEADING.exec(text)?.index ?? 0;
  // Text closed by a mark before the first heading is not part of the summary, whatever the mark's name.
  if (begins.length <= 1 && ANY_CLOSE.test(text.slice(0, first))) return first;
  return begins.length > 1 && LAST_HEADING.test(text.slice(last)) ? last : 0;
}

/** The last `final` channel of a reply in the harmony format. */
function findFinal(reply: string): Answer {
  const start = [FINAL, CHANNEL_CLOSE]
    .map((marks) => [...reply.matchAll(marks)].map((match) => match.index + match[0].length).at(-1))
    .find((at) => at !== undefined);
  if (start === undefined) return { text: '', before: reply.length, thinking: reply };
  const rest = reply.slice(start);
  const end = CHANNEL_END.exec(rest)?.index ?? rest.length;
  return { text: rest.slice(0, end), before: start, thinking: reply.slice(0, start) };
}

/** Whether a text contains only marks: tags, special tokens and punctuation, but no word. */
export function isNothingButMarks(text: string): boolean {
  return text.trim() !== '' && !/[\p{L}\p{N}]/u.test(text.replace(/<[^<>]*>|\[\/?[A-Z_]+\]/g, ' '));
}
