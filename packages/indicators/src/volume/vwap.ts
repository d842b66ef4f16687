import { createColumns, type KernelRun } from '../columns.ts';
import { areKnown, knownOrNaN } from '../averages.ts';
import { LARGEST_INPUT, type IndicatorDefinition } from '../types.ts';

const DAY_MS = 86_400_000;

/**
 * Volume weighted average price of the session, which is the UTC day: it starts anew with the first candle of each.
 *
 * Shape:  high, low, close and volume → one value per candle, from the first on.
 * Units:  those of the price; each candle counts with (high + low + close) / 3.
 * Edges:  no volume yet today → NaN; a candle whose time nobody says → NaN. A candle with an unknown input is passed over. On
 *         candles of a day and longer it is that price itself.
 * Source: textbook; numbers checked against Skender within one session.
 */
export const vwap: IndicatorDefinition = {
  name: 'vwap',
  title: 'Volume weighted average price',
  family: 'volume',
  about: 'Volume weighted average price since the day began (UTC).',
  params: [],
  outputs: ['value'],
  units: ['input'],
  ranges: [null],
  inputs: ['high', 'low', 'close', 'volume'],
  chart: { pane: 'price' },
  warmUp: () => 1,
  // A day of minutes: then the session that was begun in the middle is over.
  stable: () => 1_440,
  create: (_, memory) => createColumns({ memory, outputCount: 1, cells: [1, 1, 1, 1], run: runVwap }),
};

/** State: which day it is, the first price of it, the volume of it, and volume times the distance from that price. */
function runVwap(state: readonly Float64Array[], { step, into, commit }: KernelRun): void {
  const [days, firsts, volumes, distances] = state as [Float64Array, Float64Array, Float64Array, Float64Array];
  const { from, to, present } = step;
  const [highs, lows, closes, candleVolumes] = step.inputs as [Float64Array, Float64Array, Float64Array, Float64Array];
  const output = into[0]!;
  // Counted from 1, so that fresh memory is of no day.
  const day = Math.floor(step.openAtMs / DAY_MS) + 1;
  for (let slot = from; slot < to; slot++) {
    if (present[slot] === 0) continue;
    const volume = candleVolumes[slot]!;
    const high = highs[slot]!;
    const low = lows[slot]!;
    const close = closes[slot]!;
    if (!(areKnown(high, low, close) && Math.abs(volume) <= LARGEST_INPUT && Math.abs(day) < Infinity)) {
      output[slot] = NaN;
      continue;
    }
    const price = (high + low + close) / 3;
    const isNew = days[slot] !== day;
    const first = isNew ? price : firsts[slot]!;
    const total = (isNew ? 0 : volumes[slot]!) + volume;
    const distance = (isNew ? 0 : distances[slot]!) + volume * (price - first);
    output[slot] = total > 0 ? knownOrNaN(first + distance / total) : NaN;
    if (commit) {
      days[slot] = day;
      firsts[slot] = first;
      volumes[slot] = total;
      distances[slot] = distance;
    }
  }
}
