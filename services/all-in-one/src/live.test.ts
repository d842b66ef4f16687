import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DEFAULT_TRIGGER, LIVE_SERVER_MESSAGES, type Strategy } from '@ubot/contracts';
import { claimAlerts, createDatabase, insertStrategy, withTransaction, type Database } from '@ubot/db';
import { newId, schemaIssues } from '@ubot/service-kit';
import { seededRandom, waitFor } from '@ubot/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startWholeUbot, type WholeUbot } from './wholeUbot.testing.ts';

/** /ws before all services on a real database, with the demo market moving every second. */
let ubot: WholeUbot;
let db: Database;
let userId: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  ubot = await startWholeUbot();
  db = createDatabase({ connectionString: ubot.databaseUrl, applicationName: 'live-test', poolSize: 4 });
  userId = ((await ubot.call('GET', '/api/v1/me')).body as { id: string }).id;
}, 90_000);
afterAll(async () => {
  await db?.close();
  await ubot?.close();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

const between = (random: () => number, low: number, high: number) => low + Math.floor(random() * (high - low + 1));

async function addStrategy(): Promise<Strategy> {
  const now = Date.now();
  const strategy: Strategy = {
    id: newId(),
    userId,
    version: 1,
    versionId: newId(),
    name: 'Dip',
    enabled: true,
    universe: { kind: 'coins', ids: [1] },
    timeframe: '1h',
    indicators: [],
    tags: [],
    urgent: false,
    condition: 'close < 0.0000001',
    trigger: DEFAULT_TRIGGER,
    message: null,
    channelIds: [],
    createdAtMs: now,
    updatedAtMs: now,
  };
  await withTransaction(db, (tx) => insertStrategy(tx, strategy));
  return strategy;
}

/** Claims alerts in one transaction as the scanner does; answers their sequence numbers. */
async function claim(strategy: Strategy, count: number): Promise<string[]> {
  const { versionId, id: strategyId, name, condition } = strategy;
  const alerts = Array.from({ length: count }, () => ({
    id: newId(),
    notifications: [],
    body: {
      userId,
      strategyId,
      strategyVersionId: versionId,
      strategyVersion: 1,
      strategyName: name,
      coin: { id: (nextCoin += 1), symbol: 'BTC', name: 'Bitcoin', slug: 'bitcoin' },
      timeframe: '1h' as const,
      triggeredAtMs: Date.UTC(2026, 0, 5),
      snapshotTakenAtMs: Date.UTC(2026, 0, 5),
      priceUsd: 1,
      source: 'demo',
      condition,
      explanation: 'close = 1',
      values: [{ text: 'close', value: 1 }],
      candle: null,
      late: false,
      mayRepaint: false,
    },
  }));
  const claimed = await withTransaction(db, (tx) => claimAlerts(tx, { alerts, nowMs: Date.now() }));
  return claimed.map(({ sequence }) => sequence);
}
let nextCoin = 0;

/** A line that breaks after so many bytes, in the middle of whatever is on it. */
async function startBreakingLine(
  target: string,
): Promise<{ url: string; budget: (bytes: number) => void; server: Server }> {
  const { hostname, port } = new URL(target);
  let bytesLeft = Infinity;
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.pipe(far);
    far.on('data', (chunk) => {
      near.write(chunk.subarray(0, Math.max(0, bytesLeft)));
      bytesLeft -= chunk.length;
      if (bytesLeft <= 0) near.end(end);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, server, budget: (bytes) => (bytesLeft = bytes) };
}

interface Message {
  type: string;
  stream?: string;
  [field: string]: unknown;
}
function publishedAs(message: Message): object {
  const name =
    message.stream !== undefined && message.type !== 'subscribed' ? `${message.stream}_${message.type}` : message.type;
  return (LIVE_SERVER_MESSAGES as Record<string, object>)[name] ?? { not: {} };
}
const open = (url: string): WebSocket =>
  new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { authorization: `Bearer ${ubot.operatorToken}` } });

describe('own alerts over a line that breaks', () => {
  const CUTS = 50;
  const SEED = 20_260_105;

  test(`arrive each once and in order through ${CUTS} breaks at random bytes (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const line = await startBreakingLine(ubot.url);
    const strategy = await addStrategy();
    const claimed: string[] = [];
    let isClaiming = true;
    // Two claim at a time, as two scanners do, some alone and some in bursts.
    const claiming = Promise.all(
      [1, 2].map(async () => {
        for (;;) {
          if (!isClaiming) return;
          claimed.push(...(await claim(strategy, between(random, 1, 6))));
          await new Promise((resolve) => setTimeout(resolve, between(random, 0, 15)));
        }
      }),
    );
    const received: string[] = [];
    const wrong: string[] = [];
    let after = '0';
    /** Follows on from where it was until the line breaks; 0 is never. */
    const follow = async (isOver: () => boolean): Promise<void> => {
      const socket = open(line.url);
      socket.on('error', () => undefined);
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'subscribe', id: 'a', stream: 'alerts', afterSequence: after }));
        socket.send(JSON.stringify({ type: 'subscribe', id: 'm', stream: 'market' }));
      });
      socket.on('message', (data: Buffer) => {
        const message = JSON.parse(data.toString()) as Message;
        const [issue] = schemaIssues(publishedAs(message), message);
        if (issue !== undefined) wrong.push(`${message.type}${issue.path} ${issue.message}`);
        if (message.type !== 'alert') return;
        after = (message['alert'] as { sequence: string }).sequence;
        received.push(after);
        if (isOver()) socket.terminate();
      });
      // Not `once`, which takes the error of a handshake that was cut for its own.
      await new Promise((resolve) => socket.on('close', resolve));
    };
    try {
      for (let cut = 0; cut < CUTS; cut += 1) {
        // The handshake and the first answers are about 900 bytes, an alert is about as many.
        line.budget(between(random, 1, 20_000));
        await follow(() => false);
      }
    } finally {
      isClaiming = false;
      await claiming;
    }
    const all = claimed.toSorted((a, b) => Number(BigInt(a) - BigInt(b)));
    line.budget(Infinity);
    if (received.at(-1) !== all.at(-1)) await follow(() => received.length >= all.length);
    line.server.close();
    expect(all.length).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
    expect(received).toEqual(all);
  }, 120_000);
});

describe('the whole product over /ws', () => {
  test('brings prices, candles, alerts and deliveries, and every message is a published one', async () => {
    const channel = (await ubot.call('POST', '/api/v1/channels', { body: { name: 'Log', target: { kind: 'log' } } }))
      .body as { id: string };
    const socket = open(ubot.url);
    const messages: Message[] = [];
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString())));
    await once(socket, 'open');
    const send = (message: object) => socket.send(JSON.stringify(message));
    send({ type: 'subscribe', id: 'm', stream: 'market' });
    send({ type: 'subscribe', id: 'c', stream: 'candles', coinId: 1, timeframe: '1m', limit: 5 });
    send({ type: 'subscribe', id: 'a', stream: 'alerts' });
    send({ type: 'subscribe', id: 'd', stream: 'deliveries' });
    const has = (type: string, stream?: string) =>
      messages.find((message) => message.type === type && (stream === undefined || message.stream === stream)) ?? null;
    await waitFor(() => has('deliveries') !== null, { deadlineMs: 10_000, what: 'four subscriptions' });
    await ubot.call('POST', '/api/v1/strategies', {
      body: {
        name: 'Above nothing',
        universe: { kind: 'coins', ids: [1] },
        timeframe: '1m',
        condition: 'close > 0',
        channelIds: [channel.id],
        trigger: { ...DEFAULT_TRIGGER, on: 'snapshot', fires: 'once' },
      },
    });
    await waitFor(() => has('delta', 'market') !== null && has('delta', 'candles') !== null, { deadlineMs: 15_000 });
    const alert = (await waitFor(() => has('alert'), { deadlineMs: 30_000, what: 'an alert' })) as Message;
    expect(alert['alert']).toMatchObject({ userId, strategyName: 'Above nothing', coin: { id: 1 } });
    const states = () =>
      messages
        .filter(({ type }) => type === 'delivery')
        .map(({ notification }) => (notification as { state: string }).state);
    await waitFor(() => states().at(-1) === 'delivered' || states().at(-1) === 'sent', {
      deadlineMs: 15_000,
      what: 'its delivery',
    });
    socket.terminate();
    const wrong = messages.flatMap((message) =>
      schemaIssues(publishedAs(message), message).map((issue) => `${message.type}${issue.path} ${issue.message}`),
    );
    expect(wrong).toEqual([]);
  }, 90_000);

  test.each(['json', 'binary'])(
    'is followed by the example client as %s',
    async (format) => {
      const file = fileURLToPath(new URL('../../../examples/ws-client/client.mjs', import.meta.url));
      const child = spawn(process.execPath, [file, ubot.url, ubot.operatorToken, format], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      let [said, complaints] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
      await waitFor(() => (said.match(/^market \d+: 20 coins, first at [\d.]+$/gm) ?? []).length >= 3, {
        deadlineMs: 20_000,
        what: 'three frames',
      });
      const sequences = [...said.matchAll(/^market (\d+):/gm)].map(([, sequence]) => Number(sequence));
      expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
      const [sequence] = await claim(await addStrategy(), 1);
      await waitFor(() => said.includes(`alert ${sequence}: BTC Dip: close = 1\n`), { deadlineMs: 10_000 });
      expect(complaints).toBe('');
    },
    60_000,
  );
});
