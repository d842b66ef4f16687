import {
  timeframeCloseMs,
  TIMEFRAME_MS,
  type CandleColumns,
  type CandleField,
  type SnapshotColumns,
  type Timeframe,
} from '@ubot/market';
import type { ConditionPlan, Verdict } from '@ubot/strategy';
import type { DomainCensus } from './domain.ts';
import {
  candleField,
  columnOfScalar,
  createLatestFigures,
  isFigure,
  type LatestFigures,
  type MarketReading,
} from './feed.ts';
import type { EngineDepth, EngineStrategy, EvaluationMode } from './program.ts';
import { createChanges, type Change, type TellChange } from './changes.ts';
import { createSlots } from './slots.ts';
import type { SliceResult, SliceSteps, SliceTask } from './task.ts';
import { verdictOf } from './verdict.ts';
import { createWorkshop, type Workshop } from './workshop.ts';

/** Closed candles that the engine does not have: give it up to `rows` of them with `addHistory`, oldest first. */
export interface HistoryRequest {
  readonly timeframe: Timeframe;
  readonly rows: number;
  /** Whether figures that candles do not hold (rank, percent changes) are read on this timeframe. */
  readonly figures: boolean;
  /** What of a candle is read; the rest may be left unknown. */
  readonly fields: readonly CandleField[];
}

/** What was known beside a candle of history; null: nothing. */
export interface HistoryContext {
  readonly market: MarketReading | null;
  /** The last snapshot before the candle closed. */
  readonly snapshot: SnapshotColumns | null;
}

export interface AcceptOptions {
  readonly snapshot: SnapshotColumns;
  /** What the candle folder closed with this snapshot. */
  readonly closed: readonly CandleColumns[];
  /** The open candles of a timeframe, this snapshot folded in. */
  readonly openOf: (timeframe: Timeframe) => CandleColumns | null;
  /** Stale coins are not evaluated at snapshots: nobody observed their price. */
  readonly isStale: (coinId: number) => boolean;
}

/** Which condition of which coin; `plan` must be held by a strategy that was put in. */
export interface VerdictQuery {
  readonly plan: ConditionPlan;
  readonly on: EvaluationMode;
  readonly coinId: number;
}
export interface ValueQuery {
  readonly timeframe: Timeframe;
  readonly on: EvaluationMode;
  readonly coinId: number;
  /** Of a number node. */
  readonly key: string;
}

/**
 * Evaluates all strategies over all coins. It owns the memory and says what there is to do; who does it, and in how many
 * threads, is the caller's: every method that returns tasks wants all of them run, by any runner, and `finish` called with
 * their results before the next call.
 *
 * Equal parts of different conditions are one number, one comparison, one root. Three kinds of conditions are judged in
 * three ways: a number against a constant for single coins by a sorted index that is touched where a level is crossed;
 * other conditions of single coins by items in the order of the coins; conditions for every coin by bitsets. What comes out
 * is what changed: strategies and coins whose condition has become true, or is not true any longer.
 *
 * Edges:  at a candle's close, `price` is its close, and rank, percent changes and market figures are those of the last
 *         snapshot before the one that closed it. Nothing is decided midway: all numbers of all timeframes are brought up
 *         to date before the first verdict.
 */
