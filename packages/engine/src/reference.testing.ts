import { computeIndicator, GAP_LIMIT_CANDLES, INDICATORS, type CandleInput } from '@ubot/indicators';
import {
  foldCandles,
  globalMetricValue,
  TIMEFRAME_MS,
  type Candle,
  type GlobalMetrics,
  type Timeframe,
} from '@ubot/market';
import type { BoolNode, NumberNode, SeriesName, Verdict } from '@ubot/strategy';

/** Candles of one coin by timeframe, oldest first. What is absent is folded from the candles that the question is about. */
export type CandlesByTimeframe = ReadonlyMap<Timeframe, readonly Candle[]>;

/** What conditions may read besides the coin's own candles. */
export interface Beside {
  /** The coin's own candles of other timeframes. */
  readonly frames?: CandlesByTimeframe;
  readonly coins?: ReadonlyMap<number, CandlesByTimeframe>;
  readonly market?: readonly { readonly takenAtMs: number; readonly global: GlobalMetrics }[];
  /** The instant of a snapshot; without it, the close of the last candle. */
  readonly atMs?: number;
}

/**
 * The slow, plain reading of LANGUAGE.md for tests: plain recursion, every value from scratch, nothing shared. The last of
 * the candles is "now"; at a snapshot that is the open one.
 */
export function referenceVerdict(
  node: BoolNode,
  candles: readonly Candle[],
  timeframe: Timeframe,
  beside: Beside = {},
): Verdict {
  return verdict(node, { candles, end: candles.length, timeframe, beside });
}

export function referenceNumber(
  node: NumberNode,
  candles: readonly Candle[],
  timeframe: Timeframe,
  beside: Beside = {},
): number {
  return numberAt(node, { candles, end: candles.length, timeframe, beside });
}

/** The candles before `end`; the last of these is the one that is asked about. */
interface View {
  readonly candles: readonly Candle[];
  readonly end: number;
  readonly timeframe: Timeframe;
  readonly beside: Beside;
}

const lastOf = ({ candles, end }: View): Candle => candles[end - 1]!;

const nowOf = (view: View): number => view.beside.atMs ?? lastOf(view).openAtMs + TIMEFRAME_MS[view.timeframe];

/** One candle is one step, however long the time between two of them, unless it is too long: then there is nothing before. */
function ago(view: View, steps: number): View | null {
  const { candles, end, timeframe } = view;
  for (let step = 0; step < steps; step++) {
    const at = end - 1 - step;
    if (at <= 0) return null;
    const missing = (candles[at]!.openAtMs - candles[at - 1]!.openAtMs) / TIMEFRAME_MS[timeframe] - 1;
    if (missing > GAP_LIMIT_CANDLES) return null;
  }
  // A candle before the open one has closed: the snapshot's instant is not its own.
  const beside = steps === 0 ? view.beside : { ...view.beside, atMs: undefined };
  return { candles, end: end - steps, timeframe, beside };
}

function numberAgo(node: NumberNode, view: View, steps: number): number {
  if (node.kind === 'constant') return node.value;
  const then = ago(view, steps);
  return then === null ? NaN : numberAt(node, then);
}

const isUnknown = (value: number): boolean => Number.isNaN(value);

