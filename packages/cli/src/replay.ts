import { parseArgs } from 'node:util';
import {
  LIMITS,
  TIMEFRAMES,
  UbotError,
  type DecisionReason,
  type Failure,
  type Result,
  type Timeframe,
} from '@ubot/contracts';
import { createDatabase, migrate, storeSnapshot, upsertCoins, withTransaction, type Database } from '@ubot/db';
import {
  createCandleFolder,
  createGlobalCandleFolder,
  createStaleness,
  type CandleColumns,
  type GlobalCandleColumns,
} from '@ubot/market';
import { createSource, type CoinInfo, type MarketSource, type PollOutcome } from '@ubot/sources';
import type { CommandIo } from './command.ts';
import { frameTimes, readRecording, type Recording, type ReplayFrame } from './replayFolder.ts';
import { createReplayServer, type ReplayServer } from './replayServer.ts';
import { createReplayScanner, readStrategy, type ReplayAlert, type ReplayStrategy } from './replayStrategies.ts';

export interface ReplaySummary {
  readonly event: 'summary';
  readonly folder: string;
  readonly polls: number;
  readonly snapshots: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly intervalMs: number;
  /** Different coins seen. */
  readonly coins: number;
  readonly tickers: number;
  /** Coins that failed their check, over all polls. */
  readonly leftOut: number;
  readonly globalSnapshots: number;
  /** Polls that brought nothing, and why. */
  readonly failures: readonly { readonly files: readonly string[]; readonly code: string; readonly detail: string }[];
  readonly ignoredFiles: readonly string[];
  /** Closed candles, over all coins. */
  readonly candlesClosed: Readonly<Record<Timeframe, number>>;
  readonly globalCandlesClosed: Readonly<Record<Timeframe, number>>;
  readonly strategies: number;
  readonly alerts: number;
  readonly decisions: Partial<Record<DecisionReason, number>>;
}

export interface ReplayOptions {
  readonly folder: string;
  readonly strategyFiles: readonly string[];
  /** Stores what is replayed there as well. */
  readonly databaseUrl: string | null;
  readonly onAlert: (alert: ReplayAlert) => void;
}

/** The command line of `ubot replay`. */
export async function runReplay(args: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parseReplayArgs(args);
  if (!parsed.ok) throw new UbotError(parsed.failure.code, parsed.failure.detail);
  const line = (value: unknown) => io.out(`${JSON.stringify(value)}\n`);
  const result = await replay({ ...parsed.value, onAlert: line });
  if (!result.ok) throw new UbotError(result.failure.code, result.failure.detail);
  line(result.value);
  return 0;
}

