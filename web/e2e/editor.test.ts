import type { StrategyPage } from '@ubot/contracts';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousIn } from './axe.testing.ts';
import { hasChromium, NO_CHROMIUM } from './browser.testing.ts';
import { pickCompletion } from './completion.testing.ts';
import { PATIENCE, START_MS, startSession, type Session } from './session.testing.ts';
import type { RunningUbot } from './ubot.testing.ts';

describe.skipIf(!hasChromium)(`the editor of strategies in a real browser${NO_CHROMIUM}`, PATIENCE, () => {
  let session: Session;
  let ubot: RunningUbot;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    session = await startSession();
    ({ ubot, context, page } = session);
  }, START_MS);
  afterAll(async () => session?.close());

  const condition = () => page.locator('.condition-editor .cm-content');
  const message = () => page.locator('.message-editor .cm-content');
  const panel = () => page.getByRole('region', { name: 'What it would match now' });
  const write = async (written: string): Promise<void> => {
    await page.goto(`${ubot.url}/strategies/new`);
    await condition().click();
    await page.keyboard.type(written);
  };

  test('shows while one types which coins match, with their values, and asks once for what was typed', async () => {
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/v1/strategies/preview')) asked += 1;
    });
    await write('price > 0');
    await page.getByLabel('Looks at').selectOption('snapshot');
    await panel().getByText('100 of 100 coins match now.').waitFor();
    expect(asked).toBeLessThanOrEqual(2);
    const first = panel().getByRole('list', { name: 'Coins that match' }).getByRole('listitem').first();
    expect(await first.textContent()).toMatch(/^BTC Bitcoin\$[\d.,]+price [\d.,]+$/);
    await panel().getByText('and 50 more').waitFor();
    await panel()
      .getByText(/^Saved now, it would hold for 100 coins/)
      .waitFor();
  });

  test('says of a condition that holds for nothing what is nearest, and of an unknown one why', async () => {
    await write('price > 10 * price[1] @ 1m');
    await page.getByLabel('Looks at').selectOption('snapshot');
    await panel()
      .getByText(/^0 of 100 coins match now\./)
      .waitFor();
    await write('price > 1B');
    await page.getByLabel('Looks at').selectOption('snapshot');
    await panel()
      .getByText(/Nearest: BTC, [\d.]+% away\./)
      .waitFor();
    await write('sma(4000) > 0');
    const reason = panel().getByText(/sma\(4000\) needs 4000 candles of 1h\./);
    expect(await reason.textContent()).toMatch(/100 coins, such as [\w, ]+\. \w+ has \d+ so far\.$/);
  });

  test('keeps what it showed while uBot is away, says so, and goes on', async () => {
    await write('price > 0');
    await page.getByLabel('Looks at').selectOption('snapshot');
    await panel().getByText('100 of 100 coins match now.').waitFor();
    await context.setOffline(true);
    await condition().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('.5');
    await expect.poll(() => panel().locator('.preview-body.old').count(), { timeout: 30_000 }).toBe(1);
    await panel().getByText('100 of 100 coins match now.').waitFor();
    await context.setOffline(false);
    await expect.poll(() => panel().locator('.preview-body.old').count(), { timeout: 60_000 }).toBe(0);
  });

  test('completes and underlines placeholders, and shows how the message arrives', async () => {
    await write('rsi(14) < 30');
    await message().click();
    await page.keyboard.type('Look: {{rs');
    await pickCompletion(page, /^rsi\(14\)/);
    await page.keyboard.type(' at {{pirce}}');
    await page.getByText('There is no placeholder `pirce` in this strategy.').first().waitFor();
    await expect
      .poll(() => page.locator('.message-editor .cm-lintRange-error').first().textContent())
      .toBe('{{pirce}}');
    await message().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Look: {{rsi(14)');
    await page.keyboard.press('Escape');
    const arrives = page.getByRole('region', { name: 'How the message arrives' });
    await arrives.getByLabel('Arrives as').selectOption('SMS');
    await expect.poll(() => arrives.locator('.bubble').textContent()).toMatch(/^Look: [\d.]+/);
    await arrives.getByText(/^1 segment, \d+ characters, GSM-7/).waitFor();
    await arrives.getByText('made-up example').waitFor();
  });

  test('tags and urgency are saved, shown in the list, and kept by a later change', async () => {
    await write('price > 0');
    await page.getByLabel('Name', { exact: true }).fill('Tagged');
    await page.getByLabel('Add a tag').fill('Long Term');
    await page.keyboard.press('Enter');
    await page.getByLabel('Add a tag').fill('ärger');
    await page.getByText('Letters from a to z, digits, dots and dashes, please.').waitFor();
    await page.getByLabel('Add a tag').fill('');
    await page.getByRole('checkbox', { name: 'Urgent' }).check();
    await page.getByRole('button', { name: 'Create and switch on' }).click();
    const row = page.locator('.strategy-row').filter({ hasText: 'Tagged' });
    await row.getByText('long-term').waitFor();
    await row.getByRole('link', { name: 'Tagged' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Tagged still');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved as version 2.').waitFor();
    const { strategies } = (await (await page.request.get(`${ubot.url}/api/v1/strategies`)).json()) as StrategyPage;
    expect(strategies.map(({ name, tags, urgent }) => ({ name, tags, urgent }))).toEqual([
      { name: 'Tagged still', tags: ['long-term'], urgent: true },
    ]);
  });

  test('watches a watchlist that is chosen by its name', async () => {
    await page.request.post(`${ubot.url}/api/v1/watchlists`, {
      data: { name: 'Mine', coinIds: [1, 1027] },
      headers: { origin: ubot.url },
    });
    await write('price > 0');
    await page.getByLabel('Looks at').selectOption('snapshot');
    await page.getByRole('radio', { name: 'A watchlist' }).check();
    await page.getByRole('combobox', { name: 'A watchlist' }).selectOption({ label: 'Mine (2 coins)' });
    await panel().getByText('2 of 2 coins match now.').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Listed');
    await page.getByRole('button', { name: 'Create and switch on' }).click();
    const row = page.locator('.strategy-row').filter({ hasText: 'Listed' });
    await row.getByText(/^Mine · 1h/).waitFor();
    expect(await row.count()).toBe(1);
  });

  test.each(['light', 'dark'] as const)('fits a phone, and axe finds nothing serious, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 390, height: 800 });
    await write('price > 0 and sma(3) > 0');
    await panel()
      .getByText(/coins? match(es)? now/)
      .waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await seriousIn(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});
