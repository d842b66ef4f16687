import { totalOf } from './totals.ts';

/**
 * On-balance volume: the running total of volume, added when the close rose and taken away when it fell.
 *
 * Shape:  close and volume → one value per candle, from the first on.
 * Units:  those of the volume. Only its changes mean something: it begins with 0 wherever the history begins.
 * Edges:  an equal close adds nothing. A candle with an unknown input is passed over.
 * Source: Granville 1963; numbers checked against Skender, Tulip and TA-Lib (which begins with the first volume instead of
 *         0 and keeps that distance).
 */
export const obv = totalOf({
  name: 'obv',
  title: 'On-balance volume',
  about: 'On-balance volume: volume added on rising closes and taken away on falling ones.',
  inputs: ['close', 'volume'],
  units: ['volume'],
  adds: (values, before) => (values[0]! > before ? values[1]! : values[0]! < before ? -values[1]! : 0),
});
