import { timeframeCloseMs, type CandleColumns, type SnapshotColumns, type Timeframe } from '@ubot/market';
import type { Verdict } from '@ubot/strategy';
import { clearRingRow } from './arena.ts';
import type { VerdictBits } from './bits.ts';
import { createLatestFigures, isFigure, marketValue, type LatestFigures, type MarketReading } from './feed.ts';
import { createLayoutOf } from './layout.ts';
import { compileProgram, type EngineStrategy, type EvaluationMode } from './program.ts';
import { openRingHeader, ringColumn } from './ring.ts';
import { createScratch } from './scratch.ts';
import type { SliceTimeframe } from './slice.ts';
import { createSlots } from './slots.ts';
import { addSlices, emptyState, replaceProgram, type EngineState } from './state.ts';
import type { SliceStep, SliceTask } from './task.ts';
import { writeColumns } from './writer.ts';

/** Closed candles that the engine does not have: give it up to `rows` of them with `addHistory`, oldest first. */
export interface HistoryRequest {
  readonly timeframe: Timeframe;
  readonly rows: number;
  /** Whether figures that candles do not hold (rank, percent changes) are read on this timeframe. */
  readonly figures: boolean;
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

/** The verdicts of one strategy as of its last evaluation, by slice. */
export interface SliceVerdicts {
  readonly firstSlot: number;
  /** Coins that had a candle (or a sample): only their bits mean anything. */
  readonly evaluated: Uint32Array;
  readonly condition: VerdictBits;
  readonly rearm: VerdictBits | null;
}

export interface ValueQuery {
  readonly strategyId: string;
  readonly coinId: number;
  /** Of a number node. */
  readonly key: string;
}

/**
 * Evaluates all strategies over all coins. It owns the memory and says what there is to do; who does it, and in how many
 * threads, is the caller's: every method that returns tasks wants all of them run, by any runner, before the next call.
 *
 * Edges:  at a candle's close, `price` is its close, and rank, percent changes and market figures are those of the last
 *         snapshot before the one that closed it. Nothing is decided midway: verdicts are read when all tasks are done.
 */
export interface Engine {
  /** Replaces the set of strategies. Parts that stay keep their state; `warm` brings the new ones up to date. */
  setStrategies(strategies: readonly EngineStrategy[]): HistoryRequest[];
  /** A closed candle time from before the last snapshot, in time order within a timeframe, and the market's figures then. */
  addHistory(candles: CandleColumns, context: HistoryContext): void;
  /** Sets what the last snapshot said, after a restart: figures and market of the next closing candle. */
  restoreLatest(snapshot: SnapshotColumns, market: MarketReading | null): void;
  warm(): SliceTask[];
  accept(options: AcceptOptions): SliceTask[];
  /** When the strategy was evaluated by the last `accept`: the candle's close or the snapshot's time; null: it was not. */
  evaluatedAtMs(strategyId: string): number | null;
  /** When it was last evaluated at all, also by `warm`; null: never. */
  lastEvaluatedAtMs(strategyId: string): number | null;
  verdicts(strategyId: string): SliceVerdicts[];
  /** null: the coin was not there at the last evaluation, or there is no such strategy, or it has no rearm condition. */
  verdictOf(strategyId: string, coinId: number, of?: 'condition' | 'rearm'): Verdict | null;
  /** NaN when unknown. */
  valueOf(query: ValueQuery): number;
  /** The value one candle ago. */
  previousOf(query: ValueQuery): number;
  slotOf(coinId: number): number | undefined;
  coinAt(slot: number): number | undefined;
  coinCount(): number;
}

/** Where a strategy's verdicts are. */
interface Place {
  timeframe: number;
  mode: EvaluationMode;
  condition: string;
  rearm: string | null;
}

const DEFAULT_SLOTS_PER_SLICE = 256;

/** `name` tells this engine's tasks from those of another one that a thread may have worked for before. */
export function createEngine(options: { name: string; slotsPerSlice?: number }): Engine {
  const slotsPerSlice = options.slotsPerSlice ?? DEFAULT_SLOTS_PER_SLICE;
  const slots = createSlots(slotsPerSlice);
  const figures = createLatestFigures();
  const places = new Map<string, Place>();
  const evaluatedAt = new Map<string, number>();
  const lastPeekAtMs = new Map<Timeframe, number>();
  let market: MarketReading | null = null;
  let generation = 0;
  const layers = { slotsPerSlice, layoutOf: createLayoutOf(slotsPerSlice), scratch: createScratch() };
  let state: EngineState = emptyState(layers);
  /** Names of parts that hold no state yet. */
  let cold = new Set<string>();

  /** Puts a candle time into its ring; the row it went to, or null when the timeframe is not in use. */
  const writeRow = (
    candles: CandleColumns,
    context: { figures: LatestFigures | null; reading: MarketReading | null },
  ): { timeframe: number; row: number } | null => {
    const timeframe = state.rings.findIndex((ring) => ring.timeframe === candles.timeframe);
    if (timeframe < 0) return null;
    const ring = state.rings[timeframe]!;
    const slotOfRow = candles.coinIds.map((coinId) => slots.assign(coinId));
    addSlices(state, slots.sliceCount(), layers);
    const { row, fresh } = openRingHeader(ring).append(candles.openAtMs);
    const data = state.memories.map((memory) => new Float64Array(memory.rings[timeframe]!));
    if (fresh) for (const each of data) clearRingRow(each, ring, { row, slots: slotsPerSlice });
    const closeAtMs = timeframeCloseMs(candles.timeframe, candles.openAtMs);
    writeColumns({
      names: ring.columns,
      candles,
      slots: slotOfRow,
      slotsPerSlice,
      cellsOf: (column) => data.map((each) => ringColumn(each, ring, { row, column, slots: slotsPerSlice })),
      figureOf: (figure, slot) => context.figures?.read(figure, slot) ?? NaN,
      marketOf: (metric) => marketValue(context.reading, metric, closeAtMs),
    });
    return { timeframe, row };
  };

  const writeOpen = (timeframe: number, candles: CandleColumns, { snapshot, isStale }: AcceptOptions): void => {
    const inSnapshot = new Set(snapshot.coinIds);
    writeColumns({
      names: state.program.timeframes[timeframe]!.columns,
      candles,
      slots: candles.coinIds.map((id) => (inSnapshot.has(id) && !isStale(id) ? slots.assign(id) : -1)),
      slotsPerSlice,
      cellsOf: (column) => state.views.map((views) => views[timeframe]!.openColumn(column).fill(NaN)),
      figureOf: figures.read,
      marketOf: (metric) => marketValue(market, metric, snapshot.takenAtMs),
    });
  };

  const tasksOf = (steps: readonly SliceStep[]): SliceTask[] => {
    if (steps.length === 0) return [];
    const version = `${options.name}.${generation}`;
    const { encoded: program, rings } = state;
    return state.memories.map((memory, slice) => ({
      slice,
      version,
      slots: slotsPerSlice,
      program,
      memory,
      rings,
      steps,
    }));
  };

  const latest = (snapshot: SnapshotColumns): void => {
    for (const coinId of snapshot.coinIds) slots.assign(coinId);
    addSlices(state, slots.sliceCount(), layers);
    figures.update(snapshot, slots);
    const { global, takenAtMs, pollIntervalMs } = snapshot;
    if (global !== null) market = { global, takenAtMs, pollIntervalMs };
  };

  const located = (strategyId: string, coinId: number): { place: Place; view: SliceTimeframe; slot: number } | null => {
    const place = places.get(strategyId);
    const slot = slots.find(coinId);
    if (place === undefined || slot === undefined) return null;
    const view = state.views[Math.floor(slot / slotsPerSlice)]?.[place.timeframe];
    return view === undefined ? null : { place, view, slot: slot % slotsPerSlice };
  };

  return {
    setStrategies(strategies) {
      const replaced = replaceProgram(state, compileProgram(strategies), layers);
      state = replaced.state;
      generation += 1;
      const isWarm = (name: string) => replaced.moved.has(name) && !cold.has(name);
      cold = new Set([...state.layout.regions.keys()].filter((name) => !isWarm(name)));
      places.clear();
      for (const { id, condition, rearm, on } of strategies) {
        const timeframe = state.program.timeframes.findIndex((each) => each.timeframe === condition.timeframe);
        places.set(id, { timeframe, mode: on, condition: condition.root.key, rearm: rearm?.root.key ?? null });
      }
      return replaced.emptyRings.map(({ timeframe, rows, columns }) => ({
        timeframe,
        rows,
        figures: columns.some(isFigure),
      }));
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

    warm() {
      const steps = state.program.timeframes.flatMap((program, timeframe): SliceStep[] => {
        const wanted = [...cold].filter((name) => name.startsWith(`${program.timeframe}|`) && holdsState(name));
        const judge: SliceStep[] =
          openRingHeader(state.rings[timeframe]!).count() > 0 ? [{ kind: 'judge', timeframe }] : [];
        return wanted.length === 0 ? judge : [{ kind: 'warm', timeframe, wanted }, ...judge];
      });
      cold = new Set();
      return tasksOf(steps);
    },

    accept(accept) {
      evaluatedAt.clear();
      const steps: SliceStep[] = [];
      for (const candles of accept.closed) {
        const written = writeRow(candles, { figures, reading: market });
        if (written === null) continue;
        steps.push({ kind: 'close', ...written });
        const closeAtMs = timeframeCloseMs(candles.timeframe, candles.openAtMs);
        evaluatedAt.set(`${written.timeframe}|candle_close`, closeAtMs);
      }
      latest(accept.snapshot);
      state.program.timeframes.forEach((program, timeframe) => {
        if (program.roots.snapshot.length === 0) return;
        const candles = accept.openOf(program.timeframe);
        if (candles === null) return;
        writeOpen(timeframe, candles, accept);
        steps.push({ kind: 'snapshot', timeframe, openAtMs: candles.openAtMs });
        evaluatedAt.set(`${timeframe}|snapshot`, accept.snapshot.takenAtMs);
        lastPeekAtMs.set(program.timeframe, accept.snapshot.takenAtMs);
      });
      return tasksOf(steps);
    },

    evaluatedAtMs(strategyId) {
      const place = places.get(strategyId);
      return place === undefined ? null : (evaluatedAt.get(`${place.timeframe}|${place.mode}`) ?? null);
    },

    lastEvaluatedAtMs(strategyId) {
      const place = places.get(strategyId);
      if (place === undefined) return null;
      if (place.mode === 'snapshot') return lastPeekAtMs.get(state.rings[place.timeframe]!.timeframe) ?? null;
      const ring = state.rings[place.timeframe]!;
      const header = openRingHeader(ring);
      return header.count() === 0 ? null : timeframeCloseMs(ring.timeframe, header.openAtMs(header.newest()));
    },

    verdicts(strategyId) {
      const place = places.get(strategyId);
      if (place === undefined) return [];
      return state.views.map((views, slice) => {
        const view = views[place.timeframe]!;
        return {
          firstSlot: slice * slotsPerSlice,
          evaluated: view.evaluatedOf(place.mode),
          condition: view.rootOf(place.mode, place.condition)!,
          rearm: place.rearm === null ? null : view.rootOf(place.mode, place.rearm)!,
        };
      });
    },

    verdictOf(strategyId, coinId, of = 'condition') {
      const found = located(strategyId, coinId);
      const key = found?.place[of] ?? null;
      if (found === null || key === null) return null;
      const { place, view, slot } = found;
      const has = (bits: Uint32Array) => ((bits[slot >> 5]! >>> (slot & 31)) & 1) === 1;
      if (!has(view.evaluatedOf(place.mode))) return null;
      const bits = view.rootOf(place.mode, key)!;
      return has(bits.isTrue) ? 'true' : has(bits.unknown) ? 'unknown' : 'false';
    },

    valueOf({ strategyId, coinId, key }) {
      const found = located(strategyId, coinId);
      const number = found?.view.numberOf(key);
      if (found === null || number === undefined) return NaN;
      return (found.place.mode === 'snapshot' ? number.open : number.now)[found.slot]!;
    },

    previousOf({ strategyId, coinId, key }) {
      const found = located(strategyId, coinId);
      const number = found?.view.numberOf(key);
      if (found === null || number === undefined) return NaN;
      return (found.place.mode === 'snapshot' ? number.now : number.before)[found.slot]!;
    },

    slotOf: slots.find,
    coinAt: slots.coinAt,
    coinCount: slots.count,
  };
}

/** Parts that a replay of candles brings up to date. */
function holdsState(regionName: string): boolean {
  return /^[^|]+\|(last$|instance\||number\|)/.test(regionName);
}