function parseReplayArgs(args: readonly string[]): Result<Omit<ReplayOptions, 'onAlert'>> {
  const misused = (detail: string): { ok: false; failure: Failure } => ({
    ok: false,
    failure: { code: 'VALIDATION_FAILED', detail },
  });
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { strategy: { type: 'string', multiple: true }, database: { type: 'string' } },
      allowPositionals: true,
    });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) return misused('One FOLDER of recorded answers is wanted.');
    return { ok: true, value: { folder, strategyFiles: values.strategy ?? [], databaseUrl: values.database ?? null } };
  } catch (error) {
    // parseArgs throws on an unknown option or a missing value; its message names it.
    return misused(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Plays a folder of recorded answers.
 *
 * Edges:  the same folder gives the same output; a poll that fails leaves a gap, as it would live.
 * Errors: VALIDATION_FAILED (the folder), STRATEGY_INVALID and those of the condition language, DATABASE_UNAVAILABLE.
 */
export async function replay(options: ReplayOptions): Promise<Result<ReplaySummary>> {
  const recording = await readRecording(options.folder);
  if (!recording.ok) return recording;
  const strategies: ReplayStrategy[] = [];
  for (const path of options.strategyFiles) {
    const strategy = await readStrategy(path);
    if (!strategy.ok) return strategy;
    strategies.push(strategy.value);
  }
  const stops: (() => Promise<void>)[] = [];
  try {
    const db = options.databaseUrl === null ? null : await openDatabase(options.databaseUrl);
    if (db !== null) stops.push(() => db.close());
    const server = await createReplayServer();
    stops.push(() => server.close());
    return await play({ ...options, recording: recording.value, strategies, db, server });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function openDatabase(connectionString: string): Promise<Database> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  await migrate({ connectionString, log: silent });
  return createDatabase({ connectionString, applicationName: 'ubot replay', poolSize: 2 });
}

type PlayOptions = ReplayOptions & {
  readonly recording: Recording;
  readonly strategies: readonly ReplayStrategy[];
  readonly db: Database | null;
  readonly server: ReplayServer;
};

async function play(options: PlayOptions): Promise<Result<ReplaySummary>> {
  const { recording, strategies, db, server } = options;
  const { times, intervalMs } = frameTimes(recording);
  const clock = { ms: times[0]! };
  const newSource = () => sourceFor(options, { intervalMs, nowMs: () => clock.ms });
  let source = await newSource();
  if (!source.ok) return source;
  const staleness = createStaleness();
  const folder = createCandleFolder({ timeframes: TIMEFRAMES, staleness });
  const globalFolder = createGlobalCandleFolder({ timeframes: TIMEFRAMES });
  const scanner = createReplayScanner({ strategies, folder, staleness });
  const coins = new Map<number, CoinInfo>();
  const tally = createTally();

  for (const [i, frame] of recording.frames.entries()) {
    clock.ms = times[i]!;
    server.show(frame);
    const polled = await pollOnce(source.value, frame, clock.ms);
    if (!polled.ok) {
      tally.failed(frame, polled.failure);
      // A driver that rests after a failure would not ask; yet the next recorded answer was given.
      source = await newSource();
      if (!source.ok) return source;
      continue;
    }
    const outcome = polled.value;
    for (const coin of outcome.coins) coins.set(coin.id, coin);
    const closed = folder.addSnapshot(outcome.snapshot);
    const closedGlobal = globalFolder.addSnapshot(outcome.snapshot);
    if (db !== null) await store(db, { outcome, closed, closedGlobal });
    const alerts = scanner.judge({ snapshot: outcome.snapshot, closed, coinOf: (id) => coins.get(id)! });
    for (const alert of alerts) options.onAlert(alert);
    tally.polled({ outcome, closed, closedGlobal, alertCount: alerts.length });
  }
  return {
    ok: true,
    value: {
      event: 'summary',
      folder: options.folder,
      polls: recording.frames.length,
      ...tally.counts(),
      intervalMs,
      coins: coins.size,
      ignoredFiles: recording.ignored,
      strategies: strategies.length,
      decisions: scanner.counts(),
    },
  };
}

function sourceFor(
  { recording, server }: PlayOptions,
  { intervalMs, nowMs }: { intervalMs: number; nowMs: () => number },
): Promise<Result<MarketSource>> {
  const rows = recording.frames.map((frame) => frame.rows?.length ?? 0);
  const coins = Math.min(LIMITS.snapshotCoins, Math.max(1, ...rows));
  // Recorded failures stay what they are: retrying them at once is only worth one look.
  const cmc = { apiKey: 'replay', baseUrl: server.url, coins, intervalMs, retryBaseMs: 1 };
  return createSource({ setting: 'coinmarketcap', cmc, nowMs, random: () => 0.5, log: () => {} });
}

function pollOnce(source: MarketSource, frame: ReplayFrame, nominalAtMs: number): Promise<Result<PollOutcome>> {
  const signal = new AbortController().signal;
  return source.poll({ nominalAtMs, wantGlobal: frame.global !== null, signal });
}

interface Polled {
  readonly outcome: PollOutcome;
  readonly closed: readonly CandleColumns[];
  readonly closedGlobal: readonly GlobalCandleColumns[];
}

async function store(db: Database, { outcome, closed, closedGlobal }: Polled): Promise<void> {
  const { snapshot, coins, leftOutCount, creditCount } = outcome;
  await withTransaction(db, async (tx) => {
    await upsertCoins(tx, coins, { nowMs: snapshot.takenAtMs });
    const closedCandles = { closedCandles: closed, closedGlobalCandles: closedGlobal };
    await storeSnapshot(tx, { snapshot, ...closedCandles, leftOutCount, creditCount });
  });
}

const noCandles = (): Record<Timeframe, number> =>
  Object.fromEntries(TIMEFRAMES.map((timeframe) => [timeframe, 0])) as Record<Timeframe, number>;

function createTally() {
  const candlesClosed = noCandles();
  const globalCandlesClosed = noCandles();
  const failures: ReplaySummary['failures'][number][] = [];
  let [snapshots, tickers, leftOut, globalSnapshots, alerts] = [0, 0, 0, 0, 0];
  let fromMs: number | null = null;
  let toMs: number | null = null;
  return {
    failed(frame: ReplayFrame, { code, detail }: Failure): void {
      failures.push({ files: frame.files, code, detail });
    },
    polled({ outcome, closed, closedGlobal, alertCount }: Polled & { alertCount: number }): void {
      const { snapshot } = outcome;
      snapshots += 1;
      tickers += snapshot.coinIds.length;
      leftOut += outcome.leftOutCount;
      alerts += alertCount;
      if (snapshot.global !== null) globalSnapshots += 1;
      fromMs ??= snapshot.takenAtMs;
      toMs = snapshot.takenAtMs;
      for (const columns of closed) candlesClosed[columns.timeframe] += columns.coinIds.length;
      for (const columns of closedGlobal) globalCandlesClosed[columns.timeframe] += columns.metrics.length;
    },
    counts: () => ({
      snapshots,
      tickers,
      leftOut,
      globalSnapshots,
      alerts,
      fromMs,
      toMs,
      failures,
      candlesClosed,
      globalCandlesClosed,
    }),
  };
}
