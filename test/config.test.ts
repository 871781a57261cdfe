/**
 * Compares the settings with their table: how each is read, what is refused, and that a misspelled name does
 * not compile.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../shared/config.ts';
import { InvalidInputError } from '../shared/errors.ts';
import {
  type Environment,
  listSettings,
  readSetting,
  SETTINGS,
  type SettingName,
} from '../shared/settings.ts';

const EXAMPLES = {
  text: ['a text'],
  secret: ['sk-1'],
  url: ['https://api.test/v1/', 'http://127.0.0.1:8080'],
  hosts: ['files.test', 'Files.test:8080, other.test'],
  choice: [],
  whole: ['1000'],
  number: ['1.5'],
} as const;
const WRONG = {
  text: [],
  secret: [],
  url: ['ftp://api.test', 'api.test', 'https://api.test?x=1'],
  hosts: ['https://files.test', 'a b'],
  choice: ['none of them'],
  whole: ['1.5', 'many', '1e99', 'NaN'],
  number: ['many', 'Infinity'],
} as const;

describe('the table of settings', () => {
  it('has valid defaults', () => {
    for (const [name, { fallback, kind }] of listSettings()) {
      if (kind === 'secret') expect([name, fallback]).toEqual([name, undefined]);
      const read = readSetting({}, name);
      expect([name, read === undefined]).toEqual([name, fallback === undefined]);
      if (fallback !== undefined) expect(readSetting({ [name]: fallback }, name)).toEqual(read);
    }
  });

  it('accepts values of the kind, and refuses others by name', () => {
    for (const [name, setting] of listSettings()) {
      const taken = setting.kind === 'choice' ? setting.choices : EXAMPLES[setting.kind];
      for (const text of taken) expect(readSetting({ [name]: text }, name)).toBeDefined();
      for (const text of WRONG[setting.kind]) expect(refusal(name, text)).toEqual([name, true]);
      if (setting.kind !== 'whole' && setting.kind !== 'number') continue;
      const { min, max } = setting;
      if (min !== undefined) expect(refusal(name, String(min - 1))).toEqual([name, true]);
      if (min !== undefined) expect(readSetting({ [name]: String(min) }, name)).toBe(min);
      if (max !== undefined) expect(refusal(name, String(max + 1))).toEqual([name, true]);
    }
  });

  it('treats an empty text as absent', () => {
    for (const [name] of listSettings()) {
      expect(readSetting({ [name]: '  ' }, name)).toEqual(readSetting({}, name));
    }
  });

  it('names the parameter of every secret, and deploys none', () => {
    const secrets = listSettings().filter(([, { kind }]) => kind === 'secret');
    expect(secrets.length).toBe(3);
    for (const [name, { deployed }] of secrets) {
      expect(SETTINGS).toHaveProperty(`${name}_PARAMETER`);
      expect([name, 'not' in deployed]).toEqual([name, true]);
    }
  });

  it('reads any whole number within the bounds as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 500, max: 2 ** 40 }), (tokens) => {
        expect(readConfig({ PROMPT_TOKEN_BUDGET: String(tokens) }).promptTokenBudget).toBe(tokens);
      }),
    );
  });
});

describe('a misspelled name', () => {
  it('does not compile', () => {
    // @ts-expect-error There is READ_MAX_BYTES.
    const environment: Environment = { READ_MAX_BITES: '1' };
    // @ts-expect-error There is LLM_MODEL.
    const name: SettingName = 'LLM_MODELL';
    expect(readConfig(environment)).toEqual(readConfig({}));
    expect(Object.keys(SETTINGS)).not.toContain(name);
  });
});

describe('the settings of a process', () => {
  it('include the hosts of the API and the bucket in those for files', () => {
    const config = readConfig({
      DANDI_API_URL: 'https://api.test/x/',
      DANDI_DOWNLOAD_HOSTS: 'A.test, a.test',
    });
    expect(config.dandiApiUrl).toBe('https://api.test/x');
    expect(config.downloadHosts).toEqual(['a.test', 'api.test', 'dandiarchive.s3.us-east-2.amazonaws.com']);
  });

  it('refuse a price with one part missing', () => {
    expect(() => readConfig({ LLM_PRICE_INPUT: '2' })).toThrow('LLM_PRICE_OUTPUT');
    expect(readConfig({ LLM_PRICE_INPUT: '2', LLM_PRICE_OUTPUT: '8' }).model.price).toEqual({
      input: 2,
      output: 8,
    });
  });

  it('require a secret and its parameter together', () => {
    const config = readConfig({ OPENAI_API_KEY_PARAMETER: '/p', API_TOKEN: 't' });
    expect(config.model.key).toEqual({ value: undefined, parameter: '/p' });
    expect(config.api.token).toEqual({ value: 't', parameter: undefined });
  });
});

function refusal(name: SettingName, text: string): [string | undefined, boolean] {
  try {
    readSetting({ [name]: text }, name);
    return [undefined, false];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return [error.field, error.message.includes(text)];
  }
}
