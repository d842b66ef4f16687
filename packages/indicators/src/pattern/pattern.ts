import { createColumns, type KernelRun } from '../columns.ts';
import { LARGEST_INPUT, type IndicatorDefinition } from '../types.ts';

/** Some candles of one coin, oldest first. */
export interface PatternCandles {
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
}

export interface Pattern {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** How many candles it looks at. */
  readonly candles: number;
  readonly matches: (candles: PatternCandles) => boolean;
}

/**
 * A candlestick pattern as an indicator.
 *
 * Shape:  open, high, low, close → 1 on the candle that completes the pattern, 0 on any other, NaN until there were as many
 *         candles as it looks at.
 * Edges:  what recognises a pattern is a library, and is not trusted: it is given plain arrays of its own, exactly as long
 *         as it wants them, holding known numbers only; whatever it throws, and any answer that is not a yes or a no, is
 *         unknown. A candle with an unknown price is passed over: a pattern is made of known candles. "About the same
 *         price" is the library's: within 0.1 % of the price, which on short timeframes most candles are.
 * Source: technicalindicators; engulfing checked against TA-Lib's, which also takes bodies that are equal at one end. Other
 *         patterns TA-Lib measures by the size of the last candles instead of by the price, so that they do not coincide.
 */
export function patternOf(pattern: Pattern): IndicatorDefinition {
  const { name, title, about, candles } = pattern;
  return {
    name,
    title,
    about,
    family: 'pattern',
    params: [],
    outputs: ['value'],
    units: ['flag'],
    ranges: [[0, 1]],
    inputs: ['open', 'high', 'low', 'close'],
    chart: { pane: 'own' },
    warmUp: () => candles,
    stable: () => candles,
    create: (_, memory) => {
      const before = candles - 1;
      const cells = before === 0 ? [] : [before, before, before, before, 1];
      return createColumns({ memory, outputCount: 1, cells, run: (state, kernel) => run(state, kernel, pattern) });
    },
  };
}

/** State: open, high, low and close of the candles before this one, oldest first, and how many there were. */
function run(state: readonly Float64Array[], { step, into, commit }: KernelRun, pattern: Pattern): void {
  const { from, to, present, inputs } = step;
  const output = into[0]!;
  const before = pattern.candles - 1;
  const counts = state[4];
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    if (!inputs.every((input) => Math.abs(input[slot]!) <= LARGEST_INPUT)) {
      output[slot] = NaN;
      continue;
    }
    const seen = counts === undefined ? 0 : counts[slot]!;
    const [open, high, low, close] = inputs.map((input, i) => {
      const earlier = before === 0 ? [] : Array.from(state[i]!.subarray(slot * before, slot * before + before));
      return [...earlier, input[slot]!];
    }) as [number[], number[], number[], number[]];
    output[slot] = seen < before ? NaN : answer(pattern, { open, high, low, close });
    if (!commit || counts === undefined) continue;
    [open, high, low, close].forEach((column, i) => state[i]!.set(column.slice(1), slot * before));
    counts[slot] = Math.min(seen + 1, before);
  }
}

function answer({ matches }: Pattern, candles: PatternCandles): number {
  try {
    const found: unknown = matches(candles);
    return found === true ? 1 : found === false ? 0 : NaN;
  } catch {
    // A library's mistake about one coin is no reason to stop judging the others.
    return NaN;
  }
}
