import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { totpOf } from '@ubot/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, NO_CHROMIUM, openBrowser } from './browser.testing.ts';
import { NEW_PASSWORD, signIn, startUbot, type RunningUbot } from './ubot.testing.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const BUDGET_BYTES = 200 * 1024;

interface AxeFound {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

/** A browser, a database and five services on a busy machine. */
const PATIENCE = { timeout: 180_000 };
const ACTION_MS = 60_000;

describe.skipIf(!hasChromium)(`the dashboard in a real browser${NO_CHROMIUM}`, PATIENCE, () => {
  let ubot: RunningUbot;
  let browser: Browser;
  let context: BrowserContext | undefined;
  /** Whatever the page complained about: broken policies, exceptions, failed requests. */
  let complaints: string[];

  beforeAll(async () => {
    ubot = await startUbot();
    browser = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await ubot?.close();
  });
  afterEach(async () => context?.close());

  async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    context = await browser.newContext({ locale: 'en-US', ...options });
    context.setDefaultTimeout(ACTION_MS);
    const page = await context.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A stranger is told so with 401, a one-time password with 403, which the browser logs; a private window has no push.
      if (message.type() === 'error' && !/40[13]|Push API in incognito/.test(message.text()))
        complaints.push(message.text());
    });
    return page;
  }
  const enter = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> => {
    const page = await open(options);
    await signIn(page, { ...ubot, password: NEW_PASSWORD });
    return page;
  };
  /** What axe calls serious or critical, with the places. */
  const seriousIn = async (page: Page): Promise<string[]> => {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(WCAG)} })`)) as AxeFound;
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  };
  const firstRow = (page: Page) => page.locator('.coins-body [role=row]').first();

  test('the first sign-in replaces the printed password and leads to a market that moves', async () => {
    const page = await open();
    await signIn(page, ubot);
    await firstRow(page).getByText('Bitcoin').waitFor();
    await page.getByText(/^Demo market, \d+ s ago$/).waitFor();
    const price = firstRow(page).locator('.price');
    const before = await price.textContent();
    await expect.poll(() => price.textContent(), { timeout: 30_000 }).not.toBe(before);
    expect(complaints).toEqual([]);
  });

  test('from the first look to the first alert: a sentence, a toast, and a notice of the system', async () => {
    const page = await enter({ permissions: ['notifications'] });
    const beganMs = Date.now();
    const card = page.getByRole('region', { name: 'Make your first alert' });
    await card.getByLabel('Price in US dollars').fill('1');
    await card.getByRole('button', { name: 'Make the alert' }).click();
    await page.getByText('“Bitcoin above $1.0000” is watching.').waitFor();
    await card.waitFor({ state: 'detached' });
    const toast = page.locator('.toast.alert');
    await toast.waitFor();
    expect(await toast.textContent()).toMatch(/^BTC · Bitcoin above \$1\.0000price = \d+(\.\d+)? > 1$/);
    expect(Date.now() - beganMs).toBeLessThan(60_000);
    const notices = () =>
      page.evaluate(`navigator.serviceWorker.ready
        .then((worker) => worker.getNotifications())
        .then((all) => all.map(({ title, body }) => title + ': ' + body))`);
    await expect.poll(notices).toEqual([expect.stringMatching(/^BTC · Bitcoin above \$1\.0000: price = .* > 1$/)]);
    await toast.getByRole('link').click();
    await page.getByRole('heading', { name: 'Bitcoin BTC' }).waitFor();
    await page.getByRole('heading', { name: 'Your alerts on this coin' }).waitFor();
    await page.locator('.coin-alerts li').getByText('Bitcoin above $1.0000').waitFor();
    expect(complaints).toEqual([]);
  });

  test('somebody new signs up, proves the address, and signs in with a second factor', async () => {
    const email = `ada-${Date.now()}@example.org`;
    const page = await open();
    await page.goto(`${ubot.url}/account#new`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    const answer = await fetch(`${ubot.url}/api/v1/admin/links`, {
      headers: { authorization: `Bearer ${ubot.operatorToken}` },
    });
    const { links } = (await answer.json()) as { links: { email: string; url: string }[] };
    const link = links.find((each) => each.email === email);
    const [, token = ''] = /account\.html#verify=(.+)/.exec(link?.url ?? '') ?? [];
    await page.goto(`${ubot.url}/account.html#verify=${token}`);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('heading', { name: 'Confirmed' }).waitFor();
    await signIn(page, { url: ubot.url, email, password: NEW_PASSWORD });

    const post = (path: string, body: object): Promise<{ uri: string }> =>
      page.evaluate(
        `fetch('/api/v1/auth${path}', { method: 'POST', headers: { 'content-type': 'application/json' },
          body: ${JSON.stringify(JSON.stringify(body))} }).then((answer) => answer.status === 204 ? {} : answer.json())`,
      );
    const { uri } = await post('/second-factor', { password: NEW_PASSWORD });
    await post('/second-factor/confirm', { code: totpOf(uri, Date.now()) });
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('That code is wrong, or it has been used.');
    // The one that was used to switch it on works once.
    await page.getByLabel('Code').fill(totpOf(uri, Date.now() + 30_000));
    await page.getByRole('button', { name: 'Continue' }).click();
    await firstRow(page).getByText('Bitcoin').waitFor();
  });

  test('a session that is replaced while questions are on their way signs nobody out', async () => {
    const page = await enter();
    await firstRow(page).waitFor();
    const refused = new Set(['/api/v1/alerts', '/api/v1/me']);
    await page.route(/\/api\/v1\//, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (!refused.delete(pathname)) return route.continue();
      const answer = await fetch(`${ubot.url}${pathname}`);
      expect(answer.status).toBe(401);
      return route.fulfill({ status: 401, contentType: 'application/problem+json', body: await answer.text() });
    });
    await page.getByRole('navigation').getByText('Alerts').click();
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor();
    await expect.poll(() => refused.size).toBe(0);
    await page.locator('.alert-list li').or(page.getByText('No alert yet')).first().waitFor();
    expect(await page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
  });

  test('a wrong password is said in a sentence, to screen readers too', async () => {
    const page = await open();
    await page.goto(ubot.url);
    await page.getByLabel('E-mail').fill(ubot.email);
    await page.getByLabel('Password', { exact: true }).fill('not the one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('The e-mail address and the password do not match.');
  });

  test('a letter’s link leads to its form, and its secret leaves the address at once', async () => {
    const page = await open();
    await page.goto(`${ubot.url}/account.html#reset=a-secret`);
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    expect(page.url()).toBe(`${ubot.url}/account.html`);
    await page.getByLabel('New password', { exact: true }).fill('a long one of my own');
    await page.getByRole('button', { name: 'Set the password' }).click();
    expect(await page.getByRole('alert').textContent()).toBe('This link is wrong, too old, or has been used.');
  });

  test('the market is searched by /, sorted by its heads, and walked with the arrow keys', async () => {
    const page = await enter();
    await firstRow(page).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('btc');
    await expect.poll(() => page.locator('.coins-body [role=row]').count()).toBe(1);
    await page.keyboard.press('Escape');
    const head = page.getByRole('columnheader', { name: '24 h', exact: true });
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const changes = await page.locator('.coins-body .cell-percentChange24h').allTextContents();
    const numbers = changes.map((change) => Number(change.replace('−', '-').replace('%', '')));
    expect(numbers.length).toBeGreaterThan(10);
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    await page.locator('[data-index="0"] a').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(`document.activeElement.closest('[data-index]').dataset.index`)).toBe('1');
    expect(complaints).toEqual([]);
  });

  test('of all the coins only the rows in sight exist, down to the last one', async () => {
    const page = await enter();
    await firstRow(page).waitFor();
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('301');
    expect(await page.locator('.coins-body [role=row]').count()).toBeLessThan(60);
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await page.locator('[data-index="299"]').waitFor();
  });

  test('a star puts a coin on a watchlist, which then shows it alone', async () => {
    const page = await enter();
    await page.getByRole('button', { name: 'Add Ethereum to Favourites' }).click();
    await page.getByRole('button', { name: 'Favourites', exact: true }).click();
    await expect.poll(() => page.locator('.coins-body [role=row]').count()).toBe(1);
    await page.getByRole('button', { name: 'Remove Ethereum from Favourites' }).click();
    await page.getByText('No coins in this list yet').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a coin has candles on nine timeframes, live, with their samples; indicators come and go', async () => {
    const page = await enter();
    await page.getByRole('link', { name: /^Bitcoin BTC/ }).click();
    await page.getByRole('heading', { name: 'Bitcoin BTC' }).waitFor();
    const timeframes = page.getByRole('group', { name: 'Timeframe' }).getByRole('button');
    expect(await timeframes.allTextContents()).toEqual(['1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '1w']);
    const legend = page.locator('.chart-legend');
    await legend.getByText(/^Built from \d+ polled prices?, still open$/).waitFor();
    const before = await legend.textContent();
    await expect.poll(() => legend.textContent(), { timeout: 30_000 }).not.toBe(before);
    for (const name of ['1d', '1m']) {
      await timeframes.filter({ hasText: new RegExp(`^${name}$`) }).click();
      await page.getByRole('img', { name: `Candles of Bitcoin, ${name}` }).waitFor();
    }
    await page.getByRole('button', { name: 'Indicators', exact: true }).click();
    await page.getByLabel('Find an indicator').fill('bollinger');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /bbands/ })
      .click();
    await legend
      .getByText(/bbands\(20, 2\)\.\w+ [\d,.]+/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Settings of rsi(14)' }).click();
    await page.getByLabel('period').fill('1');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.getByLabel('period').fill('21');
    await page.getByRole('button', { name: 'Apply' }).click();
    await legend.getByText(/rsi\(21\)/).waitFor();
    await page.getByRole('button', { name: 'Remove bbands(20, 2)' }).click();
    await expect.poll(() => legend.textContent()).not.toContain('bbands');
    expect(complaints).toEqual([]);
  });

  test('a chart is walked through with the arrow keys, and goes back in time by itself', async () => {
    const page = await enter();
    await page.goto(`${ubot.url}/coins/1`);
    const chart = page.getByRole('img', { name: /^Candles of Bitcoin/ });
    await page.locator('.chart-legend time').waitFor();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/candles?')) asked.push(request.url());
    });
    await chart.focus();
    const time = () => page.locator('.chart-legend time').getAttribute('datetime');
    const last = await time();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => Date.parse((await time()) ?? '')).toBeLessThan(Date.parse(last ?? ''));
    for (let press = 0; press < 60; press += 1) await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(asked[0]).toMatch(/timeframe=\w+&limit=1000&to=\d+/);
  });

  test.each(['/coins/999999999', '/coins/nonsense'])('%s says that there is nothing', async (path) => {
    const page = await enter();
    await page.goto(`${ubot.url}${path}`);
    await page.getByRole('heading', { level: 2 }).waitFor();
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('There is nothing here');
  });

  test('a dropped socket is said; afterwards the market goes on by itself, and no alert of the meantime is lost', async () => {
    const page = await open();
    const sockets: { close(): Promise<void> | void }[] = [];
    let isCut = false;
    await page.routeWebSocket(/\/ws$/, (socket) => {
      if (isCut) return void socket.close();
      const server = socket.connectToServer();
      sockets.push({ close: async () => (await server.close(), socket.close()) });
      return undefined;
    });
    await signIn(page, { ...ubot, password: NEW_PASSWORD });
    await firstRow(page).waitFor();
    isCut = true;
    for (const socket of sockets) await socket.close();
    await page.getByText('No connection, trying again').waitFor();
    const name = `While it was cut ${Date.now()}`;
    const strategy = {
      name,
      universe: { kind: 'coins', ids: [1027] },
      timeframe: '1m',
      condition: 'price > 0',
      trigger: { on: 'snapshot', fires: 'once' },
    };
    const sent = { data: strategy, headers: { origin: ubot.url } };
    expect((await page.request.post(`${ubot.url}/api/v1/strategies`, sent)).status()).toBe(201);
    const alerts = async () => (await page.request.get(`${ubot.url}/api/v1/alerts`)).text();
    await expect.poll(alerts, { timeout: 30_000 }).toContain(name);
    expect(await page.locator('.toast.alert').count()).toBe(0);
    isCut = false;
    await page.locator('.toast.alert').getByText(name).waitFor();
    await page.getByText('No connection, trying again').waitFor({ state: 'detached', timeout: 30_000 });
    const price = firstRow(page).locator('.price');
    const before = await price.textContent();
    await expect.poll(() => price.textContent(), { timeout: 30_000 }).not.toBe(before);
  });

  test('a page whose code did not come says that uBot is out of reach, and comes with the network', async () => {
    const page = await enter();
    await firstRow(page).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('navigation').getByText('Channels').click();
    await page.getByRole('heading', { name: 'You are offline' }).waitFor();
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: 'Channels', level: 1 }).waitFor();
    expect(page.url()).toBe(`${ubot.url}/channels`);
  });

  test('in French all of it is French, and stays so', async () => {
    const page = await enter();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitemradio', { name: 'Français' }).click();
    await page.getByText(/^Marché de démonstration, il y a \d+ s$/).waitFor();
    await page.reload();
    await page.getByRole('columnheader', { name: 'Monnaie' }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('fr');
  });

  test('on a phone nothing is wider than the screen', async () => {
    const page = await enter(PHONE);
    await firstRow(page).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.getByRole('navigation').getByText('Market').waitFor();
  });

  test('who wants no motion sees none', async () => {
    const page = await enter({ reducedMotion: 'reduce' });
    await firstRow(page).waitFor();
    await page.locator('.went-up, .went-down').first().waitFor();
    const durations = (await page.evaluate(
      `[...document.querySelectorAll('*')].map((each) => getComputedStyle(each).animationDuration)`,
    )) as string[];
    expect(new Set(durations)).toEqual(new Set(['0s']));
  });

  test.each([
    ['light', 'light', {}],
    ['dark', 'dark', {}],
    ['a phone', 'dark', PHONE],
  ] as const)('axe finds nothing serious, in %s', async (_name, colorScheme, size) => {
    const page = await open({ colorScheme, ...size });
    await page.goto(ubot.url);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await signIn(page, { ...ubot, password: NEW_PASSWORD });
    await firstRow(page).waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menu').waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.goto(`${ubot.url}/coins/1`);
    await page.locator('.chart-legend time').waitFor();
    expect(await seriousIn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Indicators', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    expect(await seriousIn(page)).toEqual([]);
  });

  test('the market’s first load has at most 200 KB of compressed script', async () => {
    const page = await open();
    const session = await page.context().newCDPSession(page);
    const scripts = new Map<string, number>();
    const urls = new Map<string, string>();
    session.on('Network.responseReceived', ({ requestId, response, type }) => {
      if (type === 'Script') urls.set(requestId, response.url);
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const url = urls.get(requestId);
      if (url !== undefined) scripts.set(url, encodedDataLength);
    });
    await session.send('Network.enable');
    await signIn(page, { ...ubot, password: NEW_PASSWORD });
    await firstRow(page).waitFor();
    const bytes = [...scripts.values()].reduce((sum, each) => sum + each, 0);
    expect(scripts.size).toBeGreaterThan(2);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(BUDGET_BYTES);
  });
});
