import { totpOf } from '@ubot/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousIn } from './axe.testing.ts';
import { hasChromium, NO_CHROMIUM } from './browser.testing.ts';
import { pickCompletion } from './completion.testing.ts';
import { PATIENCE, START_MS, startSession, type Session } from './session.testing.ts';
import { NEW_PASSWORD, type RunningUbot } from './ubot.testing.ts';

describe.skipIf(!hasChromium)(
  `strategies, alerts, channels and settings in a real browser${NO_CHROMIUM}`,
  PATIENCE,
  () => {
    let session: Session;
    let ubot: RunningUbot;
    let page: Page;

    beforeAll(async () => {
      session = await startSession();
      ({ ubot, page } = session);
    }, START_MS);
    afterAll(async () => session?.close());

    const editor = () => page.locator('.condition-editor .cm-content');
    const openNew = async (): Promise<void> => {
      await page.goto(`${ubot.url}/strategies/new`);
      await editor().click();
    };

    test('mistakes are underlined while they are typed, each with its hint, and keep the strategy from being saved', async () => {
      await openNew();
      await page.keyboard.type('rsii(14) < 30');
      await page.getByRole('status').getByText('Unknown function or indicator `rsii`.').waitFor();
      await page.getByText('Did you mean `rsi`?').first().waitFor();
      expect(await page.locator('.cm-lintRange-error').first().textContent()).toBe('rsii');
      await page.getByLabel('Name', { exact: true }).fill('Never saved');
      await page.getByRole('button', { name: 'Create and switch on' }).click();
      expect(page.url()).toBe(`${ubot.url}/strategies/new`);
    });

    test('names complete with the parameters that charts begin with, and the fields of what has several outputs', async () => {
      await openNew();
      await page.keyboard.type('rs');
      await pickCompletion(page, /^rsi\(14\)/);
      await page.keyboard.press('End');
      await page.keyboard.type(' < 30 and bbands(20, 2).');
      await page.keyboard.press('Control+Space');
      const options = page.getByRole('listbox').getByRole('option');
      await options.filter({ hasText: /^width$/ }).waitFor();
      expect(await options.allTextContents()).toEqual(['lower', 'middle', 'percent_b', 'upper', 'width']);
      expect(await editor().textContent()).toBe('rsi(14) < 30 and bbands(20, 2).');
    });

    test('the form and the text are the same condition, and what a form cannot show stays text', async () => {
      await openNew();
      await page.keyboard.type('rsi(14) < 30 and close crosses above sma(50)');
      await page.getByRole('button', { name: 'As a form' }).click();
      expect(await page.getByLabel('What is looked at, line 2').inputValue()).toBe('close');
      expect(await page.getByLabel('How it is compared, line 2').inputValue()).toBe('crosses above');
      await page.getByLabel('What it is compared with, line 1').fill('25');
      await page.getByRole('button', { name: 'As text' }).click();
      await expect.poll(() => editor().textContent()).toBe('rsi(14) < 25and close crosses above sma(50)');
      await editor().click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type(' and not rising(close, 3)');
      await page.getByRole('button', { name: 'As a form' }).click();
      await page.getByText('This condition says more than a form can show.').waitFor();
      expect(await page.locator('.condition-form').count()).toBe(0);
    });

    test('a channel is added, is ready where nothing has to be proved, and is tried with a test message', async () => {
      await page.goto(`${ubot.url}/channels`);
      await page.getByText('No channel yet').waitFor();
      await page.getByRole('button', { name: 'Add a channel' }).click();
      await page.getByLabel('Kind').selectOption('log');
      await page.getByLabel('Name', { exact: true }).fill('Server log');
      await page.getByRole('dialog').getByRole('button', { name: 'Add a channel' }).click();
      await page.getByText('The channel is ready.').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.locator('.channel-row').getByText('Server log').waitFor();
      await page.getByRole('button', { name: 'Test Server log' }).click();
      await page.getByText('A test message is on its way to “Server log”.').waitFor();
      expect(await page.locator('.channel-row').count()).toBe(1);
    });

    test('a strategy made here alerts here: with its reason, its values, what became of its message, and why not', async () => {
      await openNew();
      await page.keyboard.type('price > 0');
      await page.getByLabel('Name', { exact: true }).fill('Any price');
      await page.getByLabel('Chosen coins').check();
      await page.getByLabel('Add a coin by name, symbol or id').fill('bitcoin');
      await page.getByRole('list', { name: 'Coins found' }).getByRole('button').first().click();
      await page.getByLabel('Looks at').selectOption('snapshot');
      await page.getByText(/^Alerts when it becomes true, at every price/).waitFor();
      await page.getByRole('checkbox', { name: /Server log/ }).check();
      await page.getByRole('button', { name: 'Create and switch on' }).click();
      await page.getByText('“Any price” watches from now on.').waitFor();
      await page.getByRole('link', { name: 'Alerts', exact: true }).click();
      const card = page.locator('.alert-card').first();
      await card.getByText(/^price = [\d.,]+ > 0$/).waitFor();
      await expect.poll(() => card.locator('.deliveries').textContent()).toMatch(/^Server log: sent/);
      await card.getByRole('button', { name: 'Show values' }).click();
      await card.getByText(/version 1 of the strategy/).waitFor();
      // The link at the end of a message leads to its alert.
      const [alert] = (
        (await (await page.request.get(`${ubot.url}/api/v1/alerts`)).json()) as { alerts: { id: string }[] }
      ).alerts;
      await page.goto(`${ubot.url}/alerts/${alert?.id}`);
      await page.getByRole('heading', { name: 'BTC · Any price' }).waitFor();
      await page
        .locator('.alert-card')
        .getByText(/version 1 of the strategy/)
        .waitFor();
      await page.goto(`${ubot.url}/alerts`);
      await page.getByRole('button', { name: 'Why no alert?' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Coin').fill('ethereum');
      await dialog.getByRole('button', { name: /^ETH Ethereum/ }).click();
      await dialog.getByText('The strategy does not watch this coin.').waitFor();
      await page.keyboard.press('Escape');
    });

    test('an alert is acknowledged, and its strategy snoozed for its coin until that is ended', async () => {
      await page.goto(`${ubot.url}/alerts`);
      const card = page.locator('.alert-card').first();
      await card.getByRole('button', { name: 'Acknowledge' }).click();
      await card.getByText(/^Acknowledged /).waitFor();
      await card.getByRole('button', { name: 'Snooze' }).click();
      await page.getByRole('menuitem', { name: 'for an hour' }).click();
      await page.getByText(/^“Any price” is silent for BTC until /).waitFor();
      await page.getByRole('link', { name: 'Silences' }).click();
      const row = page.getByRole('list', { name: 'Silences' }).getByRole('listitem');
      await row.getByText('silent now').waitFor();
      await expect.poll(() => row.locator('strong').textContent()).toBe('Any priceBitcoin');
      await row.getByRole('button', { name: 'End it now' }).click();
      await row.getByText('ended', { exact: true }).waitFor();
    });

    test('a silence of a coin says what it mutes and why; a rule mutes others while one strategy fires', async () => {
      await page.goto(`${ubot.url}/silences`);
      await page.getByRole('button', { name: 'New silence' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Coin').fill('ethereum');
      await dialog.getByRole('button', { name: /^ETH Ethereum/ }).click();
      await dialog.getByLabel('For', { exact: true }).selectOption('day');
      await dialog.getByLabel(/^Why/).fill('The merge is today');
      await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
      const row = page.getByRole('list', { name: 'Silences' }).getByRole('listitem').first();
      await row.getByText('The merge is today').waitFor();
      await expect.poll(() => row.locator('strong').textContent()).toBe('Ethereum');
      await row.getByText('nothing muted yet').waitFor();

      await page.getByRole('button', { name: 'New rule' }).click();
      await dialog.getByLabel('Name', { exact: true }).fill('One bell is enough');
      await dialog.getByLabel('these are muted').selectOption('tags');
      await dialog.getByLabel('Tags, separated by commas').fill('noise, night');
      await dialog.getByLabel('Only for the coin that it fires for').check();
      await dialog.getByRole('button', { name: 'Save the rule' }).click();
      const rules = page.getByRole('region', { name: 'Rules' });
      await rules
        .getByText('While “Any price” fires, it mutes strategies tagged noise, night, for the same coin.')
        .waitFor();
      await rules.getByRole('switch', { name: 'Switch One bell is enough off' }).click();
      await rules.getByRole('switch', { name: 'Switch One bell is enough on' }).waitFor();
      await rules.getByRole('button', { name: 'Delete One bell is enough' }).click();
      await rules.getByText('No rule yet.').waitFor();
      expect(session.complaints).toEqual([]);
    });

    test('quiet hours hold alerts back or drop them, as it is set', async () => {
      await page.goto(`${ubot.url}/settings`);
      const saved = async (): Promise<unknown> =>
        ((await (await page.request.get(`${ubot.url}/api/v1/settings`)).json()) as { quietHours: unknown }).quietHours;
      await page.getByLabel('Keep quiet at certain hours').check();
      await page.getByLabel('Do not send them; they stay in the list').check();
      await page.getByLabel('Webhooks, logs and modules keep quiet too').check();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      const days = [1, 2, 3, 4, 5, 6, 7];
      await expect.poll(saved).toEqual({ start: '22:00', end: '07:00', days, mode: 'drop', machines: true });
      await page.getByLabel('Keep quiet at certain hours').uncheck();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await expect.poll(saved).toBeNull();
    });

    test('an operator changes a quota, and sees what sends, what it costs and where prices come from', async () => {
      await page.goto(`${ubot.url}/operator`);
      await page.getByRole('button', { name: `More about ${ubot.email}` }).click();
      await page.getByRole('menuitem', { name: 'Quotas' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Strategies over all coins').fill('7');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.').waitFor();
      const { limits } = (await (await page.request.get(`${ubot.url}/api/v1/quotas`)).json()) as {
        limits: { allCoinStrategies: number };
      };
      expect(limits.allCoinStrategies).toBe(7);
      await page.getByRole('searchbox', { name: 'Find by address' }).fill('nobody');
      await page.getByRole('button', { name: `More about ${ubot.email}` }).waitFor({ state: 'detached' });
      const sends = page.getByRole('region', { name: 'Delivery' }).getByRole('listitem');
      await sends.filter({ hasText: 'web_push' }).getByText('ok').waitFor();
      await page.getByRole('region', { name: 'Spending' }).getByText('No prices are set').waitFor();
      await page.getByRole('region', { name: 'Sources of prices' }).getByText('in use').waitFor();
      expect(session.complaints).toEqual([]);
    });

    test('a strategy is paused and deleted from the list', async () => {
      await page.goto(`${ubot.url}/strategies`);
      const row = page.locator('.strategy-row').filter({ hasText: 'Any price' });
      await row.getByRole('switch').click();
      await row.getByText('Paused').waitFor();
      await row.getByRole('button', { name: 'More about Any price' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await row.waitFor({ state: 'detached' });
      expect(await row.count()).toBe(0);
    });

    test.each(['light', 'dark'] as const)(
      'axe finds nothing serious on any of these pages, %s',
      async (colorScheme) => {
        await page.emulateMedia({ colorScheme });
        const found: string[] = [];
        for (const path of [
          '/strategies',
          '/strategies/new',
          '/alerts',
          '/silences',
          '/channels',
          '/settings',
          '/operator',
        ]) {
          await page.goto(`${ubot.url}${path}`);
          await page.locator('h1').first().waitFor();
          found.push(...(await seriousIn(page)).map((each) => `${path} ${each}`));
        }
        expect(found).toEqual([]);
      },
    );

    test('a second factor is switched on with its QR code, and asked for at the next sign-in', async () => {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(`${ubot.url}/settings`);
      await page.getByRole('region', { name: 'Second factor' }).getByRole('button', { name: 'Switch on' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Present password', { exact: true }).fill(NEW_PASSWORD);
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.getByRole('img', { name: /^QR code/ }).waitFor();
      expect(await dialog.locator('.recovery-codes li').count()).toBeGreaterThan(5);
      const uri = `otpauth://totp/uBot?secret=${(await dialog.locator('.hint code').textContent()) ?? ''}`;
      await dialog.getByLabel('Code', { exact: true }).fill(totpOf(uri, Date.now()));
      await dialog.getByRole('button', { name: 'Switch on' }).click();
      await page.getByText('The second factor is on.').waitFor();
      await page.getByRole('button', { name: 'Account', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByLabel('E-mail').fill(ubot.email);
      await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      // The present code switched the factor on, and works once.
      await page.getByLabel('Code', { exact: true }).fill(totpOf(uri, Date.now() + 30_000));
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('navigation').waitFor();
    });
  },
);
