import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  buildVersionPublishedSchema,
  VERSION_PUBLISHED,
  VersionPublished,
} from '../../shared/publications/version-published.ts';

const FILE = new URL(`../../docs/events/${VERSION_PUBLISHED}.schema.json`, import.meta.url);

describe('the event of a published version', () => {
  it('has the JSON schema that is published', () => {
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(buildVersionPublishedSchema());
  });

  it('requires only the fields that a run needs, and accepts unknown ones', () => {
    const least = { schemaVersion: 1, dandisetId: '000683', version: '0.230101.1200' };
    expect(z.safeParse(VersionPublished, least).success).toBe(true);
    expect(z.safeParse(VersionPublished, { ...least, doi: '10.48324/x' }).success).toBe(true);
    for (const wrong of [
      { ...least, version: 'draft' },
      { ...least, dandisetId: '683' },
      { ...least, dandisetId: '../../1' },
      { ...least, schemaVersion: 2 },
      { dandisetId: '000683', version: '0.230101.1200' },
    ]) {
      expect(z.safeParse(VersionPublished, wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });
});
