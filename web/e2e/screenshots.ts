/**
 * `npm run screenshots`: each page, light and dark, wide and phone, into web/screenshots/. Starts a uBot of its own on
 * the demo market; `-- --url URL --email E --password P` takes one that runs. `-- --readme` makes the four of the README.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { openBrowser } from './browser.testing.ts';
import { fillAccount, startUbotToFill } from './filledAccount.ts';
import { SHOTS } from './shots.ts';
import { signIn } from './ubot.testing.ts';

const SIZES = {
  wide: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
const THEMES = ['light', 'dark'] as const;
const SETTLE_MS = 1_500;

interface Target {
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** Of a uBot that was started for this, whose account is to be filled. */
  readonly smsCode?: () => string;
}

async function shoot(browser: Browser, target: Target & { only?: string }): Promise<void> {
  const folder = join(import.meta.dirname, '..', 'screenshots');
  await mkdir(folder, { recursive: true });
  const state = await (async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page, target);
    if (target.smsCode !== undefined) await fillAccount(page, target);
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
        await page.screenshot({ path, fullPage: shot.whole === true });
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
async function shootReadme(browser: Browser, target: Target): Promise<void> {
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
  await fillAccount(page, target);
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
const ubot = values.url === undefined ? await startUbotToFill() : null;
const browser = await openBrowser();
try {
  const target = {
    url: values.url ?? ubot?.url ?? '',
    email: values.email ?? 'operator@localhost',
    password: values.password ?? ubot?.password ?? '',
    ...(ubot !== null && { smsCode: ubot.smsCode }),
  };
  if (values.readme === true) await shootReadme(browser, target);
  else await shoot(browser, { ...target, ...(values.only !== undefined && { only: values.only }) });
} finally {
  await browser.close();
  await ubot?.close();
}
