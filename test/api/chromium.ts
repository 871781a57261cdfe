/** Chromium for the tests, where the system has one: Debian's package, or what CHROMIUM names. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where it is, or undefined: then what needs it is skipped. */
export const CHROMIUM = PLACES.find(
  (location) => location !== undefined && location !== '' && existsSync(location),
);

/** Opens it; the caller closes it. */
export async function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox', '--disable-gpu'] });
}
