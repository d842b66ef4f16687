import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Debian's, or one that the machine's owner names. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

export const hasChromium = CHROMIUM !== undefined;
export const NO_CHROMIUM = hasChromium ? '' : ': skipped: no Chromium (apt-get install chromium)';

/** A browser of its own, without a window and without calls of its own to the outside. */
export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('there is no Chromium on this machine');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
  });
}
