import type { EngineStrategy, EvaluationMode } from '@ubot/engine';
import type { Timeframe } from '@ubot/market';
import type { BoolNode } from '@ubot/strategy';
import { both, compare, createRandom, numberOf, planOf, strategyOf } from './lab.ts';

/** What a crowd of users asks: a few indicators that everybody knows, and round numbers, in every combination. */
export interface Crowd {
  /** A condition of one coin: two or three parts, in a third of them a price level of the user's own. */
  oneCoin(coin: number): BoolNode;
  /** A condition for every coin: two or three parts out of about a thousand. */
  everyCoin(): BoolNode;
}

interface Range {
  readonly text: string;
  readonly low: readonly [from: number, to: number];
  readonly high: readonly [from: number, to: number];
}

/** Where traders look: the far ends of what an indicator shows. Below `low` or above `high`, in so many steps outwards. */
const NUMBERS: readonly Range[] = [
  ...[7, 9, 14, 21].map((n): Range => ({ text: `rsi(${n})`, low: [20, 2], high: [80, 98] })),
  ...[5, 10, 20, 50, 100].map((n): Range => ({ text: `close / sma(${n}) * 100 - 100`, low: [-1, -8], high: [1, 8] })),
  ...[9, 12, 26, 50].map((n): Range => ({ text: `close / ema(${n}) * 100 - 100`, low: [-1, -8], high: [1, 8] })),
  { text: 'bbands(20, 2).percent_b', low: [-0.1, -0.5], high: [1.1, 1.5] },
  { text: 'bbands(20, 2).width', low: [0.001, 0.0001], high: [0.02, 0.1] },
  { text: 'percent_change_24h', low: [-2, -5], high: [2, 5] },
];
const LEVELS = 30;
const CROSSES = [
  'close crosses above sma(50)',
  'close crosses below sma(50)',
  'ema(12) crosses above ema(26)',
  'ema(12) crosses below ema(26)',
  'rsi(14) crosses above 30',
  'rsi(14) crosses below 70',
  'macd(12, 26, 9) crosses above macd(12, 26, 9).signal',
  'close > sma(20)',
  'close < sma(20)',
  'ema(12) > ema(26)',
];

export function createCrowd(timeframe: Timeframe, prices: Float64Array, seed: number): Crowd {
  const random = createRandom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const close = numberOf('close', timeframe);
  const crosses = CROSSES.map((text) => planOf(text, timeframe).root);
  const levels = NUMBERS.flatMap(({ text, low, high }) => {
    const number = numberOf(text, timeframe);
    const steps = (op: '<' | '>', [from, to]: readonly [number, number]) =>
      Array.from({ length: LEVELS }, (_, i) =>
        compare(number, op, Number((from + ((to - from) * i) / (LEVELS - 1)).toPrecision(4))),
      );
    return [...steps('<', low), ...steps('>', high)];
  });
  const part = () => (random() < 0.2 ? pick(crosses) : pick(levels));
  const joined = (kind: 'and' | 'or', parts: BoolNode[]): BoolNode => {
    const different = [...new Map(parts.map((each) => [each.key, each])).values()];
    return different.length === 1 ? different[0]! : both(kind, different);
  };
  /** Two parts, or three; of three the last two may be a choice. */
  const someParts = (): BoolNode[] => {
    if (random() < 0.7) return [part(), pick(levels)];
    return random() < 0.5 ? [part(), pick(levels), part()] : [pick(levels), joined('or', [part(), part()])];
  };
  return {
    oneCoin(coin) {
      const own = compare(close, random() < 0.5 ? '<' : '>', prices[coin]! * (0.9 + 0.2 * random()));
      return joined('and', random() < 1 / 3 ? [own, part()] : someParts());
    },
    everyCoin: () => joined('and', someParts()),
  };
}

export interface CrowdOptions {
  readonly crowd: Crowd;
  readonly count: number;
  readonly firstHandle: number;
  readonly timeframe: Timeframe;
  readonly on: EvaluationMode;
}

const BATCH = 50_000;

export function* oneCoinStrategies(options: CrowdOptions & { coinIds: Int32Array }): Generator<EngineStrategy[]> {
  const { crowd, count, firstHandle, timeframe, on, coinIds } = options;
  const random = createRandom(firstHandle + 3);
  for (let from = 0; from < count; from += BATCH) {
    yield Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => {
      const coin = Math.floor(random() * coinIds.length);
      return strategyOf(firstHandle + from + i, crowd.oneCoin(coin), { timeframe, on, coins: [coinIds[coin]!] });
    });
  }
}

export function* everyCoinStrategies({
  crowd,
  count,
  firstHandle,
  timeframe,
  on,
}: CrowdOptions): Generator<EngineStrategy[]> {
  for (let from = 0; from < count; from += BATCH) {
    yield Array.from({ length: Math.min(BATCH, count - from) }, (_, i) =>
      strategyOf(firstHandle + from + i, crowd.everyCoin(), { timeframe, on, coins: null }),
    );
  }
}
