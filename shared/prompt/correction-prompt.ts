/**
 * The second request of structured writing, which contains only the refused parts, and the line in which
 * both requests state a fact. Separate from the first, since it needs no tokenizer. Pure.
 */
import type { Fact } from '../facts/list/fact.ts';
import { shortenText } from '../facts/plain-words.ts';
import { stripEmails } from '../facts/strip-emails.ts';
import type { Prompt } from './prompt.ts';
import { CORRECTION_INSTRUCTIONS } from './structured-words.ts';

const ALL = Number.POSITIVE_INFINITY;

/** Slots with a phrase, or with a number whose noun is not in their name: shown, since a writer cannot guess them. */
const PHRASES = new Set(['counted', 'noun', 'rows', 'count', 'size']);

/** A fact on one line: its id, text, author, and the names of its slots. */
export function writeFactLine({ id, text, scope, slots }: Fact, characters = ALL): string {
  const flat = stripEmails(text).replace(/\s+/g, ' ');
  const said = flat.length > characters ? shortenText(flat, characters) : flat;
  const names = Object.entries(slots).map(([name, value]) =>
    PHRASES.has(name) ? `${name}=“${value}”` : name,
  );
  return `${id}${scope.kind === 'claim' ? ' (the owners say)' : ''}: ${said}${names.length === 0 ? '' : ` | slots: ${names.join(' ')}`}\n`;
}

/** One refused sentence or keyword in the second request. */
export interface Correction {
  /** `R1`, `R2` … */
  readonly id: string;
  readonly text: string;
  /** Sentences for people: why it was refused. */
  readonly reasons: readonly string[];
  /** The facts that it cited, and others that may support it. */
  readonly facts: readonly Fact[];
}

/**
 * The second request of a run: the refused parts with their reasons and facts, and the missing parts. If parts
 * are missing it repeats the first request's facts, since those parts have to be written.
 */
export function buildCorrectionPrompt(
  prompt: Prompt,
  corrections: readonly Correction[],
  missing: readonly string[],
): Prompt {
  const cited = new Map(corrections.flatMap(({ facts }) => facts.map((fact) => [fact.id, fact])));
  const before = prompt.quoted.map(([start, end]) => prompt.text.slice(start, end)).join('');
  const facts =
    missing.length > 0
      ? before
      : [...cited.values()].map((fact) => writeFactLine(fact, CORRECTION_CHARACTERS)).join('');
  const refused = corrections.map(
    ({ id, text, reasons }) =>
      `${id}: ${text.replace(/\s+/g, ' ')}\n${reasons.map((reason) => `   refused: ${reason.replace(/\s+/g, ' ')}\n`).join('')}`,
  );
  const quoted = `${facts}\n${refused.join('')}`;
  const requested =
    missing.length === 0
      ? 'No part is missing: leave "abstract", "data" and "keywords" empty.\n'
      : `Write also what is missing: ${missing.join(', ')}.\n`;
  const written = writeQuoted(CORRECTION_INSTRUCTIONS + requested, quoted);
  // No token is shorter than a byte, so that the writer needs no tokenizer.
  const bytes = new TextEncoder().encode(written.text).length;
  return {
    ...prompt,
    ...written,
    tokens: Math.min(bytes + FIXED_BYTES, prompt.tokens + bytes - before.length + FIXED_BYTES),
    corrections: corrections.flatMap(({ text, reasons }) => reasons.map((reason) => `${text} — ${reason}`)),
    asksFor: 'corrections',
  };
}

/** Characters of one cited fact at most. */
const CORRECTION_CHARACTERS = 1_500;
/** An upper bound of the bytes around a request's text. */
const FIXED_BYTES = 2_000;

/** Fixed words followed by the material between marks. */
export function writeQuoted(words: string, quoted: string): Pick<Prompt, 'text' | 'quoted'> {
  return { text: words + quoted, quoted: [[words.length, words.length + quoted.length]] };
}