function verdict(node: BoolNode, view: View): Verdict {
  switch (node.kind) {
    case 'compare': {
      const x = numberAt(node.left, view);
      const y = numberAt(node.right, view);
      if (isUnknown(x) || isUnknown(y)) return 'unknown';
      const holds = { '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y, '==': x === y, '!=': x !== y }[node.op];
      return holds ? 'true' : 'false';
    }
    case 'crosses': {
      const [x, y] = [numberAt(node.left, view), numberAt(node.right, view)];
      const [xBefore, yBefore] = [numberAgo(node.left, view, 1), numberAgo(node.right, view, 1)];
      if ([x, y, xBefore, yBefore].some(isUnknown)) return 'unknown';
      const above = x > y && xBefore <= yBefore;
      const below = x < y && xBefore >= yBefore;
      const holds = { above, below, either: above || below }[node.direction];
      return holds ? 'true' : 'false';
    }
    case 'trend': {
      const values = Array.from({ length: node.candles + 1 }, (_, steps) => {
        const then = ago(view, steps);
        return then === null ? NaN : numberAt(node.of, then);
      });
      if (values.some(isUnknown)) return 'unknown';
      const holds = values.slice(0, -1).every((value, steps) => {
        const earlier = values[steps + 1]!;
        return node.direction === 'rising' ? value > earlier : value < earlier;
      });
      return holds ? 'true' : 'false';
    }
    case 'not': {
      const operand = verdict(node.operand, view);
      return operand === 'unknown' ? 'unknown' : operand === 'true' ? 'false' : 'true';
    }
    case 'and': {
      const all = new Set(node.operands.map((operand) => verdict(operand, view)));
      return all.has('false') ? 'false' : all.has('unknown') ? 'unknown' : 'true';
    }
    case 'or': {
      const all = new Set(node.operands.map((operand) => verdict(operand, view)));
      return all.has('true') ? 'true' : all.has('unknown') ? 'unknown' : 'false';
    }
  }
}

function numberAt(node: NumberNode, view: View): number {
  if (node.kind === 'constant') return node.value;
  if (view.end === 0) return NaN;
  switch (node.kind) {
    case 'series':
      return seriesOf(node.series, lastOf(view));
    case 'market':
      return marketAt(node, view);
    case 'coin_series':
      return ofOtherCoin(node, view);
    case 'frame':
      return onOtherTimeframe(node, view);
    case 'indicator':
      return indicatorAt(node, view);
    case 'past': {
      const then = ago(view, node.candles);
      return then === null ? NaN : numberAt(node.of, then);
    }
    case 'negate':
      return -numberAt(node.operand, view);
    case 'arithmetic': {
      const x = numberAt(node.left, view);
      const y = numberAt(node.right, view);
      const value = { '+': x + y, '-': x - y, '*': x * y, '/': x / y }[node.op];
      return Number.isFinite(value) ? value : NaN;
    }
    case 'function': {
      const args = node.args.map((arg) => numberAt(arg, view));
      if (node.name === 'abs') return Math.abs(args[0]!);
      return node.name === 'min' ? Math.min(...args) : Math.max(...args);
    }
  }
}

/** Over all candles since the last longer gap. */
function indicatorAt(node: NumberNode & { kind: 'indicator' }, view: View): number {
  const definition = INDICATORS.get(node.name)!;
  const views: View[] = [];
  for (let then: View | null = view; then !== null; then = ago(then, 1)) views.push(then);
  views.reverse();
  const column = (read: (then: View) => number) => Float64Array.from(views, read);
  const own = (name: CandleInput) => column((then) => seriesOf(name, lastOf(then)));
  const inputs =
    definition.inputs !== 'series'
      ? definition.inputs.map(own)
      : [node.input === null ? own('close') : column((then) => numberAt(node.input!, then))];
  const openAtMs = column((then) => lastOf(then).openAtMs);
  const outputs = computeIndicator({ definition, params: node.params, inputs, openAtMs });
  return outputs[node.outputIndex]!.at(-1)!;
}

/** As of the last candle there that has closed by now. */
function onOtherTimeframe(node: NumberNode & { kind: 'frame' }, view: View): number {
  const { timeframe } = node;
  const lengthMs = TIMEFRAME_MS[timeframe];
  const closed = candlesOn(timeframe, view).filter(({ openAtMs }) => openAtMs + lengthMs <= nowOf(view));
  const last = closed.at(-1);
  if (last === undefined) return NaN;
  const closedSince = Math.floor((nowOf(view) - (last.openAtMs + lengthMs)) / lengthMs);
  if (closedSince > GAP_LIMIT_CANDLES) return NaN;
  return numberAt(node.of, {
    candles: closed,
    end: closed.length,
    timeframe,
    beside: { ...view.beside, atMs: undefined },
  });
}

function candlesOn(timeframe: Timeframe, view: View): readonly Candle[] {
  const own = () => view.candles.slice(0, view.end);
  if (timeframe === view.timeframe) return own();
  return view.beside.frames?.get(timeframe) ?? folded(own(), view.timeframe, timeframe);
}

function folded(candles: readonly Candle[], from: Timeframe, to: Timeframe): readonly Candle[] {
  return TIMEFRAME_MS[from] < TIMEFRAME_MS[to] ? foldCandles({ candles, to }) : [];
}

/** As of that coin's last candle, this one's or an earlier one. */
function ofOtherCoin(node: NumberNode & { kind: 'coin_series' }, view: View): number {
  const { timeframe } = view;
  const given = view.beside.coins?.get(node.coinId);
  const [shortest] = [...(given ?? [])].toSorted(([a], [b]) => TIMEFRAME_MS[a] - TIMEFRAME_MS[b]);
  if (given === undefined || shortest === undefined) return NaN;
  const theirs = given.get(timeframe) ?? folded(shortest[1], shortest[0], timeframe);
  const { openAtMs } = lastOf(view);
  const last = theirs.findLast((candle) => candle.openAtMs <= openAtMs);
  if (last === undefined) return NaN;
  const missing = (openAtMs - last.openAtMs) / TIMEFRAME_MS[timeframe];
  return missing > GAP_LIMIT_CANDLES ? NaN : seriesOf(node.series, last);
}

const READING_VALID_MS = 3_600_000;

function marketAt(node: NumberNode & { kind: 'market' }, view: View): number {
  const readings = view.beside.market ?? [];
  const known = readings.filter(({ takenAtMs }) =>
    view.beside.atMs === undefined ? takenAtMs < nowOf(view) : takenAtMs <= nowOf(view),
  );
  const last = known.at(-1);
  if (last === undefined || nowOf(view) - last.takenAtMs > READING_VALID_MS) return NaN;
  return globalMetricValue(last.global, node.metric);
}

function seriesOf(series: SeriesName, candle: Candle): number {
  switch (series) {
    case 'price':
    case 'close':
      return candle.close;
    case 'open':
    case 'high':
    case 'low':
      return candle[series];
    case 'volume':
      return candle.volume ?? NaN;
    case 'volume_24h':
      return candle.volume24hUsd;
    case 'market_cap':
      return candle.marketCapUsd;
    default:
      return NaN;
  }
}
