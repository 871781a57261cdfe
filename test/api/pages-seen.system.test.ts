/**
 * The pages as a reader sees them, in Chromium: search, facets, keyboard, phone, dark, without script, and
 * axe's findings. Skipped if the system has no Chromium.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchiveServer, startArchiveServer } from '../../local/archive-server.ts';
import { LocalMachine } from '../../local/machine.ts';
import { readConfig } from '../../shared/config.ts';
import { SummaryStore } from '../../shared/store/summary-store.ts';
import type { Provenance } from '../../shared/summary/provenance.ts';
import { CORPUS_ABSENT, corpusFolder } from '../corpus.ts';
import { corpusArchiveFiles, corpusDandisets } from '../corpus-archive.ts';
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
/** The time limit of a test in the browser on a loaded machine, in milliseconds. */
const PATIENCE_MS = 120_000;
/** The most presses of Tab to reach anything on a page of the tests. */
const MAX_TABS = 120;
const NEWER = '0.260101.0000';

/** Summaries of the tests that contain “spike”: all except the one about speech. */
const SPIKING = 3;

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

/** Axe's serious and critical findings on a page; the page's content security policy must be disabled. */
async function findSerious(page: Page): Promise<unknown[]> {
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
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}

/**
 * Presses Tab until the focused element matches, as a reader without a mouse must; fails if it cannot be
 * reached.
 */
async function tabTo(page: Page, fits: string): Promise<void> {
  for (let presses = 0; presses < MAX_TABS; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`(${fits})(document.activeElement)`)) return;
  }
  throw new Error(`${MAX_TABS} presses of Tab lead to nothing that fits ${fits}`);
}

/** The outline of the focused element: `none` if the focus is not visible. */
const FOCUS_STYLE = 'getComputedStyle(document.activeElement).outlineStyle';

describe.skipIf(CHROMIUM === undefined)('the pages, in Chromium (skipped without it)', () => {
  beforeAll(async () => {
    api = await startTestApi();
    browser = await openChromium();
    const reference = { sha256: 'ab'.repeat(32), bytes: 100 };
    const location = '/general/extracellular_ephys/electrodes/location_of_the_electrodes_in_the_brain';
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
          evidence: [{ file, location }],
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
    await putTestSummary(api.store, { id: '900006', name: 'Two versions' });
    await putTestSummary(api.store, {
      id: '900006',
      version: NEWER,
      name: 'Two versions',
      provenance: {
        coverage: { assets: 90, nwb: 89, read: 89, cutShort: 0, notLookedAt: 0, unreadable: [], other: [] },
      },
    });
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
    `/dandisets/900006/versions/${PUBLISHED}`,
    '/dandisets/900006',
    '/dandisets?q=xylophone',
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
        expect(await findSerious(page)).toEqual([]);
      });
    },
    PATIENCE_MS,
  );

  it.each(PAGES)(
    '%s does not scroll sideways at 360 pixels',
    async (path) => {
      await withPage(path, { viewport: { width: 360, height: 740 } }, async (page) => {
        // Collapsed content must fit too.
        await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width).toBeLessThanOrEqual(360);
        // Letters in pictures shrink with them.
        const letters = await page.evaluate(
          '[...document.querySelectorAll(".picture text")].map((each) => each.getBoundingClientRect().height)',
        );
        for (const height of letters as number[]) expect(height).toBeGreaterThan(11);
        const ids = (await page.evaluate(
          '[...document.querySelectorAll("[id]")].map(({ id }) => id)',
        )) as string[];
        expect(ids).toEqual([...new Set(ids)]);
      });
    },
    PATIENCE_MS,
  );

  it(
    'is dark if the reader prefers it',
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
        expect(await page.locator('.entries h2').count()).toBe(SPIKING);
      });
    },
    PATIENCE_MS,
  );

  it(
    'can be used by keyboard from the search to a page, past the head of each',
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

  it(
    'opens, chooses, applies and undoes facets only by keyboard, and shows where the focus is',
    async () => {
      await withPage('/dandisets', {}, async (page) => {
        await tabTo(page, 'each => each.tagName === "SUMMARY"');
        expect(await page.evaluate(FOCUS_STYLE)).not.toBe('none');
        await page.keyboard.press('Enter');
        await tabTo(page, 'each => each.value === "state:draft"');
        expect(await page.evaluate(FOCUS_STYLE)).not.toBe('none');
        await page.keyboard.press('Space');
        await tabTo(page, 'each => each.tagName === "BUTTON" && each.textContent === "Apply"');
        await page.keyboard.press('Enter');
        await page.waitForURL(/facet=state%3Adraft/);
        expect(await page.locator('.entries h2').allTextContents()).toEqual(['A draft']);
        await tabTo(page, 'each => each.getAttribute("aria-label") === "Remove draft"');
        await page.keyboard.press('Enter');
        await page.waitForURL((url) => !url.search.includes('facet'));
        expect(await page.locator('.entries h2').count()).toBeGreaterThan(1);
      });
    },
    PATIENCE_MS,
  );

  it(
    'links by keyboard from an older version to the newer one, and from there to the changes',
    async () => {
      await withPage(`/dandisets/900006/versions/${PUBLISHED}`, {}, async (page) => {
        expect(await page.getByRole('note').first().textContent()).toBe(
          `There is a newer version: ${NEWER}.`,
        );
        await tabTo(page, `each => each.textContent === "${NEWER}"`);
        await page.keyboard.press('Enter');
        await page.waitForURL(/\/dandisets\/900006$/);
        expect(await page.getByText('There is a newer version').count()).toBe(0);
        const changes = page.getByRole('region', { name: `Changes since ${PUBLISHED}` });
        expect(await changes.getByRole('listitem').allTextContents()).toContain(
          'NWB files: 60 before, 89 now.',
        );
        await tabTo(page, `each => each.textContent === "${PUBLISHED}"`);
        await page.keyboard.press('Enter');
        await page.waitForURL(new RegExp(`/900006/versions/${PUBLISHED}$`));
      });
    },
    PATIENCE_MS,
  );

  it(
    'explains an empty result, and links onward by keyboard',
    async () => {
      await withPage('/dandisets?q=speech&facet=state%3Adraft', {}, async (page) => {
        expect(await page.getByText('No Dandiset matches all filters.').count()).toBe(1);
        expect(await page.getByRole('heading', { name: 'Nearest' }).count()).toBe(1);
        await tabTo(page, 'each => each.closest(".entries") !== null');
        await page.keyboard.press('Enter');
        await page.waitForURL(/\/dandisets\/900003$/);
      });
      await withPage('/dandisets?q=xylophone', {}, async (page) => {
        expect(await page.getByText('No Dandiset matches. Fewer words may find more.').count()).toBe(1);
        await tabTo(page, 'each => each.type === "search"');
        await page.keyboard.type('speech');
        await page.keyboard.press('Enter');
        await page.waitForURL(/q=speech/);
        expect(await page.locator('.entries h2').allTextContents()).toEqual(['Speech']);
      });
    },
    PATIENCE_MS,
  );
  it(
    'names extensions with all versions that files use, once each',
    async () => {
      const stored = await new SummaryStore(api.store).findProvenance('900002', PUBLISHED);
      const [type] = (stored as unknown as Provenance).fileTypes;
      const withExtension = (label: number, versions: readonly string[]) => ({
        ...type,
        label,
        extensions: [{ name: 'ndx-pose', versions, files: 30 }],
      });
      await putTestSummary(api.store, {
        id: '900007',
        keywords: [],
        provenance: { fileTypes: [withExtension(1, ['0.1.1']), withExtension(2, ['0.1.1', '0.2.0'])] },
      });
      await withPage('/dandisets/900007', { bypassCSP: true }, async (page) => {
        const formats = page.getByRole('region', { name: 'Formats' });
        expect(await formats.getByRole('listitem').allTextContents()).toEqual([
          'Extensions: ndx-pose 0.1.1 0.2.0',
        ]);
        expect(await findSerious(page)).toEqual([]);
      });
    },
    PATIENCE_MS,
  );
});

