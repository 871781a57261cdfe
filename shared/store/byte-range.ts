/** The rule for ranges of bytes that every store holds to. Pure. */
import { InvalidInputError } from '../errors.ts';

/** Nothing where `start` and `end` enclose one byte at least. @throws InvalidInputError */
export function requireRange(start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end > start) return;
  throw new InvalidInputError(
    `Bytes ${start} to ${end} are no range: it needs whole numbers, the end after the start.`,
    {
      field: 'range',
    },
  );
}
