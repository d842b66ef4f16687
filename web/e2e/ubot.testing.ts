import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..');
const READY_MS = 120_000;
const STOP_MS = 20_000;

export interface RunningUbot {
  readonly url: string;
  readonly email: string;
  /** Of the operator, for what a test asks the API. */
  readonly operatorToken: string;
  /** The one-time password of the first start; `newPassword` once it was replaced by `signIn`. */
  readonly password: string;
  close(): Promise<void>;
}

export const NEW_PASSWORD = 'correct horse battery staple';
const EMAIL = 'operator@localhost';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The whole product as `npm start` runs it, built, on the demo market, in a folder of its own. */
export async function startUbot(
  given: { env?: Readonly<Record<string, string>>; readyMs?: number } = {},
): Promise<RunningUbot> {
  const folder = await mkdtemp(join(tmpdir(), 'ubot-web-'));
  const port = await freePort();
  const operatorToken = `operator-${randomBytes(16).toString('hex')}`;
  const child = spawn(process.execPath, [join(ROOT, 'services/all-in-one/dist/main.js')], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      UBOT_DATA_DIR: folder,
      UBOT_PORT: String(port),
      UBOT_SOURCE: 'demo',
      DEMO_COINS: '300',
      UBOT_POLL_INTERVAL: '1',
      SCANNER_WORKERS: '1',
      UBOT_SIGN_UP: 'open',
      UBOT_OPERATOR_TOKEN: operatorToken,
      ...given.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  const close = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await Promise.race([once(child, 'exit'), wait(STOP_MS).then(() => child.kill('SIGKILL'))]);
    }
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://localhost:${port}`;
  const until = Date.now() + (given.readyMs ?? READY_MS);
  for (;;) {
    const isReady = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) break;
    if (Date.now() > until || child.exitCode !== null) {
      await close();
      throw new Error(`uBot did not start: ${said.join('')}`);
    }
    await wait(200);
  }
  const password = (await readFile(join(folder, 'operator-password'), 'utf8')).trim();
  return { url, email: EMAIL, password, operatorToken, close };
}

/** As a person does: the one-time password first, where it still is one, then one of their own. */
export async function signIn(page: Page, given: { url: string; email: string; password: string }): Promise<void> {
  await page.goto(`${given.url}/`);
  await page.getByLabel('E-mail').fill(given.email);
  await page.getByLabel('Password', { exact: true }).fill(given.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const own = page.getByLabel('New password', { exact: true });
  const inside = page.getByRole('navigation');
  await own.or(inside).first().waitFor();
  if (await own.isVisible()) {
    await own.fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Continue' }).click();
  }
  await inside.waitFor();
}
