import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, DEADLINE_MS, type World } from './harness.testing.ts';

// Source modules as somebody else would bring them: outside the repository, through the real mother-app.

const EXAMPLE = join(import.meta.dirname, '../../../examples/source-driver');
const COINS = [
  { id: 1, symbol: 'BTC', name: 'Bitcoin', pair: 'BTCUSDT' },
  { id: 1027, symbol: 'ETH', name: 'Ethereum', pair: 'ETHUSDT' },
];

let world: World;
let folder: string;
let server: Server;
/** What the exchange answers from now on. */
let answer: { status: number; tickers: object[] };

const ticker = (symbol: string, lastPrice: string) => ({
  symbol,
  lastPrice,
  quoteVolume: '1000000.5',
  priceChangePercent: '-2.5',
  closeTime: 1_700_000_000_000,
});

beforeEach(async () => {
  world = await createWorld();
  folder = mkdtempSync(join(tmpdir(), 'ubot-source-'));
  cpSync(EXAMPLE, join(folder, 'binance'), { recursive: true });
  answer = { status: 200, tickers: [ticker('BTCUSDT', '35000.5'), ticker('ETHUSDT', '2000')] };
  server = createServer((_request, reply) => {
    reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.tickers));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function env(source: object): Record<string, string> {
  writeFileSync(join(folder, 'modules.json'), JSON.stringify({ source }));
  return { UBOT_SOURCE: 'module', UBOT_MODULES_FILE: join(folder, 'modules.json'), UBOT_POLL_INTERVAL: '1' };
}

const binance = (changes: object = {}) => ({
  name: 'binance',
  module: './binance/index.js',
  options: { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, coins: COINS, ...changes },
});

/** A module of one file, with what stands before it and what `process` does. */
function written(process: string, before = ''): object {
  const config = 'config: () => ({ label: "Mine", intervalMs: 1000 })';
  writeFileSync(join(folder, 'mine.mjs'), `${before} export default { ${config}, async process() { ${process} } };`);
  return { name: 'mine', module: './mine.mjs' };
}

interface SourceAnswer {
  name: string;
  label: string;
  schedule: string;
  lastFailure: { code: string; detail: string } | null;
}

describe('the example', () => {
  test('feeds the market: its coins are the photo', async () => {
    const app = await world.start(env(binance()));
    await app.ready();
    expect(await app.json('/photo')).toMatchObject({
      source: 'binance',
      label: 'Binance',
      coins: [
        { id: 1, symbol: 'BTC', name: 'Bitcoin', priceUsd: 35_000.5, providerTimeMs: 1_700_000_000_000 },
        { id: 1027, symbol: 'ETH', name: 'Ethereum', priceUsd: 2_000, marketCapUsd: null },
      ],
    });
  });

  test('that is answered an error fails its polls, and goes on when that is over', async () => {
    const app = await world.start(env(binance()));
    await world.waitForSnapshots(1);
    answer.status = 503;
    const failure = await waitFor(async () => (await sourceOf(app)).lastFailure, {
      deadlineMs: DEADLINE_MS,
      what: 'a failed poll',
    });
    expect(failure).toMatchObject({ code: 'INTERNAL', detail: 'Module "binance" failed unexpectedly.' });
    answer.status = 200;
    await world.waitForSnapshots((await world.snapshotCount()) + 1);
  });
});

async function sourceOf(app: { json<T>(path: string): Promise<T> }): Promise<SourceAnswer> {
  const sources = await app.json<SourceAnswer[]>('/sources');
  return sources[0]!;
}

const GOOD = "{ coins: [{ id: 1, symbol: 'BTC', priceUsd: 35000 }] }";

describe('an answer', () => {
  test('is checked coin by coin: what cannot be read is left out', async () => {
    const bad = "{ id: 2, symbol: 'LTC', priceUsd: -1 }, { id: 'x' }, null, { id: 1, symbol: 'AGAIN', priceUsd: 1 }";
    const app = await world.start(
      env(
        written(
          `return { coins: [{ id: 1, symbol: 'BTC', priceUsd: 35000, rank: 'first', marketCapUsd: -5 }, ${bad}] };`,
        ),
      ),
    );
    await app.ready();
    const photo = await app.json<{ coins: object[] }>('/photo');
    expect(photo.coins).toHaveLength(1);
    expect(photo.coins[0]).toMatchObject({ id: 1, symbol: 'BTC', priceUsd: 35_000, rank: null, marketCapUsd: null });
  });

  for (const [what, body, code] of [
    ['is not as it should be', 'return { prices: [] };', 'SOURCE_ANSWER_INVALID'],
    ['holds no coin that can be read', 'return { coins: [{}] };', 'SOURCE_ANSWER_INVALID'],
    ['never comes, because it loops', 'for (;;);', 'SOURCE_FAILED'],
    ['never comes, because it exits', 'globalThis.process.exit(1);', 'SOURCE_FAILED'],
  ] as const) {
    test(`that ${what} is a failed poll; the next one is made`, async () => {
      // Bad once; in a file, because a thread that was ended has forgotten it.
      const before = `import { existsSync, writeFileSync } from 'node:fs'; const seen = new URL('./seen', import.meta.url);`;
      const source = written(`if (existsSync(seen)) return ${GOOD}; writeFileSync(seen, ''); ${body}`, before);
      const app = await world.start(env(source));
      const failure = await waitFor(async () => (await sourceOf(app)).lastFailure, {
        deadlineMs: DEADLINE_MS,
        what: 'a failed poll',
      });
      expect(failure.code).toBe(code);
      await world.waitForSnapshots(1);
    });
  }
});

test('a source that cannot be used stops the start, naming it', async () => {
  for (const [source, sentence] of [
    [{ name: 'mine', module: './nowhere.mjs' }, 'Module "mine" (./nowhere.mjs): there is no such file or package'],
    [binance({ coins: [] }), 'Module "binance" (./binance/index.js): options.coins has to list coins.'],
    [{ ...binance(), name: 'demo' }, 'A source module cannot be named "demo".'],
  ] as const) {
    await expect(world.build(env(source)).listen()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(sentence),
    });
  }
  await expect(world.build({ UBOT_SOURCE: 'module' }).listen()).rejects.toMatchObject({
    message: 'UBOT_SOURCE asks for a module, but UBOT_MODULES_FILE names no source.',
  });
});
