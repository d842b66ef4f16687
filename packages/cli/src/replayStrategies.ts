import { readFile } from 'node:fs/promises';
import { decideAlert, explainCondition, INITIAL_ALERT_STATE, renderAlertText, type AlertState } from '@ubot/alerting';
import {
  DEFAULT_TRIGGER,
  StrategyInputSchema,
  type AlertCandle,
  type AlertValue,
  type DecisionReason,
  type ErrorCode,
  type Failure,
  type Result,
  type StrategyInput,
  type Trigger,
} from '@ubot/contracts';
import { createEngine, createSliceRunner } from '@ubot/engine';
import {
  TIMEFRAME_MS,
  type CandleColumns,
  type CandleFolder,
  type SnapshotColumns,
  type Staleness,
} from '@ubot/market';
import type { CoinInfo } from '@ubot/sources';
import { checkCondition, type ConditionPlan } from '@ubot/strategy';
import { Compile } from 'typebox/compile';

const strategyInput = Compile(StrategyInputSchema);

export interface ReplayStrategy {
  readonly id: string;
  readonly input: StrategyInput;
  readonly trigger: Trigger;
  readonly condition: ConditionPlan;
  readonly rearm: ConditionPlan | null;
}

export interface ReplayAlert {
  readonly event: 'alert';
  readonly strategy: string;
  readonly coin: { readonly id: number; readonly symbol: string; readonly name: string; readonly slug: string };
  readonly timeframe: string;
  readonly triggeredAtMs: number;
  readonly snapshotTakenAtMs: number;
  readonly priceUsd: number;
  readonly condition: string;
  readonly explanation: string;
  readonly values: readonly AlertValue[];
  readonly candle: AlertCandle | null;
  readonly mayRepaint: boolean;
  readonly text: string;
}

/**
 * Reads a strategy as POST /api/v1/strategies takes it.
 *
 * Errors: STRATEGY_INVALID, or the code of the condition's first mistake, with all of them in `detail`.
 */
export async function readStrategy(path: string): Promise<Result<ReplayStrategy>> {
  let body: unknown;
  try {
    body = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return refused('STRATEGY_INVALID', `${path} cannot be read as JSON.`);
  }
  if (!strategyInput.Check(body)) {
    const first = strategyInput.Errors(body)[0];
    return refused('STRATEGY_INVALID', `${path}: ${first?.instancePath ?? ''} ${first?.message ?? 'has a mistake'}.`);
  }
  if (body.universe.kind === 'watchlist') {
    return refused('STRATEGY_INVALID', `${path}: the coins of a watchlist are not in the file; name them one by one.`);
  }
  const trigger = { ...DEFAULT_TRIGGER, ...body.trigger };
  const indicators = body.indicators ?? [];
  const check = (text: string) => checkCondition({ text, timeframe: body.timeframe, indicators, on: trigger.on });
  const condition = check(body.condition);
  const rearm = trigger.rearm === null ? null : check(trigger.rearm);
  for (const checked of [condition, rearm]) {
    if (checked === null || checked.ok) continue;
    const mistakes = checked.diagnostics.map(({ from, to, message }) => `${from}-${to} ${message}`);
    return refused((checked.diagnostics[0]?.code ?? 'STRATEGY_INVALID') as ErrorCode, `${path}: ${mistakes.join(' ')}`);
  }
  if (!condition.ok) return refused('STRATEGY_INVALID', path);
  return {
    ok: true,
    value: { id: path, input: body, trigger, condition: condition.plan, rearm: rearm?.ok === true ? rearm.plan : null },
  };
}

export interface ReplayScanner {
  /** Evaluates one snapshot and gives its alerts, in order of strategies and coins. */
  judge(step: {
    snapshot: SnapshotColumns;
    closed: readonly CandleColumns[];
    coinOf: (coinId: number) => CoinInfo;
  }): ReplayAlert[];
  /** How often each decision was taken, over everything evaluated. */
  counts(): Partial<Record<DecisionReason, number>>;
}

