import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineStrategy } from '@ubot/engine';
import type { SnapshotColumns } from '@ubot/market';
import { createServiceProcess, until } from '../test/lib/process.ts';
import { median, type Bench, type Figure } from './lib/bench.ts';
import { compare, createLabEngine, createLabMarket, createRandom, MONDAY_MS, numberOf, strategyOf } from './lib/lab.ts';

const BINARY = '/usr/bin/prometheus';
const COINS = 10_000;
const RULES = 100_000;
/** Longer than an evaluation takes, so that Prometheus misses none and scrapes between them. */
const INTERVAL_S = 8;
/** The first evaluations look every series up and fill the caches. */
const WARM_UP_EVALUATIONS = 2;
const EVALUATIONS = 7;
/** Ours are shorter by far, so more of them make a steady median. */
const SNAPSHOTS = 200;
const GOAL = 1_000;
const START_MS = 60_000;
const STOP_MS = 20_000;

interface Threshold {
  readonly coinId: number;
  readonly op: '<' | '>';
  readonly level: number;
}

/**
 * Levels within 20 % of the price that are not passed yet, as people set price alerts. This is the kinder case for
 * Prometheus: for every alert that is true it writes two samples at each evaluation.
 */
function createThresholds({ coinIds, prices }: { coinIds: Int32Array; prices: Float64Array }): Threshold[] {
  const random = createRandom(11);
  return Array.from({ length: RULES }, () => {
    const coin = Math.floor(random() * prices.length);
    const share = 0.8 + 0.4 * random();
    return { coinId: coinIds[coin]!, op: share < 1 ? '<' : '>', level: prices[coin]! * share };
  });
}

