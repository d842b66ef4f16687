/**
 * `npm run screenshots`: each page, light and dark, wide and phone, into web/screenshots/. Starts a uBot of its own on
 * the demo market; `-- --url URL --email E --password P` takes one that runs. `-- --readme` makes the four of the README.
 */
import { mkdir, writeFile } from 'node:fs/promises';
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

const README_SIZE = { width: 1440, height: 900 } as const;
/** From the name down to what it would match now. */
const EDITOR_SIZE = { width: 1440, height: 1_500 } as const;
const WEBP_QUALITY = 82;

/** The four pictures of the README, small enough to be kept with it. */
async function shootReadme(browser: Browser, target: { url: string; email: string; password: string }): Promise<void> {
  const folder = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
  await mkdir(folder, { recursive: true });
  const context = await browser.newContext({ viewport: README_SIZE, locale: 'en-US', timezoneId: 'UTC' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const take = async (name: string): Promise<void> => {
    await page.waitForTimeout(SETTLE_MS);
    const shot = await session.send('Page.captureScreenshot', { format: 'webp', quality: WEBP_QUALITY });
    await writeFile(join(folder, `${name}.webp`), Buffer.from(shot.data, 'base64'));
    console.log(join(folder, `${name}.webp`));
  };
  await signIn(page, target);
  const post = (path: string, data: object) =>
    page.request.post(`${target.url}/api/v1${path}`, { data, headers: { origin: target.url } });
  const channel = await post('/channels', { name: 'Server log', target: { kind: 'log' } });
  const { id } = (await channel.json()) as { id: string };
  await post('/strategies', {
    name: 'Bitcoin is moving',
    universe: { kind: 'coins', ids: [1] },
    timeframe: '1m',
    condition: 'price > 0.9 * sma(close, 20) and rsi(14) < 90',
    trigger: { on: 'snapshot', fires: 'once' },
    channelIds: [id],
  });
  await page.goto(`${target.url}/`);
  await page.waitForSelector('.sparkline');
  await take('market');
  await page.goto(`${target.url}/coins/1`);
  await page.waitForSelector('canvas');
  await take('coin');
  await page.goto(`${target.url}/strategies/new?template=oversold`);
  await page.setViewportSize(EDITOR_SIZE);
  await page.waitForSelector('.cm-content');
  await page.waitForTimeout(SETTLE_MS);
  await take('editor');
  await page.setViewportSize(README_SIZE);
  await page.goto(`${target.url}/alerts`);
  await page.locator('.alert-card').first().waitFor();
  await page.getByRole('button', { name: 'Show values' }).first().click();
  await take('alert');
  await context.close();
}

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    email: { type: 'string' },
    password: { type: 'string' },
    only: { type: 'string' },
    readme: { type: 'boolean' },
  },
});
const ubot = values.url === undefined ? await startUbot() : null;
const browser = await openBrowser();
try {
  const target = {
    url: values.url ?? ubot?.url ?? '',
    email: values.email ?? 'operator@localhost',
    password: values.password ?? ubot?.password ?? '',
  };
  if (values.readme === true) await shootReadme(browser, target);
  else await shoot(browser, { ...target, ...(values.only !== undefined && { only: values.only }) });
} finally {
  await browser.close();
  await ubot?.close();
}
