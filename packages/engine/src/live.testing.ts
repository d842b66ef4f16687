import type { Candle, CandleColumns, Timeframe } from '@ubot/market';
import type { BoolNode, Verdict } from '@ubot/strategy';
import { createEngine, type Engine, type HistoryRequest } from './engine.ts';
import { columnsOf, planOf, snapshotOf } from './plans.testing.ts';
import type { EngineStrategy, EvaluationMode } from './program.ts';
import { createSliceRunner, type SliceResult, type SliceTask } from './task.ts';

export type Run = (tasks: readonly SliceTask[]) => SliceResult[][];

export function runInThisThread(): Run {
  const runner = createSliceRunner();
  return (tasks) => tasks.map((task) => runner.run(task));
}

/** An engine with strategies 0, 1, …, and what it has told of them so far. */
export interface Live {
  readonly engine: Engine;
  readonly strategies: readonly EngineStrategy[];
  put(strategies: readonly EngineStrategy[]): HistoryRequest[];
  remove(strategies: readonly EngineStrategy[]): void;
  warm(): void;
  /** Candles that close together. */
  close(closed: readonly CandleColumns[]): void;
  /** A snapshot over an open candle. */
  look(atMs: number, prices: ReadonlyMap<number, number>, open: (timeframe: Timeframe) => CandleColumns | null): void;
  verdictOf(handle: number, coinId: number): Verdict | null;
  /** What was told last; false: nothing was. */
  toldTrue(handle: number, coinId: number): boolean;
}

export function createLive(options: { name?: string; slotsPerSlice?: number; run?: Run } = {}): Live {
  const engine = createEngine({ name: options.name ?? 'test', slotsPerSlice: options.slotsPerSlice ?? 64 });
  const run = options.run ?? runInThisThread();
  const strategies = new Map<number, EngineStrategy>();
  const told = new Map<string, boolean>();
  const accept = (given: Parameters<Engine['accept']>[0]): void => {
    engine.finish(run(engine.accept(given)));
    for (const { handle, coinId, isTrue } of engine.changes()) told.set(`${handle} ${coinId}`, isTrue);
  };
  return {
    engine,
    get strategies() {
      return [...strategies.values()];
    },
    put(added) {
      for (const strategy of added) strategies.set(strategy.handle, strategy);
      return engine.put(added);
    },
    remove(removed) {
      for (const { handle } of removed) {
        strategies.delete(handle);
        for (const key of told.keys()) if (key.startsWith(`${handle} `)) told.delete(key);
      }
      engine.remove(removed);
    },
    warm: () => void run(engine.warm()),
    close(closed) {
      const atMs = Math.max(...closed.map(({ openAtMs }) => openAtMs)) + 1;
      accept({ snapshot: snapshotOf(atMs, new Map()), closed, openOf: () => null, isStale: () => false });
    },
    look(atMs, prices, openOf) {
      accept({ snapshot: snapshotOf(atMs, prices), closed: [], openOf, isStale: () => false });
    },
    verdictOf(handle, coinId) {
      const { condition: plan, on } = strategies.get(handle)!;
      return engine.verdictOf({ plan, on, coinId });
    },
    toldTrue: (handle, coinId) => told.get(`${handle} ${coinId}`) ?? false,
  };
}

/** One strategy per condition; `coins`: of these coins alone, else of every coin. */
export function strategiesOf(
  roots: readonly BoolNode[],
  {
    on = 'candle_close',
    coins = null,
    from = 0,
    timeframe = '1h',
  }: {
    on?: EvaluationMode;
    coins?: readonly number[] | null;
    from?: number;
    timeframe?: Timeframe;
  } = {},
): EngineStrategy[] {
  return roots.map((root, i) => ({ handle: from + i, condition: planOf(root, timeframe), rearm: null, on, coins }));
}

/** The verdicts of the strategies for one coin after every candle of that coin. */
export function liveVerdicts(live: Live, coins: ReadonlyMap<number, readonly Candle[]>, timeframe: Timeframe = '1h') {
  const verdicts = new Map<number, (Verdict | null)[][]>([...coins.keys()].map((id) => [id, []]));
  for (const closed of columnsOf(timeframe, coins)) {
    live.close([closed]);
    for (const coinId of closed.coinIds) {
      verdicts.get(coinId)!.push(live.strategies.map(({ handle }) => live.verdictOf(handle, coinId)));
    }
  }
  return verdicts;
}
