import { spawn, spawnSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createChannelDrivers, NO_MESSENGERS, type SendRequest } from '@ubot/notify';
import { afterEach, describe, expect, test } from 'vitest';

const SECRET = `whsec '"$x é-${randomUUID()}`;
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const isThere = (program: string): boolean => spawnSync(program, ['--version']).status === 0;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** The receiver as a process of its own, on a free port. */
async function start(program: string, name: string): Promise<{ url: string; printed: string[] }> {
  const child = spawn(program, [file(name), '0'], {
    env: { PATH: process.env['PATH'], UBOT_WEBHOOK_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const lines = createInterface(child.stdout);
  const [first] = (await once(lines, 'line')) as [string];
  const printed: string[] = [];
  lines.on('line', (line) => printed.push(line));
  return { url: `http://127.0.0.1:${first.replace('listening on ', '')}/`, printed };
}

/** Our own driver, as the notifier uses it. */
function webhook() {
  const drivers = createChannelDrivers({
    twilio: null,
    publicUrl: null,
    webhook: { allowPrivate: true, allowedRanges: [] },
    messengers: NO_MESSENGERS,
    log: () => undefined,
    nowMs: Date.now,
  });
  return drivers.get('webhook')!;
}

function requestTo(url: string, id: string): SendRequest {
  return {
    notificationId: id,
    target: { kind: 'webhook', url },
    text: 'Bitcoin (BTC) 35000 USD: 比特币 🚀 "quoted". Ref K7QX2M',
    reference: 'K7QX2M',
    alert: { id: randomUUID() } as SendRequest['alert'],
    signingSecret: SECRET,
    validForMs: 60_000,
    signal: new AbortController().signal,
  };
}

const sign = (timestamp: string, body: string): string =>
  `v1=${createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex')}`;

async function post(url: string, body: string, headers: Record<string, string>): Promise<number> {
  return (await fetch(url, { method: 'POST', body, headers })).status;
}

describe.each([
  [process.execPath, 'receiver.mjs'],
  ['python3', 'receiver.py'],
])('%s %s', (program, name) => {
  test.skipIf(!isThere(program))('takes an alert once, however often it comes, and echoes the challenge', async () => {
    const { url, printed } = await start(program, name);
    const driver = webhook();
    stops.push(() => driver.close());
    const id = randomUUID();
    for (let times = 0; times < 2; times += 1) {
      expect(await driver.send(requestTo(url, id))).toMatchObject({ kind: 'accepted' });
    }
    const { target, text, signingSecret, signal } = requestTo(url, randomUUID());
    const code = await driver.sendCode?.({ target, code: '123456', text, signingSecret, signal });
    expect(code).toEqual({ kind: 'echoed', echo: '123456' });
    expect(await driver.send(requestTo(url, randomUUID()))).toMatchObject({ kind: 'accepted' });
    await expect.poll(() => printed.length).toBe(2);
    expect(JSON.parse(printed[0]!)).toEqual({ id, text });
  });

  test.skipIf(!isThere(program))('refuses what is not signed, is changed, or is too old or too new', async () => {
    const { url, printed } = await start(program, name);
    const body = JSON.stringify({ id: 'x', type: 'alert', text: 'forged' });
    const now = String(Date.now());
    const at = (timestamp: string, signature: string) => ({
      'x-ubot-timestamp': timestamp,
      'x-ubot-signature': signature,
    });
    expect(await post(url, body, {})).toBe(401);
    expect(await post(url, `${body} `, at(now, sign(now, body)))).toBe(401);
    expect(await post(url, body, at(now, sign(now, body).toUpperCase()))).toBe(401);
    for (const offMs of [-301_000, 301_000]) {
      const then = String(Date.now() + offMs);
      expect(await post(url, body, at(then, sign(then, body)))).toBe(401);
    }
    expect(printed).toEqual([]);
    expect(await post(url, body, at(now, sign(now, body)))).toBe(204);
  });
});

describe('verify.sh', () => {
  const verify = (timestamp: string, signature: string, body: string) =>
    spawnSync('bash', [file('verify.sh'), timestamp, signature], {
      input: body,
      env: { PATH: process.env['PATH'], UBOT_WEBHOOK_SECRET: SECRET },
    }).status;

  test.skipIf(!isThere('bash') || spawnSync('openssl', ['version']).status !== 0)('says what is signed', () => {
    const body = '{"id":"x","text":"比特币 🚀\\n"}\n\n';
    const now = String(Date.now());
    expect(verify(now, sign(now, body), body)).toBe(0);
    expect(verify(now, sign(now, body), `${body} `)).toBe(1);
    expect(verify(now, 'v1=00', body)).toBe(1);
    const old = String(Date.now() - 302_000);
    expect(verify(old, sign(old, body), body)).toBe(1);
    expect(verify('1;id', sign('1;id', body), body)).toBe(1);
  });
});
