import type { CandleWire } from '@ubot/contracts';
import { expect, test } from 'vitest';
import { mergeCandles } from './mergeCandles.ts';

const candle = (openAtMs: number, close: number): CandleWire => ({
  openAtMs,
  open: 1,
  high: 9,
  low: 1,
  close,
  volume24hUsd: null,
  marketCapUsd: null,
  samples: 1,
  closed: true,
});
const closes = (candles: readonly CandleWire[]) => candles.map(({ openAtMs, close }) => [openAtMs, close]);

test.each([
  [
    'the open candle changes',
    [
      [1, 5],
      [2, 6],
    ],
    [[2, 7]],
    [
      [1, 5],
      [2, 7],
    ],
  ],
  [
    'a new one opens',
    [[1, 5]],
    [[2, 6]],
    [
      [1, 5],
      [2, 6],
    ],
  ],
  [
    'one closes and the next opens',
    [[1, 5]],
    [
      [1, 6],
      [2, 7],
    ],
    [
      [1, 6],
      [2, 7],
    ],
  ],
  [
    'older ones come before',
    [[3, 5]],
    [
      [1, 6],
      [2, 7],
    ],
    [
      [1, 6],
      [2, 7],
      [3, 5],
    ],
  ],
  [
    'a snapshot after a pause overlaps',
    [
      [1, 1],
      [2, 2],
    ],
    [
      [2, 3],
      [5, 4],
    ],
    [
      [1, 1],
      [2, 3],
      [5, 4],
    ],
  ],
  [
    'a late correction of a closed one',
    [
      [1, 1],
      [2, 2],
    ],
    [[1, 9]],
    [
      [1, 9],
      [2, 2],
    ],
  ],
  ['the first come', [], [[1, 1]], [[1, 1]]],
  ['nothing comes', [[1, 1]], [], [[1, 1]]],
] as const)('%s', (_what, before, came, after) => {
  const of = (pairs: readonly (readonly [number, number])[]) => pairs.map(([at, close]) => candle(at, close));
  expect(closes(mergeCandles(of(before), of(came)))).toEqual(after);
});
