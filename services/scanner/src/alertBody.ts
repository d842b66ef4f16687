import { explainCondition } from '@ubot/alerting';
import type { AlertCandle, AlertValue, CoinWire } from '@ubot/contracts';
import type { AlertToClaim } from '@ubot/db';
import type { Engine } from '@ubot/engine';
import { TIMEFRAME_MS, type CandleColumns, type CandleFolder } from '@ubot/market';
import type { Decided } from './decide.ts';
import type { LiveStrategy } from './liveStrategy.ts';
import type { World } from './world.ts';

/** A snapshot that takes longer than this to be evaluated was caught up on. */
export const LATE_AFTER_MS = 60_000;

export interface AlertContext {
  readonly world: World;
  /** What the candle folder closed with this snapshot. */
  readonly closed: readonly CandleColumns[];
  readonly coinOf: (coinId: number) => CoinWire;
  readonly nowMs: number;
}

/** The alert as it is stored and shown: everything that made it fire, so that it explains itself. */
export function alertBody(decided: Decided, context: AlertContext): AlertToClaim['body'] {
  const { live, coinId, atMs } = decided;
  const { world } = context;
  const { strategy } = live;
  const snapshot = world.latest;
  if (snapshot === null) throw new Error('An alert was decided before the first snapshot.');
  const coin = context.coinOf(coinId);
  const candle = judgedCandle(decided, { folder: world.folder, closed: context.closed });
  const { explanation, values } = explain(world.engine, live, coinId);
  return {
    userId: strategy.userId,
    strategyId: strategy.id,
    strategyVersionId: strategy.versionId,
    strategyVersion: strategy.version,
    strategyName: strategy.name,
    coin: { id: coin.id, symbol: coin.symbol, name: coin.name, slug: coin.slug },
    timeframe: strategy.timeframe,
    triggeredAtMs: atMs,
    snapshotTakenAtMs: snapshot.takenAtMs,
    priceUsd: candle?.close ?? 0,
    source: snapshot.source,
    condition: strategy.condition,
    explanation,
    values,
    candle,
    late: context.nowMs - snapshot.takenAtMs > LATE_AFTER_MS,
    mayRepaint: strategy.trigger.on === 'snapshot',
  };
}

/** The condition in words with its values as of the last evaluation, and the user's own named values. */
export function explain(
  engine: Engine,
  { strategy: { timeframe, trigger }, condition }: LiveStrategy,
  coinId: number,
): { explanation: string; values: AlertValue[] } {
  const query = (key: string) => ({ timeframe, on: trigger.on, coinId, key });
  return explainCondition({
    root: condition.root,
    named: condition.named,
    valueOf: (key) => engine.valueOf(query(key)),
    previousOf: (key) => engine.previousOf(query(key)),
  });
}

/** The candle that was judged: the closed one, or the open one as it stands. */
export function judgedCandle(
  { live, coinId, atMs }: Omit<Decided, 'reason'>,
  { folder, closed }: { folder: CandleFolder | null; closed: readonly CandleColumns[] },
): AlertCandle | null {
  const { timeframe, trigger } = live.strategy;
  if (trigger.on === 'snapshot') {
    const open = folder?.openCandle(timeframe, coinId) ?? null;
    return open === null ? null : shown(timeframe, open);
  }
  const columns = closed.find((each) => each.timeframe === timeframe);
  const row = columns?.coinIds.indexOf(coinId) ?? -1;
  if (columns === undefined || row < 0) return null;
  return shown(timeframe, {
    openAtMs: atMs - TIMEFRAME_MS[timeframe],
    open: columns.open[row]!,
    high: columns.high[row]!,
    low: columns.low[row]!,
    close: columns.close[row]!,
    samples: columns.samples[row]!,
  });
}

function shown(timeframe: AlertCandle['timeframe'], candle: Omit<AlertCandle, 'timeframe'>): AlertCandle {
  const { openAtMs, open, high, low, close, samples } = candle;
  return { timeframe, openAtMs, open, high, low, close, samples };
}
