/**
 * Local state machine runner: the JSONata functions that Step Functions adds to the language, and the one that
 * it removes. Each throws an Error with a plain sentence, which becomes States.QueryEvaluationError.
 *
 * Source: AWS Step Functions Developer Guide, "Transforming data with JSONata", functions provided by Step
 * Functions.
 */

import { createHash, randomUUID } from 'node:crypto';

/** Step Functions' names for digests, with Node's. */
const DIGESTS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** The longest array of `$range`, the limit of States.ArrayRange, which it replaces. */
const LONGEST_RANGE = 1000;

function hash(data: unknown, algorithm: unknown): string {
  const digest =
    typeof algorithm === 'string' && Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined;
  if (!digest) throw new Error(`$hash takes one of ${Object.keys(DIGESTS).join(', ')}`);
  if (data === undefined) throw new Error('$hash was given nothing to hash');
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return createHash(digest).update(text, 'utf8').digest('hex');
}

function range(start: unknown, end: unknown, step: unknown): number[] {
  const bounds = [start, end, step];
  if (!bounds.every((bound) => Number.isInteger(bound))) throw new Error('$range takes three integers');
  const [first, last, by] = bounds as [number, number, number];
  if (by === 0) throw new Error('$range takes a step that is not 0');
  const length = Math.max(0, Math.floor((last - first) / by) + 1);
  if (length > LONGEST_RANGE) throw new Error(`$range makes at most ${LONGEST_RANGE} elements`);
  return Array.from({ length }, (_, index) => first + index * by);
}

function partition(array: unknown, size: unknown): unknown[][] {
  if (!Number.isInteger(size) || (size as number) < 1)
    throw new Error('$partition takes a size of 1 or more');
  if (array === undefined) throw new Error('$partition was given no array');
  const members: unknown[] = Array.isArray(array) ? array : [array];
  const length = Math.ceil(members.length / (size as number));
  return Array.from({ length }, (_, index) =>
    members.slice(index * (size as number), (index + 1) * (size as number)),
  );
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') throw new Error('$parse takes a string of JSON');
  return JSON.parse(text);
}

/**
 * A number from 0 up to 1 that depends only on the seed. Step Functions' own sequence is not published, so the values
 * differ from its.
 */
function seededRandom(seed: number): number {
  return createHash('sha256').update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}

/** The names that a definition may call besides JSONata's own. */
export const STATES_FUNCTION_NAMES: ReadonlySet<string> = new Set([
  'uuid',
  'hash',
  'random',
  'range',
  'partition',
  'parse',
]);

/**
 * The functions, to be bound as variables of every expression.
 * @param random the source of `$random()` without a seed
 */
export function buildStatesFunctions(random: () => number): Readonly<Record<string, unknown>> {
  return {
    uuid: () => randomUUID(),
    hash,
    range,
    partition,
    parse,
    random: (seed?: unknown) => {
      if (seed === undefined) return random();
      if (typeof seed !== 'number') throw new Error('$random takes a number as its seed');
      return seededRandom(seed);
    },
    // The parser refuses $eval in the text; this rejects one that is reached in a way that it cannot detect.
    eval: () => {
      throw new Error('$eval does not exist in Step Functions; use $parse');
    },
  };
}
