/** Chromium for the tests, if the system has it: Debian's package, or the path in CHROMIUM. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Its path, or undefined: then tests that need it are skipped. */
export const CHROMIUM = PLACES.find(
  (location) => location !== undefined && location !== '' && existsSync(location),
);

/** Opens it; the caller closes it. */
export async function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox', '--disable-gpu'] });
}
