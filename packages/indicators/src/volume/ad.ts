import { moneyFlow, totalOf } from './totals.ts';

/**
 * Accumulation / distribution line: the running total of volume, weighted by where the close lies in its candle.
 *
 * Shape:  high, low, close and volume → one value per candle, from the first on.
 * Units:  those of the volume. Only its changes mean something.
 * Edges:  a candle whose high is its low adds 0. A candle with an unknown input is passed over.
 * Source: Chaikin; numbers checked against Skender, TA-Lib and Tulip.
 */
export const ad = totalOf({
  name: 'ad',
  title: 'Accumulation / distribution',
  about: 'Accumulation / distribution line: volume weighted by where the close lies between low and high.',
  inputs: ['close', 'high', 'low', 'volume'],
  units: ['volume'],
  adds: ([close, high, low, volume]) => moneyFlow(high!, low!, close!, volume!),
});
