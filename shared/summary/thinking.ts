/**
 * What a model thought aloud, in whatever dress, told apart from what it answered: paired tags, a closing tag alone,
 * an opening one that nothing closes, channels of the harmony format. Pure.
 */

/** Names of the tags in which models think, with a prefix as some have it: `<seed:think>`. */
const NAMES =
  '(?:[a-z]+:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratch_?pad|analysis|inner_?monologue|antthinking|chain_?of_?thought)';

/** Tags that open and close thinking: `<think>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>`. */
const OPEN = new RegExp(
  `<${NAMES}(?:\\s[^<>]*)?>|\\[THINK\\]|◁think▷|<\\|begin_of_thought\\|>|<\\|${NAMES}\\|>`,
  'i',
);
const CLOSE = new RegExp(
  `</\\s*${NAMES}\\s*>|\\[/THINK\\]|◁/think▷|<\\|end_of_thought\\|>|<\\|/${NAMES}\\|>`,
  'gi',
);

/** Marks of harmony's channels, and the one that holds the answer. */
const CHANNEL = /<\|?channel\|?>/i;
const FINAL = /<\|?channel\|?>\s*final\b[^<]*<\|?message\|?>/gi;
const CHANNEL_END = /<\|(?:end|return|call|start|channel)\|>/i;

/** Marks of other templates that stand round an answer and say nothing. */
const WRAPPING =
  /<\/?(?:answer|final_answer|final|response|output)>|<\|(?:im_start|im_end|eot_id|end_of_text|endoftext|begin_of_solution|end_of_solution|start_header_id|end_header_id|end|return|start|message)\|>|<\/?s>|<(?:start|end)_of_turn>(?:model|user)?|<eos>|<bos>|<pad>/gi;

/** A reply with its thinking taken away. */
export interface Answer {
  readonly text: string;
  /** Characters before it in the reply; 0 where nothing stood there. */
  readonly before: number;
  /** The thinking, as it stood; empty where there was none. */
  readonly thinking: string;
}

/**
 * What follows the thinking; an empty text where nothing does. Everything before the last closing tag is
 * thinking, and everything from an opening one that nothing closes.
 */
export function findAnswer(reply: string): Answer {
  if (CHANNEL.test(reply)) return findFinal(reply);
  const end = [...reply.matchAll(CLOSE)].map((match) => match.index + match[0].length).at(-1) ?? 0;
  const rest = reply.slice(end);
  const open = OPEN.exec(rest)?.index ?? rest.length;
  const thinking = reply.slice(0, end) + rest.slice(open);
  const text = rest.slice(0, open);
  return { text: text.replace(WRAPPING, ''), before: end, thinking };
}

/** The last final channel of a reply in harmony's format, to where it ends. */
function findFinal(reply: string): Answer {
  const start = [...reply.matchAll(FINAL)].map((match) => match.index + match[0].length).at(-1);
  if (start === undefined) return { text: '', before: reply.length, thinking: reply };
  const rest = reply.slice(start);
  const end = CHANNEL_END.exec(rest)?.index ?? rest.length;
  return { text: rest.slice(0, end), before: start, thinking: reply.slice(0, start) };
}

/** Whether a text is nothing but marks: tags, special tokens and signs round no word. */
export function isNothingButMarks(text: string): boolean {
  return text.trim() !== '' && !/[\p{L}\p{N}]/u.test(text.replace(/<[^<>]*>|\[\/?[A-Z_]+\]/g, ' '));
}
