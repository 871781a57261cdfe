/**
 * Takes the screenshots of README from a running API: `npm run screenshots -- URL ID [FOLDER]`, with Debian's
 * `chromium` or the program that CHROMIUM names.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

/** The window: wide enough for the page's column, and long enough to show the text with the key figures below it. */
const WINDOW = { width: 1_000, height: 1_250 };

const [url, id, folder = 'docs/images'] = process.argv.slice(2);
if (url === undefined || id === undefined) {
  process.stderr.write('Usage: npm run screenshots -- URL ID [FOLDER]\n');
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const SHOTS: readonly (readonly [name: string, path: string])[] = [
  ['catalog', '/dandisets'],
  ['dandiset', `/dandisets/${id}`],
];
for (const [name, path] of SHOTS) {
  const page = await browser.newPage({ viewport: WINDOW, colorScheme: 'light' });
  const response = await page.goto(new URL(path, url).href);
  if (response?.ok() !== true) throw new Error(`${path} responded with ${response?.status()}`);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
await browser.close();