export interface Engine {
  /** Puts strategies in; their handles must be new. `warm` then brings up to date what is new in them. */
  put(strategies: readonly EngineStrategy[]): HistoryRequest[];
  /** Takes strategies out again, given as they were put in. */
  remove(strategies: readonly EngineStrategy[]): void;
  /** A closed candle time from before the last snapshot, in time order within a timeframe, and the market's figures then. */
  addHistory(candles: CandleColumns, context: HistoryContext): void;
  /** Sets what the last snapshot said, after a restart: figures and market of the next closing candle. */
  restoreLatest(snapshot: SnapshotColumns, market: MarketReading | null): void;
  warm(): SliceTask[];
  accept(options: AcceptOptions): SliceTask[];
  /** Takes in what the tasks of `accept` answered. */
  finish(results: readonly (readonly SliceResult[])[]): void;
  /**
   * What changed with the last `finish`, in no order. A strategy that is new has changed wherever it is true; a coin that
   * was not evaluated waits until it is. The same pair may come again without having changed: ask `verdictOf`.
   */
  changes(): Change[];
  /** The same without making a list. */
  forEachChange(tell: TellChange): void;
  /** When strategies of this kind were evaluated by the last `accept`: the candle's close or the snapshot; null: not. */
  evaluatedAtMs(timeframe: Timeframe, on: EvaluationMode): number | null;
  /** When they were last evaluated at all, also by `warm`; null: never. */
  lastEvaluatedAtMs(timeframe: Timeframe, on: EvaluationMode): number | null;
  /** null: the coin was not there at the last evaluation. */
  verdictOf(query: VerdictQuery): Verdict | null;
  /** NaN when unknown. */
  valueOf(query: ValueQuery): number;
  /** The value one candle ago. */
  previousOf(query: ValueQuery): number;
  slotOf(coinId: number): number | undefined;
  coinAt(slot: number): number | undefined;
  coinCount(): number;
  /** How many conditions of each kind there are, and what they take. */
  census(): DomainCensus[];
}

const DEFAULT_SLOTS_PER_SLICE = 256;
const NO_STEPS: SliceSteps = { cold: [], closes: [], peeks: [], atMs: 0 };

