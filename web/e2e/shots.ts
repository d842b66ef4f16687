import type { Page } from 'playwright-core';

export interface Shot {
  readonly name: string;
  readonly path: string;
  readonly signedIn: boolean;
  /** Down to its end, where it is longer than the screen. */
  readonly whole?: boolean;
  /** Brings the page into the state to show. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** What `npm run screenshots` pictures, of an account that `fillAccount` has filled. */
export const SHOTS: readonly Shot[] = [
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
  { name: 'strategies', path: '/strategies', signedIn: true, whole: true },
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
  { name: 'alerts', path: '/alerts', signedIn: true, prepare: (page) => page.locator('.alert-card').first().waitFor() },
  {
    name: 'alert',
    path: '/alerts',
    signedIn: true,
    whole: true,
    prepare: async (page) => {
      await page.locator('.alert-card').first().waitFor();
      const id = await page.evaluate(
        `fetch('/api/v1/alerts?limit=1').then((answer) => answer.json()).then(({ alerts }) => alerts[0].id)`,
      );
      await page.goto(`${new URL(page.url()).origin}/alerts/${String(id)}`);
      await page.locator('.alert-card').first().waitFor();
    },
  },
  {
    name: 'why-not',
    path: '/alerts',
    signedIn: true,
    prepare: (page) => page.getByRole('button', { name: 'Why no alert?' }).click(),
  },
  {
    name: 'offline',
    path: '/',
    signedIn: true,
    prepare: async (page) => {
      await page.waitForSelector('[role=row] a');
      await page.context().setOffline(true);
      await page.evaluate(`dispatchEvent(new Event('offline'))`);
      await page.getByRole('navigation').getByText('Channels').click();
    },
  },
  { name: 'silences', path: '/silences', signedIn: true, whole: true },
  { name: 'channels', path: '/channels', signedIn: true, whole: true },
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
  { name: 'settings', path: '/settings', signedIn: true, whole: true },
  { name: 'operator', path: '/operator', signedIn: true, whole: true },
  { name: 'not-found', path: '/coins/999999999', signedIn: true },
];
