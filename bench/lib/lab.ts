import {
  createEngine,
  createSliceRunner,
  type Engine,
  type EngineStrategy,
  type SliceResult,
  type SliceTask,
} from '@ubot/engine';
import { createCandleFolder, TIMEFRAMES, type CandleColumns, type SnapshotColumns, type Timeframe } from '@ubot/market';
import { checkCondition, type BoolNode, type ConditionPlan, type NumberNode } from '@ubot/strategy';

/** A random generator with a seed, so that every run sees the same market. */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

export interface LabMarket {
  readonly coinIds: Int32Array;
  readonly prices: Float64Array;
  /** The next minute, or a later time: every price moves a little. */
  next(stepMs?: number): SnapshotColumns;
}

/** A market of many coins whose prices wander by about 0.1 % a minute. */
export function createLabMarket(coins: number, startMs: number): LabMarket {
  const random = createRandom(7);
  const coinIds = Int32Array.from({ length: coins }, (_, i) => i + 1);
  const prices = Float64Array.from({ length: coins }, () => Math.exp(10 - 16 * random()));
  const rank = coinIds.slice();
  let takenAtMs = startMs;
  const figures = () => Float64Array.from({ length: coins }, () => 10 * (random() - 0.5));
  const [change1h, change24h, change7d] = [figures(), figures(), figures()];
  const volume = Float64Array.from({ length: coins }, () => Math.exp(24 * random()));
  const cap = Float64Array.from({ length: coins }, () => Math.exp(27 * random()));
  return {
    coinIds,
    prices,
    next(stepMs = 60_000) {
      for (let i = 0; i < coins; i++) prices[i]! *= 1 + 0.0035 * (random() - 0.5);
      const at = takenAtMs;
      takenAtMs += stepMs;
      return {
        takenAtMs: at,
        source: 'lab',
        pollIntervalMs: 60_000,
        coinIds,
        priceUsd: prices.slice(),
        volume24hUsd: volume,
        marketCapUsd: cap,
        rank,
        percentChange1h: change1h,
        percentChange24h: change24h,
        percentChange7d: change7d,
        providerTimeMs: new Float64Array(coins).fill(at),
        global: null,
      };
    },
  };
}

export type Runner = (tasks: readonly SliceTask[]) => SliceResult[][] | Promise<SliceResult[][]>;

export function runHere(): (tasks: readonly SliceTask[]) => SliceResult[][] {
  const runner = createSliceRunner();
  return (tasks) => tasks.map((task) => runner.run(task));
}

/** One snapshot taken: the time to fold it, the time from there to every change told, and how many there were. */
export interface Taken {
  readonly foldMs: number;
  readonly judgeMs: number;
  readonly changes: number;
  readonly closed: readonly CandleColumns[];
}

export interface LabEngine {
  readonly engine: Engine;
  put(strategies: readonly EngineStrategy[]): void;
  /** Takes a snapshot the whole way, from its columns to what changed; answers how long that took. */
  take(snapshot: SnapshotColumns): Promise<Taken>;
}

/** An engine with the folder of the live scanner before it. */
export function createLabEngine(options: { name: string; run?: Runner; slotsPerSlice?: number }): LabEngine {
  const engine = createEngine({ name: options.name, slotsPerSlice: options.slotsPerSlice ?? 1_024 });
  const folder = createCandleFolder({ timeframes: TIMEFRAMES });
  const run = options.run ?? runHere();
  return {
    engine,
    put(strategies) {
      engine.put(strategies);
      const tasks = engine.warm();
      if (tasks.length > 0) runHere()(tasks);
    },
    async take(snapshot) {
      const startedMs = performance.now();
      const closed = folder.addSnapshot(snapshot);
      const foldedMs = performance.now();
      const tasks = engine.accept({
        snapshot,
        closed,
        openOf: (timeframe) => folder.openColumns(timeframe),
        isStale: () => false,
      });
      engine.finish(await run(tasks));
      let changes = 0;
      engine.forEachChange((handle, coinId) => {
        if (handle >= 0 && coinId > 0) changes++;
      });
      return { foldMs: foldedMs - startedMs, judgeMs: performance.now() - foldedMs, changes, closed };
    },
  };
}

/** The plan of a condition; its constants may then be changed one by one, which is faster than checking a million texts. */
export function planOf(text: string, timeframe: Timeframe): ConditionPlan {
  const checked = checkCondition({ text, timeframe });
  if (!checked.ok) throw new Error(`${text}: ${checked.diagnostics[0]?.message}`);
  return checked.plan;
}

const constant = (value: number): NumberNode => ({ kind: 'constant', value, key: String(value), text: String(value) });

export function compare(left: NumberNode, op: '<' | '>', value: number): BoolNode & { kind: 'compare' } {
  const right = constant(value);
  const key = `${left.key} ${op} ${right.key}`;
  return { kind: 'compare', op, left, right, key, text: key };
}

export function both(kind: 'and' | 'or', operands: readonly BoolNode[]): BoolNode {
  const key = operands.map((operand) => operand.key).join(` ${kind} `);
  return { kind, operands, key, text: key };
}

export function strategyOf(
  handle: number,
  root: BoolNode,
  given: { timeframe: Timeframe; on: EngineStrategy['on']; coins: readonly number[] | null },
): EngineStrategy {
  const { timeframe, on, coins } = given;
  return { handle, condition: { root, timeframe, text: '', named: [] }, rearm: null, on, coins };
}

/** The number that a condition text compares: `numberOf('rsi(14)', '1h')`. */
export function numberOf(text: string, timeframe: Timeframe): NumberNode {
  const { root } = planOf(`${text} > 0`, timeframe);
  if (root.kind !== 'compare') throw new Error(text);
  return root.left;
}

export const MONDAY_MS = Date.UTC(2026, 0, 5);
