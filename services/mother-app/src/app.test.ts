import type { CandlesAnswer, Photo, SourceState } from '@ubot/contracts';
import { latestSnapshot, readSnapshotsAfter } from '@ubot/db';
import { waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWorld, DEADLINE_MS, DEMO_ENV, SLOW_DEMO_ENV, type World } from './harness.testing.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  await world.close();
});

describe('the demo market', () => {
  test('has candles of all nine timeframes as soon as it is ready, of coins and of the market', async () => {
    const startedAtMs = Date.now();
    const mother = await world.start(DEMO_ENV);
    await mother.ready();
    const photo = await mother.json<Photo>('/photo');
    const tookMs = Date.now() - startedAtMs;
    expect([photo.label, photo.demo, photo.coins.length]).toEqual(['demo market', true, 20]);
    const { id } = photo.coins[0]!;
    for (const timeframe of ['1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '1w']) {
      const { candles } = await mother.json<CandlesAnswer>(`/coins/${id}/candles?timeframe=${timeframe}&limit=150`);
      expect(candles.length).toBe(150);
      const times = candles.map((candle) => candle.openAtMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      // The last one is open, and begins where the one before it ends; a start that took long may leave out its own time.
      expect(candles.map((candle) => candle.closed)).toEqual([...Array<boolean>(149).fill(true), false]);
      const periodMs = times[1]! - times[0]!;
      const leftOut = (times[149]! - times[148]!) / periodMs - 1;
      expect(leftOut).toBeGreaterThanOrEqual(0);
      expect(leftOut).toBeLessThanOrEqual(Math.ceil(tookMs / periodMs));
      const market = await mother.json<{ candles: unknown[] }>(
        `/global/candles?metric=btc_dominance&timeframe=${timeframe}&limit=150`,
      );
      expect(market.candles).toHaveLength(150);
    }
    const sources = await mother.json<SourceState[]>('/sources');
    expect(sources).toHaveLength(1);
    expect(sources[0]).toMatchObject({
      name: 'demo',
      label: 'demo market',
      demo: true,
      active: true,
      lastFailure: null,
    });
  });

  test('goes on after a restart: the same open candle, no second history, snapshots that follow', async () => {
    const first = await world.start(DEMO_ENV);
    await first.ready();
    await world.waitForSnapshots(2);
    await first.stop();
    const before = (await latestSnapshot(world.db))!;
    const candleCount = async () =>
      Number((await world.db.query<{ n: string }>('select count(*) n from market.candles'))[0]!.n);
    const countBefore = await candleCount();

    const second = await world.start(DEMO_ENV);
    await second.ready();
    await world.waitForSnapshots((await world.snapshotCount()) + 1);
    const [next] = await readSnapshotsAfter(world.db, { afterId: before.snapshotId, limit: 1 });
    // The market walks on from where it stood: no coin jumps by a tenth in a few seconds.
    const jump = next!.snapshot.priceUsd.map((price, i) => Math.abs(price / before.snapshot.priceUsd[i]! - 1));
    expect(Math.max(...jump)).toBeLessThan(0.1);
    // Only candles that closed meanwhile have come: at most one a coin and timeframe, not a history.
    expect((await candleCount()) - countBefore).toBeLessThanOrEqual(9 * 20 * 2);
  });

  test('fills its history whole when the first start was broken off in the middle of it', async () => {
    const first = await world.start({ ...DEMO_ENV, DEMO_COINS: '60' });
    await waitFor(async () => (await world.db.query('select 1 from market.candles limit 1')).length > 0, {
      deadlineMs: DEADLINE_MS,
    });
    await first.stop();
    const second = await world.start({ ...DEMO_ENV, DEMO_COINS: '60' });
    await second.ready();
    const { candles } = await second.json<CandlesAnswer>('/coins/1/candles?timeframe=1h&limit=500');
    expect(candles).toHaveLength(500);
    const steps = new Set(candles.slice(1).map((candle, i) => candle.openAtMs - candles[i]!.openAtMs));
    expect([...steps]).toEqual([3_600_000]);
  });
});

describe('the photo', () => {
  test('is served compressed, is not sent again to who has it, and needs a token', async () => {
    const mother = await world.start(SLOW_DEMO_ENV);
    await mother.ready();
    const answer = await mother.get('/photo', { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const etag = answer.headers.get('etag')!;
    expect(((await answer.json()) as Photo).coins).toHaveLength(20);
    const again = await mother.get('/photo', { 'accept-encoding': 'gzip', 'if-none-match': etag });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    const plain = await mother.get('/photo', { 'accept-encoding': 'identity', 'if-none-match': etag });
    expect(plain.status).toBe(200);
    const stranger = await mother.get('/photo', { authorization: 'Bearer none' });
    expect([stranger.status, ((await stranger.json()) as { code: string }).code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('routes', () => {
  test('refuse what they cannot answer, by code', async () => {
    const mother = await world.start(SLOW_DEMO_ENV);
    await mother.ready();
    const refused: [string, number, string][] = [
      ['/coins/1/candles?timeframe=2m', 400, 'VALIDATION_FAILED'],
      ['/coins/1/candles?timeframe=1m&limit=5001', 400, 'VALIDATION_FAILED'],
      ['/coins/1/candles?timeframe=1m&limit=0', 400, 'VALIDATION_FAILED'],
      ['/coins/1/candles', 400, 'VALIDATION_FAILED'],
      ['/coins/0', 400, 'VALIDATION_FAILED'],
      ['/coins/bitcoin', 400, 'VALIDATION_FAILED'],
      ['/coins/2147483647', 404, 'NOT_FOUND'],
      ['/coins/2147483647/candles?timeframe=1m', 404, 'NOT_FOUND'],
      ['/coins?limit=201', 400, 'VALIDATION_FAILED'],
      ['/global/candles?timeframe=1m&metric=gold', 400, 'VALIDATION_FAILED'],
      ['/nothing', 404, 'ROUTE_NOT_FOUND'],
    ];
    for (const [path, status, code] of refused) {
      const answer = await mother.get(path);
      expect([path, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([path, status, code]);
    }
    expect(await mother.json('/coins?search=bitcoin&limit=1')).toEqual([
      { ...(await mother.json<object>('/coins/1')), match: 'slug', symbolSharedWith: 0 },
    ]);
    const before = await mother.json<CandlesAnswer>('/coins/1/candles?timeframe=1m&limit=3');
    const older = await mother.json<CandlesAnswer>(
      `/coins/1/candles?timeframe=1m&limit=2&before=${before.candles[2]!.openAtMs}`,
    );
    expect(older.candles).toEqual(before.candles.slice(0, 2));
    const tooFar = await mother.json<CandlesAnswer>('/coins/1/candles?timeframe=1m&limit=1&before=8640000000000000');
    expect(tooFar.candles).toEqual(before.candles.slice(1, 2));
  });

  test('give the candles of a range, both its ends as they are written, and as a table', async () => {
    const mother = await world.start(SLOW_DEMO_ENV);
    await mother.ready();
    const url = '/coins/1/candles?timeframe=1h';
    const { candles } = await mother.json<CandlesAnswer>(`${url}&limit=6`);
    const at = candles.map(({ openAtMs }) => openAtMs);
    const range = async (query: string) => (await mother.json<CandlesAnswer>(`${url}${query}`)).candles;
    expect(await range(`&from=${at[1]}&to=${at[4]}`)).toEqual(candles.slice(1, 4));
    expect(await range(`&from=${at[1]! + 1}&to=${at[4]! + 1}`)).toEqual(candles.slice(2, 5));
    expect(await range(`&from=${at[1]}&to=${at[4]}&limit=2`)).toEqual(candles.slice(2, 4));
    expect(await range(`&from=${at[3]}`)).toEqual(candles.slice(3));
    expect(await range(`&from=${at[4]}&to=${at[1]}`)).toEqual([]);
    const csv = await mother.get(`${url}&from=${at[1]}&to=${at[3]}&format=csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="candles-1-1h.csv"');
    const text = await csv.text();
    const [head, ...lines] = text.trimEnd().split('\r\n');
    expect(head).toBe('openAt,openAtMs,open,high,low,close,volume24hUsd,marketCapUsd,samples,closed');
    const rows = candles.slice(1, 3).map((candle) => {
      const { openAtMs, open, high, low, close, volume24hUsd, marketCapUsd, samples, closed } = candle;
      const time = new Date(openAtMs).toISOString();
      const cells = [time, openAtMs, open, high, low, close, volume24hUsd ?? '', marketCapUsd ?? '', samples, closed];
      return cells.join(',');
    });
    expect(lines).toEqual(rows);
    expect(await (await mother.get(`${url}&from=${at[1]}&to=${at[3]}`, { accept: 'text/csv' })).text()).toBe(text);
  });
});

describe('two mother-apps', () => {
  test('poll as one: the second shows what the first stores, and takes over when it stops', async () => {
    const first = await world.start(DEMO_ENV);
    await first.ready();
    const second = await world.start(DEMO_ENV);
    await second.ready();
    const count = await world.snapshotCount();
    await world.waitForSnapshots(count + 2);
    await waitFor(
      async () => (await second.json<Photo>('/photo')).snapshotId === (await latestSnapshot(world.db))!.snapshotId,
      { deadlineMs: DEADLINE_MS },
    );
    const polled = await latestSnapshot(world.db);
    await first.stop();
    await waitFor(async () => BigInt((await latestSnapshot(world.db))!.snapshotId) > BigInt(polled!.snapshotId) + 2n, {
      deadlineMs: DEADLINE_MS,
    });
    const times = (await readSnapshotsAfter(world.db, { afterId: '0', limit: 100 })).map(
      (row) => row.snapshot.takenAtMs,
    );
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });
});

describe('PostgreSQL away', () => {
  test('all connections cut, again and again: every snapshot that was stored stays, and polling goes on', async () => {
    const mother = await world.start(DEMO_ENV);
    await mother.ready();
    for (let round = 0; round < 3; round += 1) {
      const last = (await latestSnapshot(world.db))!;
      await world.db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
      await waitFor(async () => BigInt((await latestSnapshot(world.db))!.snapshotId) > BigInt(last.snapshotId), {
        deadlineMs: DEADLINE_MS,
      });
      const kept = await readSnapshotsAfter(world.db, { afterId: String(BigInt(last.snapshotId) - 1n), limit: 1 });
      expect(kept[0]).toEqual(last);
    }
    await mother.ready();
  });
});
