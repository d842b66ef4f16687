import type { Photo } from '@ubot/contracts';
import { waitFor } from '@ubot/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { candleOf, OTHER_ID, photoOf, TAKEN_MS, USER_ID } from '../services.testing.ts';
import { createLiveWorld, frameOf, framesOf, type LiveWorld } from './testing.testing.ts';

let live: LiveWorld;
let snapshotId = 100;

/** A market of coins 1, 2, … at these prices; null: the coin is not there. */
function marketOf(prices: readonly (number | null)[]): Photo {
  const photo = photoOf(String((snapshotId += 1)), 1);
  const coins = prices.flatMap((priceUsd, index) =>
    priceUsd === null ? [] : [{ ...photo.coins[0]!, id: index + 1, priceUsd }],
  );
  return { ...photo, coins };
}
async function show(prices: readonly (number | null)[]): Promise<void> {
  live.gw.world.photo = marketOf(prices);
  await live.gw.bus.announce('snapshot', String(snapshotId));
  await waitFor(async () => {
    const { body } = await live.gw.call('/api/v1/photo');
    return (body as Photo).snapshotId === String(snapshotId);
  });
}
const row = (id: number, priceUsd: number) => [id, priceUsd, 0.5, -1, 2, 1e9, null];
const PRICE_ONLY = 1;
const EVERY_COLUMN = 63;
const market = { type: 'subscribe', id: 'm', stream: 'market' };

beforeAll(async () => {
  live = await createLiveWorld();
});
afterAll(() => live.gw.close());
beforeEach(() => show([100, 200, 300]));
afterEach(() => {
  live.endClients();
});

