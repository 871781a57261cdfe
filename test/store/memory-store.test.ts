import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../shared/errors.ts';
import { MemoryStore } from '../memory-store.ts';
import { catchFailure } from './stores.ts';

describe('MemoryStore', () => {
  it('returns ranges like the other stores', async () => {
    const store = new MemoryStore();
    await store.put('a.json', 'abcdef', { contentType: 'application/json' });
    expect(await store.getRange('a.json', 4, 99)).toEqual({ body: new TextEncoder().encode('ef'), size: 6 });
    expect(await store.getRange('a.json', 6, 99)).toBeUndefined();
    expect(await store.getRange('b.json', 0, 1)).toBeUndefined();
    expect(await catchFailure(store.getRange('a.json', 2, 2))).toBeInstanceOf(InvalidInputError);
  });
});