/** `name` tells this engine's tasks from those of another one that a thread may have worked for before. */
export function createEngine(options: { name: string; slotsPerSlice?: number; depth?: EngineDepth }): Engine {
  const slotsPerSlice = options.slotsPerSlice ?? DEFAULT_SLOTS_PER_SLICE;
  const slots = createSlots(slotsPerSlice);
  const figures = createLatestFigures();
  const workshop: Workshop = createWorkshop({ name: options.name, slotsPerSlice, depth: options.depth ?? 'full' });
  const changes = createChanges({ workshop, coinAt: slots.coinAt });
  const evaluatedAt = new Map<string, number>();
  const lastPeekAtMs = new Map<Timeframe, number>();
  let market: MarketReading | null = null;

  const slotOf = (coinId: number): number => {
    const slot = slots.assign(coinId);
    workshop.addSlices(slots.sliceCount());
    return slot;
  };

  const figureOfCoin =
    (from: LatestFigures | null) => (figure: Parameters<LatestFigures['read']>[0], coinId: number) => {
      const slot = slots.find(coinId);
      return slot === undefined ? NaN : (from?.read(figure, slot) ?? NaN);
    };

  const writeRow = (
    candles: CandleColumns,
    context: { figures: LatestFigures | null; reading: MarketReading | null },
  ): number | null => {
    if (!workshop.has(candles.timeframe)) return null;
    const slotOfRow = slots.column(candles.timeframe, candles.coinIds);
    workshop.addSlices(slots.sliceCount());
    return workshop.writeRow(candles, {
      slots: slotOfRow,
      reading: context.reading,
      figureOf: (figure, slot) => context.figures?.read(figure, slot) ?? NaN,
      figureOfCoin: figureOfCoin(context.figures),
    });
  };

  const latest = (snapshot: SnapshotColumns): void => {
    slots.column('snapshot', snapshot.coinIds);
    workshop.addSlices(slots.sliceCount());
    figures.update(snapshot, slots);
    const { global, takenAtMs, pollIntervalMs } = snapshot;
    if (global !== null) market = { global, takenAtMs, pollIntervalMs };
  };

  const writeOpen = (candles: CandleColumns, { snapshot, isStale }: AcceptOptions): void => {
    // Coins that the snapshot does not have, or has nothing new about, are left out.
    const observed = new Uint8Array(slots.count());
    slots.column('snapshot', snapshot.coinIds).forEach((slot, i) => {
      if (!isStale(snapshot.coinIds[i]!)) observed[slot] = 1;
    });
    workshop.writeOpen(candles, {
      slots: slots
        .column(`open ${candles.timeframe}`, candles.coinIds)
        .map((slot) => (observed[slot] === 1 ? slot : -1)),
      reading: market,
      atMs: snapshot.takenAtMs,
      figureOf: figures.read,
      figureOfCoin: figureOfCoin(figures),
    });
  };

  const put = (strategies: readonly EngineStrategy[]): HistoryRequest[] => {
    for (const strategy of strategies) {
      // Slots first: the slices that they lie in must be there.
      for (const coinId of strategy.coins ?? []) slotOf(coinId);
      workshop.put(strategy, slotOf);
    }
    return workshop.layOut().map(({ timeframe, rows, columns, scalars }) => {
      const read = [...columns, ...scalars.map(columnOfScalar)];
      const fields = [...new Set(read.map((name) => name && candleField(name)))].filter((field) => field !== null);
      return { timeframe, rows, figures: columns.some(isFigure), fields };
    });
  };

  return {
    put,
    remove(strategies) {
      for (const strategy of strategies) {
        workshop.remove(strategy, slotOf);
        changes.forget(strategy.handle);
      }
      workshop.layOut();
    },

    addHistory(candles, { market: reading, snapshot }) {
      const then = snapshot === null ? null : createLatestFigures();
      if (snapshot !== null) then?.update(snapshot, slots);
      writeRow(candles, { figures: then, reading });
    },

    restoreLatest(snapshot, reading) {
      market = reading;
      latest(snapshot);
    },

    warm: () => workshop.tasks({ ...NO_STEPS, cold: workshop.takeCold() }),

    accept(accept) {
      evaluatedAt.clear();
      const closes: { timeframe: Timeframe; row: number }[] = [];
      for (const candles of accept.closed) {
        const row = writeRow(candles, { figures, reading: market });
        if (row === null) continue;
        closes.push({ timeframe: candles.timeframe, row });
        const closeAtMs = timeframeCloseMs(candles.timeframe, candles.openAtMs);
        evaluatedAt.set(`${candles.timeframe} candle_close`, closeAtMs);
      }
      latest(accept.snapshot);
      const peeks: { timeframe: Timeframe; openAtMs: number }[] = [];
      for (const timeframe of workshop.peeked()) {
        const candles = accept.openOf(timeframe);
        if (candles === null) continue;
        writeOpen(candles, accept);
        peeks.push({ timeframe, openAtMs: candles.openAtMs });
        evaluatedAt.set(`${timeframe} snapshot`, accept.snapshot.takenAtMs);
        lastPeekAtMs.set(timeframe, accept.snapshot.takenAtMs);
      }
      return workshop.tasks({ cold: [], closes, peeks, atMs: accept.snapshot.takenAtMs });
    },

    finish: (results) => changes.take(results),
    changes() {
      const all: Change[] = [];
      changes.forEach((handle, coinId, isTrue) => all.push({ handle, coinId, isTrue }));
      return all;
    },
    forEachChange: (tell) => changes.forEach(tell),
    evaluatedAtMs: (timeframe, on) => evaluatedAt.get(`${timeframe} ${on}`) ?? null,

    lastEvaluatedAtMs(timeframe, on) {
      if (on === 'snapshot') return lastPeekAtMs.get(timeframe) ?? null;
      const newest = workshop.newestOpenAtMs(timeframe);
      return newest === null ? null : newest + TIMEFRAME_MS[timeframe];
    },

    verdictOf({ plan, on, coinId }) {
      const slot = slots.find(coinId);
      if (slot === undefined || !workshop.wasEvaluated(plan.timeframe, on, slot)) return null;
      return verdictOf(plan.root, workshop.numbersOf(plan.timeframe, on, slot));
    },

    valueOf({ timeframe, on, coinId, key }) {
      const slot = slots.find(coinId);
      return slot === undefined ? NaN : workshop.numbersOf(timeframe, on, slot).now(key);
    },

    previousOf({ timeframe, on, coinId, key }) {
      const slot = slots.find(coinId);
      return slot === undefined ? NaN : workshop.numbersOf(timeframe, on, slot).before(key);
    },

    slotOf: slots.find,
    coinAt: slots.coinAt,
    coinCount: slots.count,
    census: () => workshop.census(),
  };
}
