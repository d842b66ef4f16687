import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Photo } from '@ubot/contracts';
import { buildMotherApp, MOTHER_APP_CONFIG } from '@ubot/mother-app';
import { createLogger, readConfig } from '@ubot/service-kit';
import { cmcCoin, createCmcServer, createTestDatabase, waitFor, type CmcCoin } from '@ubot/testing';
import { buildUserManager, USER_MANAGER_CONFIG } from '@ubot/user-manager';
import { median, type Bench } from './lib/bench.ts';
import { freePort } from './lib/freePort.ts';
import { requestsPerSecond } from './lib/load.ts';

const COINS = 10_000;
const ROUNDS = 3;
const ROUND_MS = 2_000;
const READY_MS = 60_000;
const SECRET = 'a secret of at least thirty-two bytes';
const TOKEN = 'operator-token-of-the-bench';
const ROOT = join(import.meta.dirname, '..');

/** Numbers with as many digits as the provider gives: round ones would compress far better than any real market. */
function realisticCoins(): CmcCoin[] {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  return Array.from({ length: COINS }, (_, i) => {
    const coin = cmcCoin({
      id: i + 1,
      priceUsd: Math.exp(12 - 24 * random()),
      volume24hUsd: Math.exp(24 * random()),
      marketCapUsd: Math.exp(27 * random()),
      percentChange24h: 40 * (random() - 0.5),
      updatedAtMs: Date.UTC(2026, 0, 1) + Math.floor(random() * 120) * 1_000,
    });
    const changes = { percent_change_1h: 4 * (random() - 0.5), percent_change_7d: 90 * (random() - 0.5) };
    return { ...coin, quote: { USD: { ...coin.quote.USD, ...changes } } };
  });
}

/** What is started and has to be ended, newest last. */
type Stops = (() => Promise<unknown>)[];

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The real gateway as a process of its own; mother-app and user-manager behind it are idle while it is measured. */
async function startGateway(stops: Stops): Promise<number> {
  const database = await createTestDatabase();
  stops.push(() => database.close());
  const cmc = await createCmcServer({
    frames: [{ coins: realisticCoins() }],
    plan: { creditsMonthly: 1_000_000_000, rateLimitMinute: 1_000_000 },
  });
  stops.push(() => cmc.close());
  const shared = { DATABASE_URL: database.url, UBOT_INTERNAL_SECRET: SECRET };
  const logger = createLogger({ service: 'bench', level: 'silent' });
  const nowMs = () => Date.now();
  const mother = buildMotherApp(
    readConfig(MOTHER_APP_CONFIG, {
      ...shared,
      MOTHER_APP_PORT: '0',
      UBOT_SOURCE: 'coinmarketcap',
      CMC_API_KEY: cmc.apiKey,
      CMC_BASE_URL: cmc.url,
      CMC_COINS: String(COINS),
      // One snapshot, so that every request is for the same one.
      UBOT_POLL_INTERVAL: '86400',
    }),
    { logger, nowMs, random: () => 0.5, historyLimitMs: 1 },
  );
  stops.push(() => mother.close());
  const users = buildUserManager(
    readConfig(USER_MANAGER_CONFIG, { ...shared, USER_MANAGER_PORT: '0', UBOT_OPERATOR_TOKEN: TOKEN }),
    { logger, nowMs, onOneTimePassword: () => {} },
  );
  stops.push(() => users.close());
  const [{ url: motherUrl }, { url: usersUrl }] = [await mother.listen(), await users.listen()];
  const port = await freePort();
  const gateway = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=ubot-source', join(ROOT, 'services/gateway/src/main.ts')],
    {
      cwd: ROOT,
      stdio: 'ignore',
      env: {
        ...process.env,
        ...shared,
        UBOT_PORT: String(port),
        UBOT_LOG_LEVEL: 'silent',
        UBOT_REQUESTS_PER_MINUTE: '1000000000',
        MOTHER_APP_URL: motherUrl,
        USER_MANAGER_URL: usersUrl,
      },
    },
  );
  stops.push(() => endProcess(gateway));
  return port;
}

async function startNaive(photo: Photo, stops: Stops): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'ubot-bench-'));
  stops.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'photo.json');
  await writeFile(file, JSON.stringify(photo));
  const naive = spawn(process.execPath, [join(import.meta.dirname, 'lib/naive-photo.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(() => endProcess(naive));
  const [line] = (await once(naive.stdout, 'data')) as [Buffer];
  return Number(line.toString());
}

export const bench: Bench = {
  name: 'photo',
  about: `The photo of ${COINS.toLocaleString('en-US')} coins over HTTP, through the gateway, against naive serialisation`,
  async run({ log }) {
    const stops: Stops = [];
    try {
      const port = await startGateway(stops);
      const headers = { authorization: `Bearer ${TOKEN}`, 'accept-encoding': 'gzip' };
      const url = `http://127.0.0.1:${port}/api/v1/photo`;
      const answer = await waitFor(
        async () => {
          const response = await fetch(url, { headers });
          return response.status === 200 ? response : null;
        },
        { deadlineMs: READY_MS, what: 'the photo' },
      );
      const etag = answer.headers.get('etag')!;
      const photo = (await answer.json()) as Photo;
      if (photo.coins.length !== COINS) throw new Error(`expected ${COINS} coins, got ${photo.coins.length}`);
      const naivePort = await startNaive(photo, stops);

      const common = { path: '/api/v1/photo', connections: 4, durationMs: ROUND_MS };
      const rates = { naive: [] as number[], cached: [] as number[], unchanged: [] as number[] };
      // Interleaved, so that whatever else the machine does meets all three; the first round warms up.
      for (let round = 0; round <= ROUNDS; round += 1) {
        const naive = await requestsPerSecond({ ...common, port: naivePort, headers, pipelined: 1, expectStatus: 200 });
        const cached = await requestsPerSecond({ ...common, port, headers, pipelined: 4, expectStatus: 200 });
        const unchanged = await requestsPerSecond({
          ...common,
          port,
          headers: { ...headers, 'if-none-match': etag },
          pipelined: 64,
          expectStatus: 304,
        });
        log(`a second: naive ${naive.toFixed(1)}, cached ${cached.toFixed(0)}, 304 ${unchanged.toFixed(0)}`);
        if (round === 0) continue;
        rates.naive.push(naive);
        rates.cached.push(cached);
        rates.unchanged.push(unchanged);
      }
      const naive = median(rates.naive);
      const cachedRatio = median(rates.cached) / naive;
      const unchangedRatio = median(rates.unchanged) / naive;
      return {
        name: 'photo',
        figures: [
          { label: 'naive: stringify and gzip each time', value: naive, unit: 'requests/s', goal: 'none', ok: true },
          {
            label: 'cached and compressed against naive',
            value: cachedRatio,
            unit: 'times',
            goal: '≥ 50',
            ok: cachedRatio >= 50,
          },
          {
            label: '304 against naive',
            value: unchangedRatio,
            unit: 'times',
            goal: '≥ 1000',
            ok: unchangedRatio >= 1_000,
          },
        ],
      };
    } finally {
      for (const stop of stops.toReversed()) await stop();
    }
  },
};
