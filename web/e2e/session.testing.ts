import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser } from './browser.testing.ts';
import { signIn, startUbot, type RunningUbot } from './ubot.testing.ts';

/** A browser, a database and five services on a busy machine. */
export const PATIENCE = { timeout: 180_000 };
export const START_MS = 180_000;
const ACTION_MS = 60_000;
/** For `expect.poll`: a page that is slow for a while is not a page that is wrong. */
export const SOON = { timeout: 30_000 };

/** A whole uBot, and its operator signed in to it in a browser. */
export interface Session {
  readonly ubot: RunningUbot;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** Exceptions, broken policies, failed requests; but what is refused to strangers is logged by the browser as well. */
  readonly complaints: string[];
  /** Asks the API as the page does. */
  post<T>(path: string, data: object): Promise<T>;
  get<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

export async function startSession(
  given: { ubot?: Parameters<typeof startUbot>[0]; browser?: Parameters<Browser['newContext']>[0] } = {},
): Promise<Session> {
  const ubot = await startUbot(given.ubot);
  const browser = await openBrowser();
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1280, height: 900 },
    ...given.browser,
  });
  context.setDefaultTimeout(ACTION_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/40[13]/.test(message.text())) complaints.push(message.text());
  });
  await signIn(page, ubot);
  return {
    ubot,
    browser,
    context,
    page,
    complaints,
    async post<T>(path: string, data: object): Promise<T> {
      const answer = await page.request.post(`${ubot.url}/api/v1${path}`, { data, headers: { origin: ubot.url } });
      if (!answer.ok()) throw new Error(`POST ${path}: ${answer.status()} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async get<T>(path: string): Promise<T> {
      return (await (await page.request.get(`${ubot.url}/api/v1${path}`)).json()) as T;
    },
    async close() {
      await browser.close();
      await ubot.close();
    },
  };
}
