import type { SyntaxNode } from '@lezer/common';
import { spanOf, type Checking, type SourceSeries } from './checking.ts';
import type { SeriesName } from './plan.ts';

/** The sources that are polled for prices: what they say of volume is the provider's rolling figure. */
export const LIVE_SOURCE: SourceSeries = { name: 'of live prices', lacks: ['volume'] };

/** Candle files of exchanges: each candle has its own volume, and nothing else is in them. */
export const FILE_SOURCE: SourceSeries = {
  name: 'file',
  lacks: ['volume_24h', 'market_cap', 'rank', 'percent_change_1h', 'percent_change_24h', 'percent_change_7d'],
};

const INSTEAD: Partial<Record<SeriesName, string>> = {
  volume: "The provider's rolling figure is `volume_24h`; exchanges and files know the volume of a candle.",
  volume_24h: 'The volume of the candle is `volume`.',
};

/** Notes a series that the source of prices does not have: it is unknown there. `reader` is what reads it. */
export function warnOfMissing(checking: Checking, at: SyntaxNode, series: SeriesName, reader?: string): void {
  const { source, report } = checking;
  if (source === null || !source.lacks.includes(series)) return;
  const message =
    reader === undefined
      ? `The source ${source.name} has no \`${series}\`: it is never known.`
      : `\`${reader}\` reads \`${series}\`, which the source ${source.name} does not have: it is never known.`;
  report.warn('WARNING_SERIES_UNAVAILABLE', spanOf(at), message, INSTEAD[series] ?? null);
}