/** Evaluates strategies as the scanner does: the same engine, the same decisions, one thread. */
export function createReplayScanner(options: {
  strategies: readonly ReplayStrategy[];
  folder: CandleFolder;
  staleness: Staleness;
}): ReplayScanner {
  const { strategies, folder, staleness } = options;
  const engine = createEngine({ name: 'replay' });
  const runner = createSliceRunner();
  engine.put(
    strategies.map(({ condition, rearm, trigger }, handle) => {
      return { handle, condition, rearm, on: trigger.on, coins: null };
    }),
  );
  const states = new Map<string, AlertState>();
  const sentOnDay = new Map<string, number>();
  const counts: Partial<Record<DecisionReason, number>> = {};
  const spent = new Set<string>();

  /** null: no candle or sample of this coin was evaluated, or nothing is to be sent. */
  function decide(strategy: ReplayStrategy, coinId: number, at: { atMs: number; nowMs: number }): boolean {
    const { condition, rearm, trigger } = strategy;
    const verdict = engine.verdictOf({ plan: condition, on: trigger.on, coinId });
    if (verdict === null) return false;
    const key = `${strategy.id}|${coinId}`;
    const day = `${strategy.id}|${Math.floor(at.atMs / TIMEFRAME_MS['1d'])}`;
    const decision = decideAlert({
      verdict,
      rearmVerdict: rearm && engine.verdictOf({ plan: rearm, on: trigger.on, coinId }),
      state: states.get(key) ?? INITIAL_ALERT_STATE,
      trigger: strategy.trigger,
      timeframe: strategy.input.timeframe,
      ...at,
      stale: staleness.isStale(coinId),
      sentToday: sentOnDay.get(day) ?? 0,
    });
    states.set(key, decision.state);
    counts[decision.reason] = (counts[decision.reason] ?? 0) + 1;
    if (decision.send) sentOnDay.set(day, (sentOnDay.get(day) ?? 0) + 1);
    if (decision.switchOff === true) spent.add(strategy.id);
    return decision.send;
  }

  function candleOf(strategy: ReplayStrategy, coinId: number, closed: readonly CandleColumns[]): AlertCandle | null {
    const { timeframe } = strategy.input;
    if (strategy.trigger.on === 'snapshot') {
      const open = folder.openCandle(timeframe, coinId);
      return open === null ? null : shown(timeframe, open);
    }
    const columns = closed.find((each) => each.timeframe === timeframe);
    const row = columns?.coinIds.indexOf(coinId) ?? -1;
    if (columns === undefined || row < 0) return null;
    const at = (column: Float64Array | Int32Array) => column[row]!;
    return shown(timeframe, {
      openAtMs: columns.openAtMs,
      open: at(columns.open),
      high: at(columns.high),
      low: at(columns.low),
      close: at(columns.close),
      samples: at(columns.samples),
    });
  }

  function alertOf(
    strategy: ReplayStrategy,
    coin: CoinInfo,
    step: { atMs: number; snapshot: SnapshotColumns; closed: readonly CandleColumns[] },
  ): ReplayAlert {
    const { input, trigger, condition } = strategy;
    const query = (key: string) => ({ timeframe: input.timeframe, on: trigger.on, coinId: coin.id, key });
    const { explanation, values } = explainCondition({
      root: condition.root,
      named: condition.named,
      valueOf: (key) => engine.valueOf(query(key)),
      previousOf: (key) => engine.previousOf(query(key)),
    });
    const candle = candleOf(strategy, coin.id, step.closed);
    const { id, symbol, name, slug } = coin;
    const alert = {
      coin: { id, symbol, name, slug },
      timeframe: input.timeframe,
      triggeredAtMs: step.atMs,
      snapshotTakenAtMs: step.snapshot.takenAtMs,
      priceUsd: candle?.close ?? NaN,
      condition: input.condition,
      explanation,
      values,
      candle,
      mayRepaint: trigger.on === 'snapshot',
    };
    const about = { ...alert, strategyName: input.name, source: step.snapshot.source, late: false };
    const text = renderAlertText({
      alert: about,
      template: input.message ?? null,
      timeZone: 'UTC',
      reference: 'replay',
    });
    return { event: 'alert', strategy: input.name, ...alert, text };
  }

  return {
    counts: () => counts,
    judge({ snapshot, closed, coinOf }) {
      const tasks = engine.accept({
        snapshot,
        closed,
        openOf: (timeframe) => folder.openColumns(timeframe),
        isStale: (coinId) => staleness.isStale(coinId),
      });
      engine.finish(tasks.map((task) => runner.run(task)));
      const rankOf = new Map(Array.from(snapshot.coinIds, (id, row) => [id, snapshot.rank[row]! || Infinity]));
      const coinIds = Array.from({ length: engine.coinCount() }, (_, slot) => engine.coinAt(slot)!).sort(
        (a, b) => a - b,
      );
      return strategies.flatMap((strategy) => {
        const atMs = engine.evaluatedAtMs(strategy.input.timeframe, strategy.trigger.on);
        if (atMs === null || strategy.input.enabled === false) return [];
        const alerts: ReplayAlert[] = [];
        for (const coinId of coinIds) {
          if (spent.has(strategy.id)) break;
          if (!isInUniverse(strategy.input, coinId, rankOf)) continue;
          if (!decide(strategy, coinId, { atMs, nowMs: snapshot.takenAtMs })) continue;
          alerts.push(alertOf(strategy, coinOf(coinId), { atMs, snapshot, closed }));
        }
        return alerts;
      });
    },
  };
}

function isInUniverse({ universe }: StrategyInput, coinId: number, rankOf: ReadonlyMap<number, number>): boolean {
  if (universe.kind === 'all') return true;
  if (universe.kind === 'coins') return universe.ids.includes(coinId);
  if (universe.kind === 'watchlist') return false;
  return (rankOf.get(coinId) ?? Infinity) <= universe.count;
}

function shown(timeframe: AlertCandle['timeframe'], candle: Omit<AlertCandle, 'timeframe'>): AlertCandle {
  const { openAtMs, open, high, low, close, samples } = candle;
  return { timeframe, openAtMs, open, high, low, close, samples };
}

const refused = (code: ErrorCode, detail: string): { ok: false; failure: Failure } => ({
  ok: false,
  failure: { code, detail },
});