/** The market as a page to scrape: a minute passes with each scrape, until it is frozen. */
async function createPage(market: ReturnType<typeof createLabMarket>) {
  const minutes: SnapshotColumns[] = [];
  let isFrozen = false;
  let scrapes = 0;
  const server = createServer((_incoming, outgoing) => {
    if (!isFrozen) minutes.push(market.next());
    const { coinIds, priceUsd } = minutes.at(-1)!;
    const lines = Array.from(coinIds, (id, i) => `coin_price{coin="${id}"} ${priceUsd[i]!}\n`);
    outgoing.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    outgoing.end(`# TYPE coin_price gauge\n${lines.join('')}`);
    outgoing.on('finish', () => {
      scrapes += 1;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Every minute that was shown, oldest first. */
    minutes,
    scrapes: () => scrapes,
    freeze() {
      isFrozen = true;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** JSON is YAML, so nothing has to be escaped by hand. One group: Prometheus evaluates its rules one after the other. */
async function writeConfig(folder: string, target: string, thresholds: readonly Threshold[]): Promise<string> {
  const rules = thresholds.map(({ coinId, op, level }, i) => ({
    alert: String(i),
    expr: `coin_price{coin="${coinId}"} ${op} ${level}`,
  }));
  const rulesFile = join(folder, 'rules.yml');
  await writeFile(rulesFile, JSON.stringify({ groups: [{ name: 'thresholds', rules }] }));
  const configFile = join(folder, 'prometheus.yml');
  const config = {
    global: { scrape_interval: `${INTERVAL_S}s`, evaluation_interval: `${INTERVAL_S}s` },
    rule_files: [rulesFile],
    scrape_configs: [{ job_name: 'coins', static_configs: [{ targets: [target] }] }],
  };
  await writeFile(configFile, JSON.stringify(config));
  return configFile;
}

async function startPrometheus(folder: string, configFile: string) {
  const listen = `127.0.0.1:${await freePort()}`;
  const prometheus = createServiceProcess({
    name: 'prometheus',
    command: [
      BINARY,
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${listen}`,
      '--log.level=warn',
    ],
    env: {},
  });
  const get = async (path: string): Promise<string> => {
    const answer = await fetch(`http://${listen}${path}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`prometheus answered ${answer.status} to ${path}: ${text.slice(0, 500)}`);
    return text;
  };
  prometheus.start();
  return {
    get,
    lines: prometheus.lines,
    async stop() {
      const gone = await Promise.race([prometheus.stop().then(() => true), sleep(STOP_MS, false, { ref: false })]);
      if (!gone) await prometheus.kill();
    },
  };
}

type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;

/** What Prometheus says of its rules; a metric with several series (one for each group) is their sum. */
async function readRules(prometheus: Prometheus) {
  const metrics = await prometheus.get('/metrics');
  const sum = (name: string): number => {
    const found = [...metrics.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))];
    if (found.length === 0) throw new Error(`prometheus has no metric ${name}`);
    return found.reduce((total, [, value]) => total + Number(value), 0);
  };
  return {
    rules: sum('prometheus_rule_group_rules'),
    durationMs: sum('prometheus_rule_group_last_duration_seconds') * 1e3,
    /** When the last evaluation that is finished began; far in the past before the first. */
    evaluatedAtS: sum('prometheus_rule_group_last_evaluation_timestamp_seconds'),
    failures: sum('prometheus_rule_evaluation_failures_total'),
  };
}

async function nextEvaluation(prometheus: Prometheus, afterS: number) {
  const rules = await until(
    'prometheus to evaluate its rules',
    async () => {
      await sleep(200);
      const now = await readRules(prometheus);
      return now.evaluatedAtS > Math.max(0, afterS) ? now : undefined;
    },
    10 * INTERVAL_S * 1e3,
  );
  if (rules.rules !== RULES || rules.failures > 0) {
    throw new Error(`prometheus has ${rules.rules} rules, ${rules.failures} failed: ${prometheus.lines.join('\n')}`);
  }
  return rules;
}

/** How long evaluations took, which minutes of the market they saw, and what is true after the last minute. */
async function timePrometheus(log: (line: string) => void) {
  const market = createLabMarket(COINS, MONDAY_MS);
  const first = market.next();
  const thresholds = createThresholds(market);
  const folder = await mkdtemp(join(tmpdir(), 'ubot-prometheus-'));
  const page = await createPage(market);
  const prometheus = await startPrometheus(folder, await writeConfig(folder, page.address, thresholds));
  try {
    await until('prometheus to be ready', () => prometheus.get('/-/ready'), START_MS);
    await until('a scrape', () => page.scrapes() > 0, START_MS);
    const times: number[] = [];
    let atS = Date.now() / 1e3;
    for (let i = 0; i < WARM_UP_EVALUATIONS + EVALUATIONS; i++) {
      const { evaluatedAtS, durationMs } = await nextEvaluation(prometheus, atS);
      atS = evaluatedAtS;
      log(`prometheus: ${durationMs.toFixed(0)} ms${i < WARM_UP_EVALUATIONS ? ' (warm-up)' : ''}`);
      if (i >= WARM_UP_EVALUATIONS) times.push(durationMs);
    }
    page.freeze();
    // A scrape begins when the one before is stored.
    const scrapes = page.scrapes();
    await until('scrapes of the frozen page', () => page.scrapes() >= scrapes + 2);
    await nextEvaluation(prometheus, Date.now() / 1e3);
    const answer = await prometheus.get(`/api/v1/query?query=${encodeURIComponent('ALERTS{alertstate="firing"}')}`);
    const { data } = JSON.parse(answer) as { data: { result: { metric: { alertname: string } }[] } };
    const firing = new Set(data.result.map(({ metric }) => Number(metric.alertname)));
    return { times, first, thresholds, minutes: page.minutes, firing };
  } finally {
    await prometheus.stop();
    page.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The same thresholds over the same minutes; then over further ones, for a steady median. Timed is the whole way from the
 * columns of a snapshot to every change told: folding the candles is in it, although Prometheus' duration has no scrape in it.
 */
async function timeEngine(given: {
  first: SnapshotColumns;
  minutes: readonly SnapshotColumns[];
  thresholds: readonly Threshold[];
}) {
  const { first, minutes, thresholds } = given;
  const lab = createLabEngine({ name: 'prometheus' });
  const price = numberOf('price', '1m');
  await lab.take(first);
  lab.put(
    thresholds.map(({ coinId, op, level }, handle): EngineStrategy =>
      strategyOf(handle, compare(price, op, level), { timeframe: '1m', on: 'snapshot', coins: [coinId] }),
    ),
  );
  const market = createLabMarket(COINS, MONDAY_MS);
  market.next();
  const times: number[] = [];
  const judgeTimes: number[] = [];
  const isTrueNow = new Set<number>();
  let firing = new Set<number>();
  for (let i = 0; i < Math.max(SNAPSHOTS, minutes.length); i++) {
    const { foldMs, judgeMs } = await lab.take(market.next());
    // The first evaluation takes all thresholds in.
    if (i > 0) {
      judgeTimes.push(judgeMs);
      times.push(foldMs + judgeMs);
    }
    lab.engine.forEachChange((handle, _coinId, isTrue) => {
      if (isTrue) isTrueNow.add(handle);
      else isTrueNow.delete(handle);
    });
    if (i === minutes.length - 1) firing = new Set(isTrueNow);
  }
  return { times, judgeTimes, firing };
}

function countDifferences(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  return [...a].filter((handle) => !b.has(handle)).length + [...b].filter((handle) => !a.has(handle)).length;
}

const absent: Figure = {
  label: 'prometheus is not installed',
  value: Number.NaN,
  unit: '×',
  goal: 'none',
  ok: true,
};

export const bench: Bench = {
  name: 'prometheus',
  about: `${RULES.toLocaleString('en-US')} thresholds over ${COINS.toLocaleString('en-US')} prices, against alerting rules of Prometheus`,
  async run({ log }) {
    if (!existsSync(BINARY)) return { name: 'prometheus', figures: [absent] };
    const theirs = await timePrometheus(log);
    const ours = await timeEngine(theirs);
    const [theirMs, ourMs, judgeMs] = [median(theirs.times), median(ours.times), median(ours.judgeTimes)];
    const fastest = Math.min(...theirs.times) / Math.min(...ours.times);
    log(`here: ${ourMs.toFixed(2)} ms; ${theirs.firing.size} of ${RULES} true after ${theirs.minutes.length} minutes`);
    log(`the fastest evaluation of each: ${fastest.toFixed(0)}×`);
    const different = countDifferences(theirs.firing, ours.firing);
    const ratio = theirMs / ourMs;
    return {
      name: 'prometheus',
      figures: [
        { label: 'prometheus, an evaluation', value: theirMs, unit: 'ms', goal: 'none', ok: true },
        { label: 'here, a snapshot, its candles too', value: ourMs, unit: 'ms', goal: 'none', ok: true },
        { label: 'prometheus against here', value: ratio, unit: '×', goal: `≥ ${GOAL}`, ok: ratio >= GOAL },
        { label: 'here, the judging alone', value: judgeMs, unit: 'ms', goal: 'none', ok: true },
        { label: 'prometheus against the judging alone', value: theirMs / judgeMs, unit: '×', goal: 'none', ok: true },
        {
          label: 'verdicts that differ after the last minute',
          value: different,
          unit: `of ${theirs.firing.size} alerts`,
          goal: '≤ 0',
          ok: different === 0 && theirs.firing.size > 0,
        },
      ],
    };
  },
};
