import { createPushServer, type PushServer } from '@ubot/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, NO_CHROMIUM, openBrowser } from './browser.testing.ts';
import { hasOpenssl, makeCertificate } from './certificate.testing.ts';
import { signIn, startUbot, type RunningUbot } from './ubot.testing.ts';

const PATIENCE = { timeout: 180_000 };
const ACTION_MS = 60_000;
const isPossible = hasChromium && hasOpenssl;
const WHY_NOT = hasOpenssl ? NO_CHROMIUM : ': skipped: no openssl';

interface Notice {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly data: { readonly url: string };
}

/**
 * Chromium subscribes at Google's push service only, which tests do not call: `subscribe` answers with a subscription at a
 * push service of our own. All else is real: uBot encrypts and sends, the service decrypts, and what it got is handed to
 * the browser's service worker as the push service would hand it.
 */
describe.skipIf(!isPossible)(`push messages to a browser whose pages are closed${WHY_NOT}`, PATIENCE, () => {
  let ubot: RunningUbot;
  let pushes: PushServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const certificate = makeCertificate();
    pushes = await createPushServer(certificate);
    ubot = await startUbot({
      env: {
        NODE_EXTRA_CA_CERTS: certificate.path,
        UBOT_WEBHOOK_ALLOW_PRIVATE: 'true',
        UBOT_DIGEST_WAIT_MS: '0',
        UBOT_DIGEST_INTERVAL_MS: '0',
      },
    });
    browser = await openBrowser();
    context = await browser.newContext({ locale: 'en-US', permissions: ['notifications'] });
    context.setDefaultTimeout(ACTION_MS);
    await context.exposeFunction('subscribeAtOurs', (key: string) => pushes.subscribe(key));
    await context.addInitScript(`{
      const kept = () => JSON.parse(localStorage.getItem('test.subscription') ?? 'null');
      const subscription = () => kept() && {
        endpoint: kept().endpoint,
        toJSON: kept,
        unsubscribe: async () => (localStorage.removeItem('test.subscription'), true),
      };
      PushManager.prototype.getSubscription = async () => subscription();
      PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
        const key = btoa(String.fromCharCode(...applicationServerKey)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
        localStorage.setItem('test.subscription', JSON.stringify(await subscribeAtOurs(key)));
        return subscription();
      };
    }`);
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await signIn(page, ubot);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await ubot?.close();
    await pushes?.close();
  });

  test('the first alert offers them, makes the channel, and brings the alert with every page closed', async () => {
    const card = page.getByRole('region', { name: 'Make your first alert' });
    await card.getByLabel('Tell me in this browser, also while uBot is closed').waitFor();
    await card.getByLabel('Price in US dollars').fill('1');
    await card.getByRole('button', { name: 'Make the alert' }).click();
    await page.getByText('“Bitcoin above $1.0000” is watching.').waitFor();
    await expect.poll(() => pushes.received().length, { timeout: ACTION_MS }).toBe(1);
    const payload = pushes.received()[0]?.payload as { title: string; body: string; alertId: string; tag: string };
    expect(payload.title).toBe('BTC: Bitcoin above $1.0000');

    // No page of uBot's is open when the push comes.
    const elsewhere = await context.newPage();
    const session = await context.newCDPSession(elsewhere);
    const registered = new Promise<string>((resolve) => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const ours = registrations.find(({ scopeURL }) => scopeURL === `${ubot.url}/`);
        if (ours !== undefined) resolve(ours.registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    const registrationId = await registered;
    await page.close();
    const push = { origin: ubot.url, registrationId, data: JSON.stringify(payload) };
    await session.send('ServiceWorker.deliverPushMessage', push);
    page = await context.newPage();
    await page.goto(`${ubot.url}/channels`);
    const notices = (): Promise<Notice[]> =>
      page.evaluate(`navigator.serviceWorker.ready
        .then((worker) => worker.getNotifications())
        .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))`);
    await expect.poll(notices).toEqual([
      {
        title: payload.title,
        body: payload.body,
        tag: payload.tag,
        // Without a public address the message brings no link; this origin knows its own.
        data: { url: `/alerts/${payload.alertId}` },
      },
    ]);
    expect(complaints).toEqual([]);
  });

  test('the channels page knows its own browser, gathers as it is told, and switches it off for good', async () => {
    const row = page.locator('.channel-row');
    await row.getByText('this browser', { exact: true }).waitFor();
    const before = pushes.received().length;
    await row.getByRole('button', { name: /^Test / }).click();
    await expect.poll(() => pushes.received().length).toBe(before + 1);
    expect(pushes.received().at(-1)?.payload).toMatchObject({
      body: expect.stringMatching(/^Test message of uBot: alerts arrive here, on "Chrome/),
      url: '/channels',
    });
    await page.getByRole('button', { name: /^Settings of Chrome/ }).click();
    await page.getByRole('dialog').getByLabel('Several in one message').check();
    await page.getByRole('dialog').getByLabel('Wait for more, in seconds').fill('45');
    await page.getByRole('dialog').getByLabel('Time between messages, in minutes').fill('10');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await row.getByText('gathers 45 s, a message every 10 min').waitFor();
    await page.getByRole('button', { name: /^Delete Chrome/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No channel yet').waitFor();
    expect(await page.evaluate(`localStorage.getItem('test.subscription')`)).toBeNull();
    await page
      .getByRole('region', { name: 'Notices in this browser' })
      .getByRole('button', { name: 'Switch on' })
      .click();
    await page.getByText('Alerts come to this browser from now on.').waitFor();
    await row.getByText('this browser', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a browser that has unsubscribed pauses its channel, which says why and is resumed', async () => {
    const kept = (await page.evaluate(`JSON.parse(localStorage.getItem('test.subscription'))`)) as {
      endpoint: string;
      keys: { p256dh: string; auth: string };
    };
    pushes.unsubscribe(kept);
    const strategy = {
      name: 'Any Ether',
      universe: { kind: 'coins', ids: [1027] },
      timeframe: '1m',
      condition: 'price > 0',
      trigger: { on: 'snapshot', fires: 'once' },
    };
    const answer = await page.request.post(`${ubot.url}/api/v1/strategies`, {
      data: strategy,
      headers: { origin: ubot.url },
    });
    expect(answer.status()).toBe(201);
    const paused = async (): Promise<unknown> =>
      ((await (await page.request.get(`${ubot.url}/api/v1/channels`)).json()) as { channels: { paused?: unknown }[] })
        .channels[0]?.paused;
    await expect.poll(paused, { timeout: ACTION_MS }).toBeDefined();
    await page.reload();
    const reason = page.getByText('Paused: nothing gets there.');
    await reason.waitFor();
    await page.getByText(/The browser has unsubscribed/).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Alerts go there again.').waitFor();
    await reason.waitFor({ state: 'detached' });
  });

  test('the app can be installed: its manifest has an icon of each size that browsers ask for', async () => {
    const session = await context.newCDPSession(page);
    await page.goto(ubot.url);
    await page.getByRole('navigation').waitFor();
    const { errors, data } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
    const { icons } = JSON.parse(data ?? '{}') as { icons: { src: string; type: string; sizes: string }[] };
    expect(icons.length).toBeGreaterThan(3);
    for (const { src, type, sizes } of icons.filter((icon) => icon.sizes !== 'any')) {
      const size = (await page.evaluate(`fetch(${JSON.stringify(src)}).then(async (answer) => {
        const image = new Image();
        image.src = ${JSON.stringify(src)};
        await image.decode();
        return [answer.headers.get('content-type'), image.naturalWidth + 'x' + image.naturalHeight];
      })`)) as [string, string];
      expect(size).toEqual([type, sizes]);
    }
  });
});
