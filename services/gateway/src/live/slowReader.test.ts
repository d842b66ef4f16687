import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Photo } from '@ubot/contracts';
import { waitFor } from '@ubot/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { logger, photoOf } from '../services.testing.ts';
import { UNMETERED } from '../socketMetrics.ts';
import { createLine } from './line.ts';
import { createMarketTopics } from './marketTopics.ts';
import { createReader, type Topic } from './topic.ts';
import { createNumbers } from './topics.ts';

/** The topics of the market over real sockets, without the services around them. */
const COINS = 5_000;
const ALL = { coins: null, format: 'json' } as const;
let server: WebSocketServer;
let url: string;
let queuedBytes: () => number;
let market: ReturnType<typeof createMarketTopics>;
let topic: Topic;
let skipped: number;
const meter = { ...UNMETERED, slow: () => void (skipped += 1) };

beforeEach(async () => {
  market = createMarketTopics({
    nextNumber: createNumbers(),
    onError: (error) => logger.error({ event: 'test.failed', error }),
  });
  topic = market.get('all', ALL);
  skipped = 0;
  const http = createServer();
  server = new WebSocketServer({ server: http });
  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const reader = createReader({ topic, line: createLine(socket, request.socket, meter), logger });
    queuedBytes = () => request.socket.writableLength;
    topic.join(reader);
    void topic.snapshot().then(reader.begin);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  server.on('close', () => http.close());
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

function marketAt(snapshotId: number): Photo {
  const photo = photoOf(String(snapshotId), 1);
  const coins = Array.from({ length: COINS }, (_, index) => ({
    ...photo.coins[0]!,
    id: index + 1,
    priceUsd: snapshotId + Math.sin(index),
    volume24hUsd: snapshotId * 1e6 + Math.cos(index),
    marketCapUsd: snapshotId * 1e9 + Math.cos(index),
  }));
  return { ...photo, coins };
}
async function show(snapshotId: number): Promise<void> {
  const before = topic.sequence();
  market.take(marketAt(snapshotId));
  await waitFor(() => topic.sequence() === before + 1, { deadlineMs: 10_000 });
}
type Told = { type: string; sequence?: number; snapshotId?: string; rows?: number[][] };

describe('a reader that does not read for a while', () => {
  test('is owed one frame and no pile of them, is told so, and gets the newest snapshot', async () => {
    await show(1);
    const client = new WebSocket(url, { perMessageDeflate: false });
    const told: Told[] = [];
    client.on('message', (data: Buffer) => told.push(JSON.parse(data.toString())));
    await waitFor(() => told.length === 1);
    client.pause();
    let most = 0;
    for (let snapshotId = 2; snapshotId <= 60; snapshotId += 1) {
      await show(snapshotId);
      most = Math.max(most, queuedBytes());
    }
    // 59 deltas of 350 KB were made. The kernel took what it takes; of the rest one frame waits.
    expect(most).toBeLessThan(1_000_000);
    client.resume();
    await waitFor(() => told.at(-1)?.snapshotId === '60', { deadlineMs: 10_000 });
    expect(told.slice(-2).map(({ type }) => type)).toEqual(['resync', 'snapshot']);
    // Each delta was told or is counted as left out.
    expect(told.filter(({ type }) => type === 'delta').length + skipped).toBe(59);
    expect(skipped).toBeGreaterThan(0);
    expect(told.at(-1)?.rows?.[0]?.slice(0, 2)).toEqual([1, 60 + Math.sin(0)]);
    await show(61);
    await waitFor(() => told.at(-1)?.snapshotId === '61');
    expect(told.at(-1)).toMatchObject({ type: 'delta', sequence: told.at(-2)!.sequence! + 1 });
  });
});

describe('any reader, however slow', () => {
  test('has exactly the market after every frame: snapshots and deltas, deflated or not', async () => {
    await show(1);
    const clients = [false, true].map((perMessageDeflate) => {
      const client = new WebSocket(url, { perMessageDeflate });
      const coins = new Map<number, (number | null)[]>();
      const wrong: string[] = [];
      let sequence = 0;
      let seen = '';
      client.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString());
        if (frame.type === 'resync') return;
        if (frame.type === 'snapshot') {
          coins.clear();
          for (const row of frame.rows) coins.set(row[0], row);
        } else {
          if (frame.sequence !== sequence + 1) wrong.push(`${sequence} → ${frame.sequence}`);
          for (const id of frame.removed) coins.delete(id);
          for (const [id, mask, ...values] of frame.rows) {
            const row = coins.get(id) ?? [id, null, null, null, null, null, null];
            for (let column = 1; column < row.length; column += 1)
              if (mask & (1 << (column - 1))) row[column] = values.shift();
            coins.set(id, row);
          }
        }
        sequence = frame.sequence;
        seen = frame.snapshotId;
        const expected = marketAt(Number(seen)).coins;
        const isRight = coins.size === COINS && expected.every((coin) => coins.get(coin.id)?.[1] === coin.priceUsd);
        if (!isRight) wrong.push(seen);
      });
      return { client, wrong, seen: () => seen };
    });
    for (let snapshotId = 2; snapshotId <= 30; snapshotId += 1) {
      await show(snapshotId);
      // Every third time the readers stop and go on, so that some fall behind.
      if (snapshotId % 3 === 0) for (const { client } of clients) client.pause();
      if (snapshotId % 3 === 2) for (const { client } of clients) client.resume();
    }
    for (const { client } of clients) client.resume();
    await waitFor(() => clients.every(({ seen }) => seen() === '30'), { deadlineMs: 20_000 });
    expect(clients.map(({ wrong }) => wrong)).toEqual([[], []]);
    for (const { client } of clients) client.terminate();
  });
});
