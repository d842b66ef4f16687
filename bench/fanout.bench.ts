import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createMemoryBus } from '@ubot/bus';
import { LIVE_COLUMNS, type Photo } from '@ubot/contracts';
import { createHttpApp, createLogger, type ServiceClient } from '@ubot/service-kit';
import { WebSocketServer } from 'ws';
import { createLive } from '../services/gateway/src/live/live.ts';
import { median, type Bench, type Figure } from './lib/bench.ts';
import { createRandom } from './lib/lab.ts';

const COINS = 1_000;
const FEW = 1_000;
const MANY = 5_000;
const MANY_ROUNDS = { rounds: 9, warmUp: 9 };
/** Each takes seconds. */
const FEW_ROUNDS = { rounds: 3, warmUp: 1 };
const SETTLE_MS = 100;
const ANSWER_LIMIT_MS = 60_000;
const FIGURES = [
  'priceUsd',
  'percentChange1h',
  'percentChange24h',
  'percentChange7d',
  'volume24hUsd',
  'marketCapUsd',
] as const;
const TO_MANY = `shared frame to ${MANY.toLocaleString('en-US')} clients`;
const STRING_TO_MANY = `the photo as a shared string to ${MANY.toLocaleString('en-US')} clients`;
const DEFLATE = { 'sec-websocket-extensions': 'permessage-deflate' };

/** A market in which every figure of every coin moves, with as many digits as the provider gives. */
function createMarket(): () => Photo {
  const random = createRandom(7);
  const coins = Array.from({ length: COINS }, (_, index) => ({
    id: index + 1,
    symbol: `C${index}`,
    name: `Coin ${index}`,
    slug: `coin-${index}`,
    rank: index + 1,
    priceUsd: Math.exp(10 - 16 * random()),
    volume24hUsd: Math.exp(24 * random()),
    marketCapUsd: Math.exp(27 * random()),
    percentChange1h: 4 * (random() - 0.5),
    percentChange24h: 40 * (random() - 0.5),
    percentChange7d: 90 * (random() - 0.5),
    providerTimeMs: null,
  }));
  let snapshotId = 0;
  return () => {
    snapshotId += 1;
    for (const coin of coins) {
      for (const column of FIGURES) coin[column] *= 1 + 0.002 * (random() - 0.5);
      // The provider gives prices in full and the rest to eight places.
      for (const column of FIGURES.slice(1)) coin[column] = Number(coin[column].toFixed(8));
    }
    return {
      snapshotId: String(snapshotId),
      takenAtMs: snapshotId * 60_000,
      source: 'lab',
      label: 'lab',
      demo: true,
      global: null,
      coins: coins.map((coin) => ({ ...coin })),
    };
  };
}

interface Contender {
  /** Sends the next snapshot to all. */
  publish(photo: Photo): void;
  readonly port: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly first: readonly string[];
  /** Frames that a client gets before any snapshot is published. */
  readonly greeting: number;
  close(): Promise<void>;
}

const none: ServiceClient = {
  request: () => Promise.reject(new Error('not asked')),
  requestRaw: () => Promise.reject(new Error('not asked')),
};

/** The gateway's own /ws on its own HTTP server. Nobody is asked who a client is. */
async function startOurs(): Promise<Contender> {
  const logger = createLogger({ service: 'bench', level: 'silent' });
  const app = createHttpApp({ service: 'bench', logger, bodyLimitBytes: 1_000, isReady: () => true });
  const live = createLive({
    identities: {
      known: () => null,
      forget: () => undefined,
      identify: async (token: string) => ({ ok: true, value: { userId: token, role: 'user' } }) as never,
    },
    services: { 'mother-app': none, scanner: none, 'user-manager': none, notifier: none },
    bus: createMemoryBus(),
    logger,
    nowMs: Date.now,
  });
  await live.addTo(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    publish: live.take,
    port: (app.server.address() as AddressInfo).port,
    headers: { ...DEFLATE, authorization: 'Bearer user-#' },
    first: [JSON.stringify({ type: 'subscribe', id: 'm', stream: 'market' })],
    greeting: 2,
    async close() {
      await live.close();
      await app.close();
    },
  };
}

const photoText = (photo: Photo): string => JSON.stringify(photo);
/** The figures alone, as a frame of /ws has them. */
const rowsText = ({ coins, ...rest }: Photo): string =>
  JSON.stringify({ ...rest, rows: coins.map((coin) => LIVE_COLUMNS.map((column) => coin[column])) });

/** What most programs do: one text, made once, and given to each client's send(). */
async function startNaive(textOf: (photo: Photo) => string, perMessageDeflate = false): Promise<Contender> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    publish(photo) {
      const text = textOf(photo);
      for (const client of server.clients) client.send(text);
    },
    port: (http.address() as AddressInfo).port,
    headers: perMessageDeflate ? DEFLATE : {},
    first: [],
    greeting: 0,
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      http.close();
      await once(http, 'close');
    },
  };
}

