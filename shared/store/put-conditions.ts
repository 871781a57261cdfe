/** The one rule about a put's conditions that both adapters hold to. */
import { InvalidInputError } from '../errors.ts';
import type { PutOptions } from './object-store.ts';

/** @throws InvalidInputError where a put asks for both conditions: no document can meet them */
export function requireOneCondition(options: PutOptions): void {
  if (options.ifAbsent && options.ifMatch !== undefined) {
    throw new InvalidInputError('A put has the condition ifAbsent or ifMatch, not both.', {
      field: 'ifMatch',
    });
  }
}
