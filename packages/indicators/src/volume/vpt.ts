import { totalOf } from './totals.ts';

/**
 * Volume price trend: the running total of volume times the relative change of the close.
 *
 * Shape:  close and volume → one value per candle, from the first on, which is 0.
 * Units:  those of the volume. Only its changes mean something.
 * Edges:  a candle after a close of 0 has no relative change and is passed over.
 * Source: textbook, as TradingView's PVT; examples by hand.
 */
export const vpt = totalOf({
  name: 'vpt',
  title: 'Volume price trend',
  about: 'Volume price trend: volume times the relative change of the close, added up.',
  inputs: ['close', 'volume'],
  units: ['volume'],
  adds: ([close, volume], before) => (Number.isNaN(before) ? 0 : ((close! - before) / before) * volume!),
});
