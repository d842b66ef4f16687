import type { AlertPage, CandlesAnswer } from '@ubot/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { seriousIn } from './axe.testing.ts';
import { hasChromium, NO_CHROMIUM } from './browser.testing.ts';
import { PATIENCE, SOON, START_MS, startSession, type Session } from './session.testing.ts';

/** A winter's clock, one hour ahead of UTC where a browser in UTC looks. */
const ZONE = 'Africa/Lagos';
const HOUR_MS = 3_600_000;

describe.skipIf(!hasChromium)(`the filter of alerts in a real browser${NO_CHROMIUM}`, PATIENCE, () => {
  let session: Session;
  let bitcoinOnly: string;

  beforeAll(async () => {
    session = await startSession({ browser: { timezoneId: 'UTC' } });
    const strategy = (name: string, ids: readonly number[]) =>
      session.post<{ id: string }>('/strategies', {
        name,
        universe: { kind: 'coins', ids },
        timeframe: '1m',
        condition: 'price > 0',
        trigger: { on: 'snapshot', fires: 'on_change' },
      });
    ({ id: bitcoinOnly } = await strategy('Bitcoin only', [1]));
    await strategy('Two coins', [1, 1027]);
    await vi.waitUntil(async () => (await session.get<AlertPage>('/alerts')).alerts.length >= 3, SOON);
  }, START_MS);
  afterAll(async () => session?.close());

  const page = () => session.page;
  const open = (query = '') => page().goto(`${session.ubot.url}/alerts${query}`);
  const search = () => new URL(page().url()).search;
  /** Symbol and strategy of each alert that is shown. */
  const shown = () =>
    page()
      .locator('.alert-card')
      .evaluateAll((cards) =>
        cards
          .map((card) => `${card.querySelector('strong')?.textContent} ${card.querySelector('.facts a')?.textContent}`)
          .toSorted(),
      );
  const ALL = ['BTC Bitcoin only', 'BTC Two coins', 'ETH Two coins'];

  test('strategy and coin are chosen, stand in the address, and survive a reload and the way back', async () => {
    // What takes the place of the search has the focus, and the other way round.
    const focused = () => page().evaluate<string | null>('document.activeElement.ariaLabel');
    await open();
    await expect.poll(shown, SOON).toEqual(ALL);
    await page().getByLabel('Coin', { exact: true }).fill('bitcoin');
    await page()
      .getByRole('button', { name: /^BTC Bitcoin/ })
      .click();
    await expect.poll(shown, SOON).toEqual(['BTC Bitcoin only', 'BTC Two coins']);
    expect(search()).toBe('?coin=1');
    await expect.poll(focused, SOON).toBe('Bitcoin (BTC): show all coins again');
    await page().getByLabel('Strategy', { exact: true }).selectOption({ label: 'Two coins' });
    await expect.poll(shown, SOON).toEqual(['BTC Two coins']);
    const both = search();

    await page().reload();
    await expect.poll(shown, SOON).toEqual(['BTC Two coins']);
    expect(search()).toBe(both);
    await page().goBack();
    await expect.poll(shown, SOON).toEqual(['BTC Bitcoin only', 'BTC Two coins']);
    await page().goForward();
    await expect.poll(shown, SOON).toEqual(['BTC Two coins']);
    await page().getByRole('button', { name: 'Bitcoin (BTC): show all coins again' }).focus();
    await page().keyboard.press('Enter');
    await expect.poll(focused, SOON).toBe('Coin');
    await expect.poll(shown, SOON).toEqual(['BTC Two coins', 'ETH Two coins']);
    await page().getByRole('link', { name: 'Clear the filter' }).click();
    await expect.poll(shown, SOON).toEqual(ALL);
    expect(search()).toBe('');
  });

  test('a range ends now, or lies between two times by the clock of the user’s settings', async () => {
    await session.page.request.put(`${session.ubot.url}/api/v1/settings`, {
      data: { timeZone: ZONE, defaultChannelIds: [] },
      headers: { origin: session.ubot.url },
    });
    await open();
    const time = page().getByLabel('Time', { exact: true });
    await time.selectOption({ label: 'Last hour' });
    await expect.poll(search, SOON).toBe('?range=1h');
    await expect.poll(shown, SOON).toEqual(ALL);
    await time.selectOption({ label: 'Between two times' });
    await page().getByText(`Times are ${ZONE}.`).waitFor();

    // What a clock in Lagos showed two hours ago, and one hour ago: before any of these alerts.
    const shownAt = (beforeMs: number): string =>
      new Date(Date.now() + HOUR_MS - beforeMs).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
    await page()
      .getByLabel('From', { exact: true })
      .fill(shownAt(2 * HOUR_MS));
    await page().getByLabel('Until', { exact: true }).fill(shownAt(HOUR_MS));
    await page().getByRole('button', { name: 'Show', exact: true }).click();
    await page().getByText('No alert passes this filter').waitFor();
    expect(await page().getByText('No alert yet').count()).toBe(0);
    const said = new URLSearchParams(search());
    const began = Date.parse(said.get('from') ?? '');
    expect(Math.abs(Date.now() - 2 * HOUR_MS - began)).toBeLessThan(10 * 60_000);
    await page().reload();
    expect(await page().getByLabel('Until', { exact: true }).inputValue()).toBe(
      new Date(Date.parse(said.get('to') ?? '') + HOUR_MS).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length),
    );

    await page()
      .getByLabel('Until', { exact: true })
      .fill(shownAt(3 * HOUR_MS));
    await page().getByRole('button', { name: 'Show', exact: true }).click();
    await page().getByText('It would end before it begins.').waitFor();
    await page().getByLabel('Until', { exact: true }).fill('');
    await page().getByRole('button', { name: 'Show', exact: true }).click();
    await expect.poll(shown, SOON).toEqual(ALL);
  });

  test('a bookmark of a strategy that is gone, or of nonsense, still shows a page', async () => {
    await open(`?strategy=${bitcoinOnly.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}`);
    await page().getByText('No alert passes this filter').waitFor();
    await open('?coin=bitcoin&strategy=mine&range=soon');
    await expect.poll(shown, SOON).toEqual(ALL);
  });

  test('an alert tells its values, candle, prices and version, with a chart in which it is marked', async () => {
    await open(`?strategy=${bitcoinOnly}`);
    const card = page().locator('.alert-card').first();
    const asked = page().waitForResponse(/\/coins\/1\/candles\?/);
    await card.getByRole('button', { name: 'Show values' }).click();
    const { candles } = (await (await asked).json()) as CandlesAnswer;
    const [alert] = (await session.get<AlertPage>(`/alerts?strategyId=${bitcoinOnly}`)).alerts;
    expect(candles.map(({ openAtMs }) => openAtMs)).toContain(alert?.candle?.openAtMs);
    await card
      .getByText(/^1m candle of .+ · Built from \d+ polled prices? · version 1 of the strategy · prices of /)
      .waitFor();
    await card.getByRole('img', { name: 'Candles of Bitcoin, 1m' }).waitFor();
    await card
      .locator('.chart-legend')
      .getByText(/^Built from/)
      .waitFor();
    await card.locator('canvas').first().waitFor();
    expect(session.complaints).toEqual([]);
  });

  test('“why no alert?” answers also whoever asks before the strategies have come', async () => {
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((done) => (isAsked = done));
    await page().route('**/api/v1/strategies?*', async (route) => {
      await asked;
      await route.continue();
    });
    await open();
    await page().getByRole('button', { name: 'Why no alert?' }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByLabel('Coin').fill('tether');
    await dialog
      .getByRole('button', { name: /Tether/ })
      .first()
      .click();
    isAsked();
    await expect
      .poll(() => dialog.getByRole('status').textContent(), SOON)
      .toMatch(/^The strategy does not watch this coin\./);
    await page().unroute('**/api/v1/strategies?*');
  });

  test('the page of a coin leads to all the alerts on it', async () => {
    await page().goto(`${session.ubot.url}/coins/1027`);
    await page().getByRole('link', { name: 'All alerts on this coin' }).click();
    await expect.poll(shown, SOON).toEqual(['ETH Two coins']);
  });

  test.each(['light', 'dark'] as const)(
    'a filter and an open alert fit a phone, and axe finds nothing serious, %s',
    async (colorScheme) => {
      await page().emulateMedia({ colorScheme });
      await page().setViewportSize({ width: 390, height: 844 });
      await open('?range=own&coin=1');
      await expect.poll(shown, SOON).toEqual(['BTC Bitcoin only', 'BTC Two coins']);
      await page().getByRole('button', { name: 'Show values' }).first().click();
      await page().locator('.alert-card canvas').first().waitFor();
      expect(await page().evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await seriousIn(page())).toEqual([]);
    },
  );
});
