import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SnapshotMessage, Strategy } from '@ubot/contracts';
import { snapshotToMessage } from '@ubot/market';
import { createTestDatabase, fakeClock, waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CHANNEL_ID,
  createStage,
  FEED_TOKEN,
  MINUTE,
  snapshotAt,
  START_MS,
  strategyOf,
  USER_ID,
  type Stage,
} from './stage.testing.ts';
import { isOnShard } from './shard.ts';

let stage: Stage;
const newStage = async () => createStage({ database: await createTestDatabase(), clock: fakeClock(START_MS), waitFor });
beforeEach(async () => {
  stage = await newStage();
});
afterEach(async () => {
  await stage.close();
});

const messageAt = (minute: number, price: number): SnapshotMessage =>
  snapshotToMessage(snapshotAt(START_MS + minute * MINUTE, { prices: { 1: price } }));

async function post(url: string, message: unknown, token = FEED_TOKEN): Promise<{ status: number; code: unknown }> {
  const answer = await fetch(`${url}/snapshots`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(message),
  });
  const body = (await answer.json()) as { code?: unknown };
  return { status: answer.status, code: body.code ?? body };
}

describe('POST /snapshots', () => {
  it('evaluates what it has acknowledged, also across a restart', async () => {
    const strategy = strategyOf({ condition: 'close crosses above sma(3)' });
    await stage.userManager.put(strategy.id, strategy);
    const first = await stage.startScanner();
    stage.clock.set(START_MS + 2 * MINUTE);
    for (const [minute, price] of [100, 99, 98].entries()) await post(first.url, messageAt(minute, price));
    await stage.evaluated('3', '0/1 pushed');
    await first.close();
    const second = await stage.startScanner();
    stage.clock.set(START_MS + 5 * MINUTE);
    for (const [i, price] of [97, 110, 111].entries()) {
      expect(await post(second.url, messageAt(3 + i, price))).toEqual({
        status: 202,
        code: { id: String(4 + i), repeated: false },
      });
    }
    await stage.evaluated('6', '0/1 pushed');
    const alerts = await stage.alerts();
    expect(alerts.map(({ at, body }) => [at.getTime(), body.priceUsd, body.coin])).toEqual([
      [START_MS + 5 * MINUTE, 110, { id: 1, symbol: 'C1', name: 'Coin 1', slug: 'coin-1' }],
    ]);
  }, 30_000);

  it('acknowledges the very same snapshot again, and refuses another of its time, an earlier one, and what the market overtook', async () => {
    const { url } = await stage.startScanner();
    expect(await post(url, messageAt(5, 1))).toEqual({ status: 202, code: { id: '1', repeated: false } });
    expect(await post(url, messageAt(5, 1))).toEqual({ status: 202, code: { id: '1', repeated: true } });
    expect(await post(url, messageAt(5, 2))).toEqual({ status: 409, code: 'SNAPSHOT_OUT_OF_ORDER' });
    expect(await post(url, messageAt(4, 1))).toEqual({ status: 409, code: 'SNAPSHOT_OUT_OF_ORDER' });
    await stage.storeAt(9, { prices: { 1: 1 } });
    expect(await post(url, messageAt(9, 1))).toEqual({ status: 409, code: 'SNAPSHOT_OUT_OF_ORDER' });
    expect(await post(url, messageAt(10, 1))).toEqual({ status: 202, code: { id: '2', repeated: false } });
  });

  it.each([
    ['a column of another length', { ...messageAt(1, 1), rank: [1, 2] }],
    ['a price of zero', { ...messageAt(1, 1), priceUsd: [0] }],
    ['a field too many', { ...messageAt(1, 1), extra: true }],
    ['a coin twice', snapshotMessageTwice()],
    ['something else', 'hello'],
    ['nothing', null],
  ])('refuses %s', async (_, message) => {
    const { url } = await stage.startScanner({ wait: false });
    expect(await post(url, message)).toEqual({ status: 400, code: 'SNAPSHOT_INVALID' });
    expect(await stage.db.query('select * from alert.pushed_snapshots')).toEqual([]);
  });

  it('wants the token of a feed or of a service', async () => {
    const { url, call } = await stage.startScanner({ wait: false });
    expect(await post(url, messageAt(1, 1), 'the-token-of-somebody-else')).toEqual({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
    const asUser = { kind: 'user' as const, userId: USER_ID, role: 'user' as const };
    expect((await call('/snapshots', { body: messageAt(1, 1), as: asUser })).status).toBe(403);
    expect((await call('/snapshots', { body: messageAt(1, 1) })).status).toBe(202);
  });
});

function snapshotMessageTwice(): SnapshotMessage {
  const message = snapshotToMessage(snapshotAt(START_MS, { prices: { 1: 1, 2: 2 } }));
  return { ...message, coinIds: [1, 1] };
}

describe('GET /decisions', () => {
  const asUser = { kind: 'user' as const, userId: USER_ID, role: 'user' as const };

  async function answers(condition: string, prices: number[], more: Parameters<typeof strategyOf>[0] = { condition }) {
    const strategy = strategyOf({ ...more, condition });
    await stage.userManager.put(strategy.id, strategy);
    const scanner = await stage.startScanner();
    let id = '0';
    for (const [minute, price] of prices.entries()) {
      stage.clock.set(START_MS + minute * MINUTE);
      id = await stage.storeAt(minute, { prices: { 1: price, 2: 5 } });
    }
    await stage.evaluated(id);
    const ask = (coinId: number, as = asUser) =>
      scanner.call(`/decisions?strategyId=${strategy.id}&coinId=${coinId}`, { as });
    return { strategy, ask };
  }

  it('says in a sentence what was not met, with the values', async () => {
    const { strategy, ask } = await answers('close > 100', [90, 91, 92]);
    expect(await ask(1)).toEqual({
      status: 200,
      body: {
        strategyId: strategy.id,
        strategyVersion: 1,
        coinId: 1,
        reason: 'not_true',
        sentence: 'close is 91, which is not above 100.',
        evaluatedAtMs: START_MS + 2 * MINUTE,
        values: [{ text: 'close', value: 91 }],
        // The stage has no channels.
        channelProblems: [
          {
            channelId: CHANNEL_ID,
            code: 'CHANNEL_GONE',
            sentence: 'A channel was deleted or switched off, so no alert goes there.',
          },
        ],
      },
    });
  });

  it.each([
    ['not_warm', 'sma(5) > 1', {}],
    ['sent', 'close crosses above 90', {}],
    ['not_in_universe', 'close > 1', { universe: { kind: 'coins', ids: [2] } }],
    ['pending', 'close > 90', { trigger: { for: { candles: 3 } } }],
    ['already_fired', 'close > 1', {}],
    ['over_daily_cap', 'close > 1', { trigger: { fires: 'while_true', maxPerDay: 1 } }],
    ['cooling_down', 'close > 1', { trigger: { fires: 'while_true', cooldownMs: 60 * MINUTE } }],
  ] as const)('gives the reason %s', async (reason, condition, more) => {
    const { ask } = await answers(condition, [90, 89, 91, 92], structuredClone({ condition, ...more }) as never);
    expect((await ask(1)).body).toMatchObject({ reason, evaluatedAtMs: START_MS + 3 * MINUTE });
  });

  it('stops at what the account may have in a day, over all its strategies, until that is raised', async () => {
    const strategies = [1, 2].map(() => strategyOf({ condition: 'close > 1', trigger: { fires: 'while_true' } }));
    const [first, second] = strategies as [Strategy, Strategy];
    for (const strategy of strategies) await stage.userManager.put(strategy.id, strategy, 3);
    const scanner = await stage.startScanner();
    const step = async (minute: number) => {
      const id = await stage.storeAt(minute, { prices: { 1: 100 + minute } });
      stage.clock.set(START_MS + minute * MINUTE);
      await stage.evaluated(id);
      return (await stage.alerts()).length;
    };
    const counts: number[] = [];
    for (const minute of [0, 1, 2, 3]) counts.push(await step(minute));
    expect(counts).toEqual([0, 2, 3, 3]);
    const asked = await scanner.call(`/decisions?strategyId=${second.id}&coinId=1`, { as: asUser });
    expect(asked.body).toMatchObject({
      reason: 'over_account_quota',
      sentence: 'The condition is true, but your account has had all the alerts of its day.',
    });
    await stage.userManager.put(first.id, first, 100);
    await waitFor(async () => (await step(counts.push(0) - 1)) > 3);
  });

  it('counts the alerts of an account over all shards', async () => {
    const shards = ['0/2', '1/2'];
    const strategyOn = (index: number): Strategy => {
      const strategy = strategyOf({ condition: 'close > 1', trigger: { fires: 'while_true' } });
      return isOnShard(strategy.id, { index, count: 2 }) ? strategy : strategyOn(index);
    };
    for (const index of [0, 1]) {
      const strategy = strategyOn(index);
      await stage.userManager.put(strategy.id, strategy, 4);
    }
    for (const SCANNER_SHARD of shards) await stage.startScanner({ config: { SCANNER_SHARD } });
    const counts: number[] = [];
    for (const minute of [0, 1, 2, 3, 4]) {
      const id = await stage.storeAt(minute, { prices: { 1: 100 + minute } });
      stage.clock.set(START_MS + minute * MINUTE);
      for (const name of shards) await stage.evaluated(id, name);
      counts.push((await stage.alerts()).length);
    }
    expect(counts).toEqual([0, 2, 4, 4, 4]);
  });

  it("keeps a user out of another's strategies, and says when one is switched off", async () => {
    const { strategy, ask } = await answers('close > 1', [1]);
    const stranger = { ...asUser, userId: '01890000-0000-7000-8000-000000000002' };
    expect(await ask(1, stranger)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    await stage.userManager.put(strategy.id, null);
    await waitFor(async () => ((await ask(1)).body as { reason: string }).reason === 'silenced');
  });
});

describe('POST /checks', () => {
  it('answers with all mistakes at once', async () => {
    const { call } = await stage.startScanner({ wait: false });
    expect(await call('/checks', { body: { condition: 'close > 1' } })).toEqual({
      status: 200,
      body: { ok: true, diagnostics: [] },
    });
    const bad = (await call('/checks', { body: { condition: 'rsii(14) < 30 and foo > 1', timeframe: '5m' } })).body;
    expect(bad).toMatchObject({ ok: false });
    expect((bad as { diagnostics: { from: number }[] }).diagnostics.map(({ from }) => from)).toEqual([0, 18]);
  });
});

describe('POST /checks with a message', () => {
  it('answers with the mistakes of both texts, each with its field', async () => {
    const { call } = await stage.startScanner({ wait: false });
    const check = async (condition: string, message: string) =>
      (await call('/checks', { body: { condition, message } })).body as {
        ok: boolean;
        diagnostics: { field: string; code: string; from: number }[];
      };
    expect(await check('rsi(14) < 30', '{{rsi(14)}} {{price}}')).toEqual({ ok: true, diagnostics: [] });
    const bad = await check('rsi(14) < 30', 'at {{rsi(41)}}');
    expect(bad).toMatchObject({
      ok: false,
      diagnostics: [{ field: 'message', code: 'TEMPLATE_UNKNOWN_PLACEHOLDER', from: 3, to: 14 }],
    });
    const both = await check('rsii(14) < 30', '{{rsii(14)}} {{}}');
    expect(both.diagnostics.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'condition CONDITION_UNKNOWN_NAME',
      'message TEMPLATE_SYNTAX',
    ]);
  });
});

describe('a worker that takes too long', () => {
  it('is ended, and the snapshot is evaluated again from what is stored', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ubot-worker-'));
    const built = new URL('../dist/worker.js', import.meta.url).href;
    const marker = join(folder, 'hung-once');
    const text = `import { existsSync, writeFileSync } from 'node:fs';
      import { runSlice as run } from ${JSON.stringify(built)};
      export function runSlice(task) {
        const live = task.steps.closes.length > 0;
        if (live && !existsSync(${JSON.stringify(marker)})) {
          writeFileSync(${JSON.stringify(marker)}, '');
          for (;;);
        }
        return run(task);
      }`;
    await writeFile(join(folder, 'worker.mjs'), text);
    const strategy = strategyOf({ condition: 'close crosses above 100' });
    await stage.userManager.put(strategy.id, strategy);
    await stage.startScanner({ workerFile: pathToFileURL(join(folder, 'worker.mjs')), taskLimitMs: 500 });
    let id = '0';
    for (const [minute, price] of [90, 101, 101].entries()) id = await stage.storeAt(minute, { prices: { 1: price } });
    stage.clock.set(START_MS + 3 * MINUTE);
    await stage.evaluated(id);
    expect((await stage.alerts()).map(({ at }) => at.getTime())).toEqual([START_MS + 2 * MINUTE]);
  }, 30_000);
});