describe('the market', () => {
  test('begins with the snapshot, and goes on with what changed, numbered without a gap', async () => {
    const client = await live.open();
    client.send(market);
    const [, subscribed, snapshot] = await framesOf(client, 3);
    expect(subscribed).toEqual({
      type: 'subscribed',
      id: 'm',
      stream: 'market',
      topic: expect.any(Number),
      format: 'json',
    });
    const head = {
      stream: 'market',
      topic: subscribed!['topic'],
      takenAtMs: TAKEN_MS,
      source: 'demo',
      label: 'demo market',
      demo: true,
      global: null,
    };
    expect(snapshot).toEqual({
      ...head,
      type: 'snapshot',
      sequence: expect.any(Number),
      snapshotId: String(snapshotId),
      columns: [
        'id',
        'priceUsd',
        'percentChange1h',
        'percentChange24h',
        'percentChange7d',
        'volume24hUsd',
        'marketCapUsd',
      ],
      rows: [row(1, 100), row(2, 200), row(3, 300)],
    });
    const first = snapshot!['sequence'] as number;
    await show([100, 201, 300]);
    await show([100, 201, 300]);
    await show([100, null, 300, 400]);
    const delta = { ...head, type: 'delta', removed: [] };
    expect((await framesOf(client, 6)).slice(3)).toEqual([
      { ...delta, sequence: first + 1, snapshotId: String(snapshotId - 2), rows: [[2, PRICE_ONLY, 201]] },
      { ...delta, sequence: first + 2, snapshotId: String(snapshotId - 1), rows: [] },
      {
        ...delta,
        sequence: first + 3,
        snapshotId: String(snapshotId),
        rows: [[4, EVERY_COLUMN, ...row(4, 400).slice(1)]],
        removed: [2],
      },
    ]);
  });

  test('of a list has its coins alone, those that are not in the market left out', async () => {
    const client = await live.open();
    client.send({ ...market, universe: { kind: 'coins', ids: [3, 9, 1] } });
    const snapshot = await frameOf(client, 'snapshot');
    expect(snapshot['rows']).toEqual([row(3, 300), row(1, 100)]);
    await show([100, 205, 301]);
    expect(await frameOf(client, 'delta')).toMatchObject({ rows: [[3, PRICE_ONLY, 301]], removed: [] });
  });

  test("of a watchlist is that of its coins; of another user's there is none", async () => {
    const [mine, theirs] = ['01900000-0000-7000-8000-0000000000aa', '01900000-0000-7000-8000-0000000000bb'] as const;
    live.gw.world.watchlists.set(mine, { userId: USER_ID, coinIds: [2] });
    live.gw.world.watchlists.set(theirs, { userId: OTHER_ID, coinIds: [3] });
    const client = await live.open();
    client.send({ ...market, universe: { kind: 'watchlist', id: mine } });
    expect((await frameOf(client, 'snapshot'))['rows']).toEqual([row(2, 200)]);
    client.send({ ...market, id: 'theirs', universe: { kind: 'watchlist', id: theirs } });
    expect(await frameOf(client, 'error')).toMatchObject({ id: 'theirs', code: 'NOT_FOUND' });
    client.send({ type: 'unsubscribe', id: 'theirs' });
    await waitFor(() => client.frames.filter(({ type }) => type === 'error').length === 2);
  });

  test('is one topic to all who want the same, whatever the order of their coins', async () => {
    const [one, two] = [await live.open(), await live.open('other-token')];
    one.send({ ...market, universe: { kind: 'coins', ids: [1, 2] } });
    two.send({ ...market, universe: { kind: 'coins', ids: [2, 1] } });
    const topics = [await frameOf(one, 'subscribed'), await frameOf(two, 'subscribed')].map(({ topic }) => topic);
    expect(topics[0]).toBe(topics[1]);
  });

  test('followed twice on one connection is sent once', async () => {
    const client = await live.open();
    client.send(market);
    await frameOf(client, 'snapshot');
    client.send({ ...market, id: 'again' });
    await framesOf(client, 4);
    client.send({ type: 'unsubscribe', id: 'm' });
    await framesOf(client, 5);
    await show([100, 200, 333]);
    await show([100, 200, 334]);
    await waitFor(() => client.frames.filter(({ type }) => type === 'delta').length === 2);
    client.send({ type: 'unsubscribe', id: 'again' });
    await waitFor(() => client.frames.filter(({ type }) => type === 'unsubscribed').length === 2);
    const seen = client.frames.length;
    await show([100, 200, 335]);
    client.send({ type: 'ping' });
    expect((await framesOf(client, seen + 1)).slice(seen)).toEqual([{ type: 'pong' }]);
  });

  test('an id that is in use is refused', async () => {
    const client = await live.open();
    client.send(market);
    client.send({ ...market, universe: { kind: 'coins', ids: [1] } });
    expect(await frameOf(client, 'error')).toMatchObject({ id: 'm', code: 'CONFLICT' });
  });

  test('is sent whole again to whoever asks', async () => {
    const client = await live.open();
    client.send(market);
    const first = await frameOf(client, 'snapshot');
    await show([111, 200, 300]);
    await frameOf(client, 'delta');
    const seen = client.frames.length;
    client.send({ type: 'resync', id: 'm' });
    expect(await frameOf(client, 'resync', seen)).toMatchObject({ reason: 'requested', topic: first['topic'] });
    const again = await frameOf(client, 'snapshot', seen);
    expect(again).toMatchObject({
      sequence: (first['sequence'] as number) + 1,
      rows: [row(1, 111), row(2, 200), row(3, 300)],
    });
  });
});

describe('the market as bytes', () => {
  test('is laid out as documented', async () => {
    const client = await live.open();
    client.send({ ...market, format: 'binary' });
    const subscribed = await frameOf(client, 'subscribed');
    expect(subscribed).toMatchObject({ format: 'binary' });
    await waitFor(() => client.binary.length === 1);
    const [snapshot] = client.binary;
    expect(readBytes(snapshot!)).toEqual({
      kind: 1,
      demo: true,
      topic: subscribed['topic'],
      sequence: expect.any(Number),
      takenAtMs: TAKEN_MS,
      snapshotId: String(snapshotId),
      rows: [row(1, 100), row(2, 200), row(3, 300)],
      removed: [],
    });
    await show([100, 201.123456789, null]);
    await waitFor(() => client.binary.length === 2);
    expect(readBytes(client.binary[1]!)).toMatchObject({
      kind: 2,
      sequence: readBytes(snapshot!).sequence + 1,
      rows: [row(2, 201.123456789)],
      removed: [3],
    });
  });
});

