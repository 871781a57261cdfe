/**
 * The pages as a reader sees them, in Chromium: search, facets, keyboard, phone, dark, without script, and what axe
 * finds. Skipped where the system has no Chromium.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  PUBLISHED,
  putTestSessions,
  putTestSummary,
  startTestApi,
  type TestApi,
  testRow,
} from './api-server.ts';
import { CHROMIUM, openChromium } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Milliseconds for all that a browser does in one test on a loaded machine. */
const PATIENCE_MS = 120_000;

let api: TestApi;
let browser: Browser;

async function withPage(
  path: string,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    await page.goto(`${api.url}${path}`);
    await use(page);
  } finally {
    await context.close();
  }
}

describe.skipIf(CHROMIUM === undefined)('the pages, in Chromium (skipped where there is none)', () => {
  beforeAll(async () => {
    api = await startTestApi();
    browser = await openChromium();
    const reference = { sha256: 'ab'.repeat(32), bytes: 100 };
    const place = '/general/extracellular_ephys/electrodes/location_of_the_electrodes_in_the_brain';
    const file = 'sub-R01/sub-R01_ses-day07_desc-with-a-long-name_behavior+ecephys.nwb';
    const provenance = {
      sentences: [{ part: 'abstract', text: 'Rats ran.', facts: ['F1'], kind: 'fact' }],
      list: [
        {
          id: 'F1',
          topic: 'subjects',
          text: 'Rats ran.',
          scope: { kind: 'dandiset' },
          source: 'headers',
          slots: {},
          evidence: [{ file, place }],
          rank: 5,
        },
      ],
      sessions: { csv: reference, parquet: reference },
      suggestions: [
        { field: 'keywords', value: 'spike times', evidence: '60 files hold spike times of units.' },
      ],
    };
    await putTestSummary(api.store, { provenance });
    const rows = Array.from({ length: 60 }, (_, at) =>
      testRow({
        path: `sub-${at}/sub-${at}_ecephys.nwb`,
        subject: `${at}`,
        session_start: `2024-0${1 + (at % 9)}-01T10:00:00+00:00`,
      }),
    );
    await putTestSessions(api.store, '900002', rows);
    await putTestSummary(api.store, { id: '900003', name: 'Speech', keywords: ['speech'] });
    await putTestSummary(api.store, { id: '900004', version: 'draft', name: 'A draft' });
  }, PATIENCE_MS);
  afterAll(async () => {
    await browser?.close();
    await api?.close();
  });

  const PAGES: readonly string[] = [
    '/dandisets',
    '/dandisets?q=spike',
    '/dandisets?facet=state%3Adraft',
    '/dandisets?q=zebra&facet=state%3Adraft',
    '/dandisets/900002',
    `/dandisets/900002/versions/${PUBLISHED}/sessions`,
    '/dandisets/900002/file-types',
    '/dandisets/900002/prompt',
    '/dandisets/900009',
    '/dandisets/9',
    '/nowhere',
  ];

  it.each(
    PAGES.flatMap((path) => (['light', 'dark'] as const).map((colorScheme) => ({ path, colorScheme }))),
  )(
    'axe finds nothing serious on $path, $colorScheme',
    async ({ path, colorScheme }) => {
      await withPage(path, { colorScheme, bypassCSP: true }, async (page) => {
        await page.evaluate(AXE);
        const violations = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: {
              run: () => Promise<{
                violations: { id: string; impact: string; nodes: { html: string }[] }[];
                passes: unknown[];
              }>;
            };
          };
          const result = await axe.run();
          if (result.passes.length === 0) throw new Error('axe looked at nothing');
          return result.violations.map(({ id, impact, nodes }) => ({
            id,
            impact,
            nodes: nodes.slice(0, 3).map(({ html }) => html),
          }));
        });
        expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
      });
    },
    PATIENCE_MS,
  );

  it.each(PAGES)(
    '%s does not scroll sideways at 360 pixels',
    async (path) => {
      await withPage(path, { viewport: { width: 360, height: 740 } }, async (page) => {
        // What is folded away must fit too.
        await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(360);
      });
    },
    PATIENCE_MS,
  );

  it(
    'is dark where the reader wants it',
    async () => {
      const background = async (colorScheme: 'light' | 'dark') => {
        let color = '';
        await withPage('/dandisets', { colorScheme }, async (page) => {
          color = String(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
        });
        return color;
      };
      expect(await background('dark')).not.toBe(await background('light'));
    },
    PATIENCE_MS,
  );

  it(
    'searches, narrows and undoes without script',
    async () => {
      await withPage('/dandisets', { javaScriptEnabled: false }, async (page) => {
        await page.getByRole('searchbox').fill('spike');
        await page.getByRole('button', { name: 'Search' }).click();
        expect(page.url()).toContain('q=spike');
        await page.locator('details > summary').first().click();
        await page.getByRole('checkbox', { name: /^draft/ }).check();
        await page.getByRole('button', { name: 'Apply' }).click();
        expect(page.url()).toContain('facet=state%3Adraft');
        expect(await page.locator('.entries h2').allTextContents()).toEqual(['A draft']);
        await page.getByRole('link', { name: 'Remove draft' }).click();
        expect(page.url()).not.toContain('facet');
        expect(await page.locator('.entries h2').count()).toBe(2);
      });
    },
    PATIENCE_MS,
  );

  it(
    'leads by keyboard from the search to a page, and past the head of each',
    async () => {
      await withPage('/dandisets', {}, async (page) => {
        await page.keyboard.press('Tab');
        expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
        await page.getByRole('searchbox').focus();
        await page.keyboard.type('speech');
        await page.keyboard.press('Enter');
        await page.waitForURL(/q=speech/);
        await page.locator('.entries a').first().focus();
        await page.keyboard.press('Enter');
        await page.waitForURL(/\/dandisets\/900003$/);
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Speech');
      });
    },
    PATIENCE_MS,
  );

  it(
    'shows sessions in pages and as a picture with words',
    async () => {
      await withPage('/dandisets/900002', {}, async (page) => {
        expect(await page.getByRole('img').first().getAttribute('aria-label')).toMatch(
          /^60 files by the start of the session/,
        );
        await page.getByRole('link', { name: 'All 60 rows' }).click();
        await page.getByRole('link', { name: 'Next page' }).click();
        expect(await page.getByText('page 2 of 3').count()).toBe(1);
      });
    },
    PATIENCE_MS,
  );
});
