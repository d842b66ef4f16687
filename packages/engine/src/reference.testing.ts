import { computeIndicator, GAP_LIMIT_CANDLES, INDICATORS } from '@ubot/indicators';
import { TIMEFRAME_MS, type Candle, type Timeframe } from '@ubot/market';
import type { BoolNode, NumberNode, SeriesName, Verdict } from '@ubot/strategy';

/**
 * The slow, plain reading of LANGUAGE.md for tests: one coin, plain recursion, every value from scratch. The last of the
 * candles is "now"; at a snapshot that is the open one.
 */
export function referenceVerdict(node: BoolNode, candles: readonly Candle[], timeframe: Timeframe): Verdict {
  const segment = sinceLastGap(candles, TIMEFRAME_MS[timeframe]);
  return verdict(node, segment);
}

export function referenceNumber(node: NumberNode, candles: readonly Candle[], timeframe: Timeframe): number {
  return numberAt(node, sinceLastGap(candles, TIMEFRAME_MS[timeframe]));
}

function sinceLastGap(candles: readonly Candle[], lengthMs: number): readonly Candle[] {
  let from = 0;
  for (let i = 1; i < candles.length; i++) {
    const missing = (candles[i]!.openAtMs - candles[i - 1]!.openAtMs) / lengthMs - 1;
    if (missing > GAP_LIMIT_CANDLES) from = i;
  }
  return candles.slice(from);
}

function verdict(node: BoolNode, candles: readonly Candle[]): Verdict {
  switch (node.kind) {
    case 'compare': {
      const x = numberAt(node.left, candles);
      const y = numberAt(node.right, candles);
      if (Number.isNaN(x) || Number.isNaN(y)) return 'unknown';
      const holds = { '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y, '==': x === y, '!=': x !== y }[node.op];
      return holds ? 'true' : 'false';
    }
    case 'crosses': {
      const before = candles.slice(0, -1);
      const [x, y] = [numberAt(node.left, candles), numberAt(node.right, candles)];
      const [xBefore, yBefore] = [numberAt(node.left, before), numberAt(node.right, before)];
      if ([x, y, xBefore, yBefore].some((value) => Number.isNaN(value))) return 'unknown';
      const above = x > y && xBefore <= yBefore;
      const below = x < y && xBefore >= yBefore;
      const holds = { above, below, either: above || below }[node.direction];
      return holds ? 'true' : 'false';
    }
    case 'trend': {
      if (candles.length <= node.candles) return 'unknown';
      const values = Array.from({ length: node.candles + 1 }, (_, ago) =>
        numberAt(node.of, candles.slice(0, candles.length - ago)),
      ).reverse();
      if (values.some((value) => Number.isNaN(value))) return 'unknown';
      const sign = node.direction === 'rising' ? 1 : -1;
      return values.every((value, i) => i === 0 || sign * (value - values[i - 1]!) > 0) ? 'true' : 'false';
    }
    case 'not': {
      const operand = verdict(node.operand, candles);
      return operand === 'unknown' ? 'unknown' : operand === 'true' ? 'false' : 'true';
    }
    case 'and': {
      const all = new Set(node.operands.map((operand) => verdict(operand, candles)));
      return all.has('false') ? 'false' : all.has('unknown') ? 'unknown' : 'true';
    }
    case 'or': {
      const all = new Set(node.operands.map((operand) => verdict(operand, candles)));
      return all.has('true') ? 'true' : all.has('unknown') ? 'unknown' : 'false';
    }
  }
}

function numberAt(node: NumberNode, candles: readonly Candle[]): number {
  if (node.kind === 'constant') return node.value;
  const last = candles[candles.length - 1];
  if (last === undefined) return NaN;
  switch (node.kind) {
    case 'series':
      return seriesOf(node.series, last);
    case 'market':
      return NaN;
    case 'indicator': {
      const definition = INDICATORS.get(node.name)!;
      const input = (at: number): number =>
        node.input === null ? candles[at]!.close : numberAt(node.input, candles.slice(0, at + 1));
      const inputs = [Float64Array.from(candles, (_, at) => input(at))];
      const outputs = computeIndicator({ definition, params: node.params, inputs });
      return outputs[node.outputIndex]![candles.length - 1]!;
    }
    case 'past':
      return candles.length > node.candles ? numberAt(node.of, candles.slice(0, -node.candles)) : NaN;
    case 'frame':
    case 'coin_series':
      return NaN;
    case 'negate':
      return -numberAt(node.operand, candles);
    case 'arithmetic': {
      const x = numberAt(node.left, candles);
      const y = numberAt(node.right, candles);
      if (node.op === '/') return y === 0 ? NaN : x / y;
      return { '+': x + y, '-': x - y, '*': x * y }[node.op];
    }
    case 'function': {
      const args = node.args.map((arg) => numberAt(arg, candles));
      if (node.name === 'abs') return Math.abs(args[0]!);
      return node.name === 'min' ? Math.min(...args) : Math.max(...args);
    }
  }
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
    case 'volume_24h':
      return candle.volume24hUsd;
    case 'market_cap':
      return candle.marketCapUsd;
    default:
      return NaN;
  }
}