/** An independent reading of the layout in docs/api.md. */
function readBytes(bytes: Buffer) {
  expect(bytes.toString('latin1', 0, 4)).toBe('UBM1');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, n, m] = [view.getUint16(6, true), view.getUint32(32, true), view.getUint32(36, true)];
  expect(bytes.length).toBe(start + n * 32 + m * 4);
  const float = (column: number, i: number) => {
    const value = view.getFloat32(start + n * (12 + 4 * column) + 4 * i, true);
    return Number.isNaN(value) ? null : value;
  };
  return {
    kind: view.getUint8(4),
    demo: (view.getUint8(5) & 1) === 1,
    topic: view.getUint32(8, true),
    sequence: view.getUint32(12, true),
    takenAtMs: view.getFloat64(16, true),
    snapshotId: view.getBigUint64(24, true).toString(),
    rows: Array.from({ length: n }, (_, i) => [
      view.getUint32(start + 8 * n + 4 * i, true),
      view.getFloat64(start + 8 * i, true),
      ...[0, 1, 2, 3, 4].map((column) => float(column, i)),
    ]),
    removed: Array.from({ length: m }, (_, i) => view.getUint32(start + 32 * n + 4 * i, true)),
  };
}

describe("a coin's candles", () => {
  const candles = { type: 'subscribe', id: 'c', stream: 'candles', coinId: 1, timeframe: '1h', limit: 3 };

  test('begin with the last ones, and go on with the open one and those that close', async () => {
    live.gw.world.candles = [1, 2, 3, 4].map((close, index) => candleOf(index, close, index < 3));
    const client = await live.open();
    client.send(candles);
    const [, subscribed, snapshot] = await framesOf(client, 3);
    const head = { stream: 'candles', topic: subscribed!['topic'], coinId: 1, timeframe: '1h' };
    const first = snapshot!['sequence'] as number;
    expect(snapshot).toEqual({
      ...head,
      type: 'snapshot',
      sequence: first,
      candles: [candleOf(1, 2, true), candleOf(2, 3, true), candleOf(3, 4, false)],
    });
    live.gw.world.candles[3] = candleOf(3, 5, false);
    await show([101, 200, 300]);
    expect((await framesOf(client, 4))[3]).toEqual({
      ...head,
      type: 'delta',
      sequence: first + 1,
      candles: [candleOf(3, 5, false)],
    });
    live.gw.world.candles[3] = candleOf(3, 6, true);
    live.gw.world.candles.push(candleOf(4, 7, false));
    await show([102, 200, 300]);
    expect((await framesOf(client, 5))[4]).toEqual({
      ...head,
      type: 'delta',
      sequence: first + 2,
      candles: [candleOf(3, 6, true), candleOf(4, 7, false)],
    });
  });

  test('begin anew when so many closed that some were never told', async () => {
    live.gw.world.candles = [candleOf(0, 1, false)];
    const client = await live.open();
    client.send({ ...candles, timeframe: '4h' });
    await frameOf(client, 'snapshot');
    const seen = client.frames.length;
    live.gw.world.candles = Array.from({ length: 30 }, (_, index) => candleOf(index + 1, index, true));
    await show([103, 200, 300]);
    expect(await frameOf(client, 'resync', seen)).toMatchObject({ reason: 'gap' });
    expect((await frameOf(client, 'snapshot', seen))['candles']).toEqual(live.gw.world.candles.slice(-3));
  });

  test('of a coin that there is not are refused', async () => {
    const client = await live.open();
    client.send({ ...candles, coinId: 77 });
    expect(await frameOf(client, 'error')).toMatchObject({ id: 'c', code: 'NOT_FOUND' });
  });
});
