import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { AlertPage, Channel, Quotas, Settings } from '@ubot/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousIn } from './axe.testing.ts';
import { hasChromium, NO_CHROMIUM } from './browser.testing.ts';
import { PATIENCE, SOON, START_MS, startSession, type Session } from './session.testing.ts';

const EXAMPLE = join(import.meta.dirname, '../../examples/channel-driver');
const TOKEN = 'A0123456789abcd';
/** Two fields instead of one address, and what was sent in the answer of a server that is asked for it. */
const PAGER = `
  let baseUrl;
  export default {
    config(options) {
      baseUrl = options.baseUrl;
      return { label: 'Pager', address: { about: 'the number of a pager and its PIN', fields: { number: '^[0-9]{4}$', pin: '^[0-9]{2}$' } } };
    },
    async process({ address, title, text }) {
      await fetch(baseUrl + '/pager', { method: 'POST', body: JSON.stringify({ address, title, text }) });
      return { kind: 'accepted' };
    },
  };`;

interface Received {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: { title: string; message?: string; text?: string; address?: unknown };
}

describe.skipIf(!hasChromium)(`channels and caps in a real browser${NO_CHROMIUM}`, PATIENCE, () => {
  let session: Session;
  let server: Server;
  let folder: string;
  const received: Received[] = [];

  beforeAll(async () => {
    server = createServer(async (request, reply) => {
      const body = (await json(request)) as Received['body'];
      received.push({ path: request.url ?? '', key: request.headers['x-gotify-key'] as string | undefined, body });
      reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: received.length }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    folder = mkdtempSync(join(tmpdir(), 'ubot-web-modules-'));
    cpSync(EXAMPLE, join(folder, 'node_modules', 'ubot-channel-gotify'), { recursive: true });
    writeFileSync(join(folder, 'pager.mjs'), PAGER);
    const options = { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const channels = [
      { name: 'gotify', module: 'ubot-channel-gotify', options },
      { name: 'pager', module: './pager.mjs', options },
    ];
    writeFileSync(join(folder, 'modules.json'), JSON.stringify({ channels }));
    // A log with a price counts, and costs nobody anything.
    const prices = [{ kind: 'log', perMessage: '0.25' }];
    writeFileSync(join(folder, 'prices.json'), JSON.stringify({ currency: 'USD', prices }));
    session = await startSession({
      ubot: {
        env: {
          UBOT_MODULES_FILE: join(folder, 'modules.json'),
          UBOT_PRICES_FILE: join(folder, 'prices.json'),
          UBOT_CAP_USER_DAY_MESSAGES: '3',
        },
      },
    });
  }, START_MS);
  afterAll(async () => {
    await session?.close();
    server?.closeAllConnections();
    server?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true });
  });

  const page = () => session.page;
  const open = (path: string) => page().goto(`${session.ubot.url}${path}`);
  /** A test that is tried again must not meet what the try before left. */
  const unique = (name: string) => `${name} ${Date.now()}`;
  const channelNamed = async (name: string): Promise<Channel | undefined> =>
    (await session.get<{ channels: Channel[] }>('/channels')).channels.find((each) => each.name === name);
  const lastTo = (path: string) => received.filter((each) => each.path === path).at(-1);
  /** The six digits that came last, and not before `since` messages had come. */
  const codeIn = async (path: string, since: number): Promise<string> => {
    await expect.poll(() => received.length, SOON).toBeGreaterThan(since);
    const { message, text = message } = lastTo(path)?.body ?? { title: '' };
    return /\d{6}/.exec(text ?? '')?.[0] ?? '';
  };
  const alertOf = (channelId: string | undefined, name: string) =>
    session.post('/strategies', {
      name,
      universe: { kind: 'coins', ids: [1] },
      timeframe: '1m',
      condition: 'price > 0',
      trigger: { on: 'snapshot', fires: 'on_change' },
      channelIds: [channelId],
    });

  test('a module of somebody else’s is a kind of channel: added, proved by a code that it carried, tried, and alerted', async () => {
    const name = unique('My Gotify');
    await open('/channels');
    await page().getByRole('button', { name: 'Add a channel' }).first().click();
    const dialog = page().getByRole('dialog');
    await dialog.getByLabel('Kind').selectOption({ label: 'Gotify' });
    await dialog.getByText('the token of a Gotify application').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByLabel('Address').fill('not a token');
    await dialog.getByRole('button', { name: 'Add a channel' }).click();
    await dialog.getByText('The address has to be the token of a Gotify application.').waitFor();
    await dialog.getByLabel('Address').fill(TOKEN);
    await dialog.getByRole('button', { name: 'Add a channel' }).click();

    const before = received.length;
    await dialog.getByRole('button', { name: 'Send the code' }).click();
    await dialog.getByLabel('Code').fill(await codeIn('/message', before));
    await dialog.getByRole('button', { name: 'Verify' }).click();
    await page().getByText(`“${name}” is verified.`).waitFor();
    const row = page().locator('.channel-row').filter({ hasText: name });
    await row.getByText(`Gotify · ${TOKEN}`).waitFor();
    await row.getByRole('button', { name: `Test ${name}` }).click();
    await page().getByText(`A test message is on its way to “${name}”.`).waitFor();
    expect(lastTo('/message')?.body.message).toMatch(/^Test message of uBot/);
    expect(lastTo('/message')?.key).toBe(TOKEN);

    const strategy = unique('Bitcoin for Gotify');
    await alertOf((await channelNamed(name))?.id, strategy);
    await expect.poll(() => lastTo('/message')?.body.title, SOON).toBe(`BTC: ${strategy}`);
    expect(lastTo('/message')?.key).toBe(TOKEN);
    await open('/alerts');
    const card = page().locator('.alert-card').filter({ hasText: strategy });
    await expect.poll(() => card.locator('.deliveries').textContent(), SOON).toContain(`${name}: sent`);
  });

  test('a module with fields asks for each by its name', async () => {
    const name = unique('My pager');
    await open('/channels');
    await page().getByRole('button', { name: 'Add a channel' }).first().click();
    const dialog = page().getByRole('dialog');
    await dialog.getByLabel('Kind').selectOption({ label: 'Pager' });
    await dialog.getByText('the number of a pager and its PIN').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByLabel('number', { exact: true }).fill('1234');
    await dialog.getByRole('button', { name: 'Add a channel' }).click();
    await dialog.getByText(/^The address has no usable "pin"/).waitFor();
    await dialog.getByLabel('pin', { exact: true }).fill('42');
    await dialog.getByRole('button', { name: 'Add a channel' }).click();
    const before = received.length;
    await dialog.getByRole('button', { name: 'Send the code' }).click();
    await dialog.getByLabel('Code').fill(await codeIn('/pager', before));
    expect(lastTo('/pager')?.body.address).toEqual({ number: '1234', pin: '42' });
    await dialog.getByRole('button', { name: 'Verify' }).click();
    await page().locator('.channel-row').filter({ hasText: name }).getByText('Pager · 1234, 42').waitFor();
  });

  test('charts are left out of one channel, and its other settings stay as they are', async () => {
    const name = unique('WhatsApp');
    const { id } = await session.post<Channel>('/channels', {
      name,
      target: { kind: 'whatsapp', to: '+33612345678' },
      options: { fallback: 'sms' },
    });
    const options = async () => (await session.get<Channel>(`/channels/${id}`)).options;
    const row = page().locator('.channel-row').filter({ hasText: name });
    const change = async (act: () => Promise<void>): Promise<void> => {
      await row.getByRole('button', { name: `Settings of ${name}` }).click();
      await act();
      await page().getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page().getByRole('dialog').waitFor({ state: 'detached' });
    };
    const chart = () => page().getByRole('dialog').getByLabel('A chart goes with each alert that is sent by itself');
    await open('/channels');
    await change(() => chart().uncheck());
    expect(await options()).toEqual({ fallback: 'sms', picture: false });
    await row.getByText('without charts').waitFor();
    await change(() => page().getByRole('dialog').getByLabel('What WhatsApp cannot carry goes by SMS').uncheck());
    expect(await options()).toEqual({ picture: false });
    await change(() => chart().check());
    expect(await options()).toBeUndefined();
  });

  test('one’s own caps are set, beside what is used and the operator’s', async () => {
    await session.page.request.put(`${session.ubot.url}/api/v1/settings`, {
      data: { timeZone: 'UTC', defaultChannelIds: [], caps: null },
      headers: { origin: session.ubot.url },
    });
    await open('/settings');
    const caps = page().getByRole('region', { name: 'Caps' });
    const field = (label: string) => caps.getByLabel(label, { exact: true });
    const saved = async () => (await session.get<Settings>('/settings')).caps;
    await caps.getByText(/so far today · begins anew .* · the operator’s cap is 3$/).waitFor();

    await field('Messages a month').fill('many');
    await field('Money a day (USD)').fill('a lot');
    await caps.getByRole('button', { name: 'Save the caps' }).click();
    await caps.getByText('A whole number, please.').waitFor();
    await caps.getByText('An amount such as 2.50, please.').waitFor();
    expect(await field('Messages a month').getAttribute('aria-invalid')).toBe('true');

    await field('Messages a month').fill('99999999');
    await field('Money a day (USD)').fill('2,50');
    await field('Messages a day').fill('50');
    await caps.getByText(/the operator’s cap of 3 is lower, and counts$/).waitFor();
    await caps.getByRole('button', { name: 'Save the caps' }).click();
    await caps.getByText('must be <= 10000000').waitFor();
    expect(await field('Messages a month').getAttribute('aria-invalid')).toBe('true');
    await field('Messages a month').fill('');
    await caps.getByRole('button', { name: 'Save the caps' }).click();
    await page().getByText('Saved.').first().waitFor();
    await expect.poll(saved, SOON).toEqual({ messagesPerDay: 50, moneyPerDay: '2.50' });

    const { id } = await session.post<Channel>('/channels', { name: unique('Priced'), target: { kind: 'log' } });
    const strategy = unique('One that costs');
    await alertOf(id, strategy);
    await expect
      .poll(async () => (await session.get<AlertPage>('/alerts')).alerts[0]?.notifications[0]?.state, SOON)
      .toBe('sent');
    await page().reload();
    await caps.getByText(/^\$[\d.]+ so far today/).waitFor();
    expect(await field('Money a day (USD)').inputValue()).toBe('2.50');
    for (const label of ['Messages a day', 'Money a day (USD)']) await field(label).fill('');
    await caps.getByRole('button', { name: 'Save the caps' }).click();
    await expect.poll(saved, SOON).toBeNull();
  });

  test('an operator’s quotas of a user keep the caps that they have, and change them', async () => {
    const { email } = session.ubot;
    const quotas = async () => (await session.get<{ limits: Quotas }>('/quotas')).limits;
    await open('/operator');
    const dialog = page().getByRole('dialog');
    const change = async (label: string, written: string): Promise<void> => {
      await page()
        .getByRole('button', { name: `More about ${email}` })
        .click();
      await page().getByRole('menuitem', { name: 'Quotas' }).click();
      await dialog.getByLabel(label).fill(written);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await change('Messages a day', '7');
    await change('Strategies over all coins', '5');
    expect(await quotas()).toMatchObject({ allCoinStrategies: 5, caps: { messagesPerDay: 7 } });
    await change('Messages a day', '');
    expect((await quotas()).caps).toEqual({ messagesPerDay: 3 });
    // The browser logs what these tests had refused.
    expect(session.complaints.filter((said) => !/4(00|22)/.test(said))).toEqual([]);
  });

  test('on a phone nothing is wider than the screen, and axe finds nothing serious', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    for (const path of ['/settings', '/channels']) {
      await open(path);
      await page().locator('.card').first().waitFor();
      expect(await page().evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await seriousIn(page())).toEqual([]);
    }
  });
});