/** Two Dandisets of the corpus: one with few facts, and one with much evidence and long paths. */
const RICH = ['000064', '000350'];
const corpus = corpusFolder();

describe.skipIf(CHROMIUM === undefined || corpus === undefined)(
  `pages of the corpus, in Chromium${corpus === undefined ? `: ${CORPUS_ABSENT}` : ''}`,
  () => {
    let archive: ArchiveServer;
    beforeAll(async () => {
      archive = await startArchiveServer({ files: corpusArchiveFiles(corpus as string, RICH) });
      api = await startTestApi();
      browser = await openChromium();
      const machine = new LocalMachine({
        ...readConfig({ SUMMARY_STORE: api.store.location }),
        dandiApiUrl: archive.apiUrl,
        dandiBucketUrl: archive.bucketUrl,
      });
      for (const { id, version } of corpusDandisets(corpus as string).filter(({ id }) => RICH.includes(id))) {
        await machine.summarize({ dandisetId: id, version, force: false });
      }
    }, PATIENCE_MS);
    afterAll(async () => {
      await browser?.close();
      await api?.close();
      await archive?.close();
    });

    it.each(
      RICH.flatMap((id) =>
        ['', '/sessions', '/file-types'].flatMap((part) =>
          (['light', 'dark'] as const).map((colorScheme) => ({ id, part, colorScheme })),
        ),
      ),
    )(
      'axe finds nothing serious on $id with "$part", $colorScheme, and it fits 360 pixels',
      async ({ id, part, colorScheme }) => {
        const options = { colorScheme, bypassCSP: true, viewport: { width: 360, height: 740 } };
        await withPage(`/dandisets/${id}${part}`, options, async (page) => {
          await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
          expect(await findSerious(page)).toEqual([]);
        });
      },
      PATIENCE_MS,
    );
  },
);