/** The clients of one contender, in a process of their own. */
function startClients(contender: Contender) {
  const child: ChildProcess = fork(join(import.meta.dirname, 'lib/fanoutClients.mjs'));
  let frames = contender.greeting;
  const answered = async (message: object): Promise<void> => {
    const answer = once(child, 'message', { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    child.send(message);
    await answer;
  };
  return {
    async open(count: number): Promise<void> {
      const { port, headers, first } = contender;
      await answered({ open: count, counted: frames - contender.greeting, port, path: '/ws', headers, first });
      await answered({ await: frames });
    },
    /** Milliseconds until the last client has the snapshot, and of the server's processor until then. */
    async publish(photo: Photo): Promise<{ ms: number; cpuMs: number }> {
      frames += 1;
      const cpu = process.cpuUsage();
      const startedMs = performance.now();
      contender.publish(photo);
      await answered({ await: frames });
      const { user, system } = process.cpuUsage(cpu);
      return { ms: performance.now() - startedMs, cpuMs: (user + system) / 1_000 };
    },
    async end(): Promise<void> {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

type Times = Record<string, { ms: number[]; cpuMs: number[] }>;
type Fleets = Readonly<Record<string, ReturnType<typeof startClients>>>;

/** Interleaved, so that whatever else the machine does meets all; a gateway runs for months, so the first rounds warm up. */
async function measure(
  fleets: Fleets,
  given: { next: () => Photo; log: (line: string) => void; rounds: number; warmUp: number },
): Promise<Times> {
  const times: Times = {};
  for (let round = 0; round < given.warmUp + given.rounds; round += 1) {
    for (const [name, fleet] of Object.entries(fleets)) {
      const photo = given.next();
      // What the one before left behind is not this one's to clear away.
      await settle();
      const taken = await fleet.publish(photo);
      if (round < given.warmUp) continue;
      times[name] ??= { ms: [], cpuMs: [] };
      times[name].ms.push(taken.ms);
      times[name].cpuMs.push(taken.cpuMs);
    }
  }
  for (const [name, { ms, cpuMs }] of Object.entries(times)) {
    given.log(
      `${name}: ${median(cpuMs).toFixed(0)} ms of the processor, ${median(ms).toFixed(0)} ms to the last client`,
    );
  }
  return times;
}

async function settle(): Promise<void> {
  global.gc?.();
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

async function residentBytes(): Promise<number> {
  for (let i = 0; i < 5; i += 1) await settle();
  return process.memoryUsage().rss;
}

async function run({ log }: { log: (line: string) => void }): Promise<Figure[]> {
  const next = createMarket();
  const ours = await startOurs();
  ours.publish(next());
  const naive = await startNaive(photoText);
  const rows = await startNaive(rowsText);
  const deflating = await startNaive(rowsText, true);
  const fleets = {
    'shared frame': startClients({ ...ours, greeting: 3 }),
    'the photo as a shared string': startClients(naive),
    'the same rows as a shared string': startClients(rows),
    'that string deflated for each': startClients(deflating),
  };
  const { 'that string deflated for each': slow, ...fast } = fleets;
  try {
    for (const fleet of Object.values(fleets)) await fleet.open(FEW);
    const few = await measure(fast, { next, log, ...MANY_ROUNDS });
    const deflated = await measure({ 'that string deflated for each': slow }, { next, log, ...FEW_ROUNDS });
    for (const fleet of Object.values(fleets).slice(2)) await fleet.end();
    const before = await residentBytes();
    await fleets['shared frame'].open(MANY);
    const perClient = ((await residentBytes()) - before) / (MANY - FEW);
    const strings = fleets['the photo as a shared string'];
    await strings.open(MANY);
    const both = { [TO_MANY]: fleets['shared frame'], [STRING_TO_MANY]: strings };
    const many = await measure(both, { next, log, ...MANY_ROUNDS });
    await strings.end();
    return figuresOf({ ...few, ...deflated, ...many }, perClient);
  } finally {
    await fleets['shared frame'].end();
    for (const contender of [ours, naive, rows, deflating]) await contender.close();
  }
}

function figuresOf(times: Times, perClient: number): Figure[] {
  const cost = (name: string) => median(times[name]!.cpuMs);
  const against = (name: string, goal: string, isOk: (ratio: number) => boolean): Figure => {
    const value = cost(name) / cost('shared frame');
    return { label: `${name} against the shared frame`, value, unit: 'times', goal, ok: isOk(value) };
  };
  const plain = (label: string, value: number): Figure => ({ label, value, unit: 'ms', goal: 'none', ok: true });
  const isEight = (ratio: number) => ratio >= 8;
  return [
    plain(`processor time of the server for ${FEW} clients`, cost('shared frame')),
    plain(`processor time of the server for ${MANY} clients`, cost(TO_MANY)),
    against('that string deflated for each', '≥ 8', isEight),
    against('the photo as a shared string', '≥ 8', isEight),
    against('the same rows as a shared string', 'none', () => true),
    against(TO_MANY, '≤ 6', (ratio) => ratio <= 6),
    {
      label: `${STRING_TO_MANY} against the shared frame to as many`,
      value: cost(STRING_TO_MANY) / cost(TO_MANY),
      unit: 'times',
      goal: '≥ 8',
      ok: isEight(cost(STRING_TO_MANY) / cost(TO_MANY)),
    },
    {
      label: 'resident memory of an idle client, subscribed',
      value: perClient / 1_024,
      unit: 'KB',
      goal: '≤ 16',
      ok: perClient <= 16 * 1_024,
    },
  ];
}

export const bench: Bench = {
  name: 'fanout',
  about: `A snapshot of ${COINS.toLocaleString('en-US')} coins to all WebSocket clients: processor time until the last has it`,
  run: async (tools) => ({ name: 'fanout', figures: await run(tools) }),
};
