/**
 * `npm run screenshots`: each page, light and dark, wide and phone, into web/screenshots/. Starts a uBot of its own on
 * the demo market; `-- --url URL --email E --password P` takes one that runs.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from './browser.testing.ts';
import { signIn, startUbot } from './ubot.testing.ts';

const SIZES = {
  wide: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
const THEMES = ['light', 'dark'] as const;
const SETTLE_MS = 1_500;

/** What is pictured; `prepare` brings the page into the state to show. */
const SHOTS: readonly { name: string; path: string; signedIn: boolean; prepare?: (page: Page) => Promise<unknown> }[] =
  [
    { name: 'sign-in', path: '/', signedIn: false },
    { name: 'forgot', path: '/account#forgot', signedIn: false },
    { name: 'market', path: '/', signedIn: true, prepare: (page) => page.waitForSelector('[role=row] a') },
    {
      name: 'market-search',
      path: '/',
      signedIn: true,
      prepare: async (page) => {
        await page.waitForSelector('[role=row] a');
        await page.keyboard.press('/');
        await page.keyboard.type('bit');
      },
    },
    { name: 'market-help', path: '/', signedIn: true, prepare: (page) => page.keyboard.press('?') },
    { name: 'market-menu', path: '/', signedIn: true, prepare: (page) => page.click('.top-bar button:last-of-type') },
    { name: 'coin', path: '/coins/1', signedIn: true, prepare: (page) => page.waitForSelector('canvas') },
    { name: 'strategies', path: '/strategies', signedIn: true },
    {
      name: 'strategy-new',
      path: '/strategies/new?template=goldenCross',
      signedIn: true,
      prepare: (page) => page.waitForSelector('.cm-content'),
    },
    {
      name: 'strategy-mistake',
      path: '/strategies/new',
      signedIn: true,
      prepare: async (page) => {
        await page.locator('.condition-editor .cm-content').click();
        await page.keyboard.type('rsii(14) < 30 and close crosses above sm');
      },
    },
    {
      name: 'strategy-preview',
      path: '/strategies/new',
      signedIn: true,
      prepare: async (page) => {
        await page.locator('.condition-editor .cm-content').click();
        await page.keyboard.type('price > sma(3) @ 1m and percent_change_24h > 1');
        await page.getByLabel('Looks at').selectOption('snapshot');
        await page.getByText(/coins? match(es)? now/).waitFor();
        await page.getByText(/coins? match(es)? now/).scrollIntoViewIfNeeded();
      },
    },
    { name: 'alerts', path: '/alerts', signedIn: true },
    { name: 'silences', path: '/silences', signedIn: true },
    { name: 'channels', path: '/channels', signedIn: true },
    {
      name: 'channel-new',
      path: '/channels',
      signedIn: true,
      prepare: (page) => page.getByRole('button', { name: 'Add a channel' }).click(),
    },
    {
      name: 'coin-indicators',
      path: '/coins/1',
      signedIn: true,
      prepare: async (page) => {
        await page.waitForSelector('canvas');
        await page.getByRole('button', { name: 'Indicators', exact: true }).click();
      },
    },
    {
      name: 'coin-alert',
      path: '/coins/1027',
      signedIn: true,
      prepare: async (page) => {
        await page.waitForSelector('canvas');
        await page.getByRole('button', { name: 'Alert me' }).click();
      },
    },
    { name: 'settings', path: '/settings', signedIn: true },
    { name: 'operator', path: '/operator', signedIn: true },
    { name: 'not-found', path: '/coins/999999999', signedIn: true },
  ];

async function shoot(
  browser: Browser,
  target: { url: string; email: string; password: string; only?: string },
): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'screenshots');
  await mkdir(folder, { recursive: true });
  const state = await (async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page, target);
    const kept = await context.storageState();
    await context.close();
    return kept;
  })();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const theme of THEMES) {
      for (const shot of SHOTS) {
        if (target.only !== undefined && !shot.name.includes(target.only)) continue;
        const context = await browser.newContext({
          viewport,
          colorScheme: theme,
          locale: 'en-US',
          timezoneId: 'UTC',
          ...(size === 'phone' && { hasTouch: true, isMobile: true, deviceScaleFactor: 2 }),
          ...(shot.signedIn && { storageState: state }),
        });
        const page = await context.newPage();
        page.on('console', (message) => {
          if (message.type() === 'error') console.error(`${shot.name}: ${message.text()}`);
        });
        page.on('pageerror', (error) => console.error(`${shot.name}: ${error.message}`));
        await page.goto(`${target.url}${shot.path}`);
        await page.waitForTimeout(SETTLE_MS);
        await shot.prepare?.(page);
        await page.waitForTimeout(SETTLE_MS);
        const path = join(folder, `${shot.name}-${size}-${theme}.png`);
        await page.screenshot({ path });
        console.log(path);
        await context.close();
      }
    }
  }
}

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    email: { type: 'string' },
    password: { type: 'string' },
    only: { type: 'string' },
  },
});
const ubot = values.url === undefined ? await startUbot() : null;
const browser = await openBrowser();
try {
  await shoot(browser, {
    url: values.url ?? ubot?.url ?? '',
    email: values.email ?? 'operator@localhost',
    password: values.password ?? ubot?.password ?? '',
    ...(values.only !== undefined && { only: values.only }),
  });
} finally {
  await browser.close();
  await ubot?.close();
}
