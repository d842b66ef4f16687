import type { SyntaxNode } from '@lezer/common';
import { spanOf, type Checking } from './checking.ts';
import type { SeriesName } from './plan.ts';

const INSTEAD: Partial<Record<SeriesName, string>> = {
  volume: "Write `volume_24h`, the provider's rolling figure; exchanges and files know the volume of a candle.",
  volume_24h: 'Write `volume`, the volume of the candle.',
};

/** False, and reported, when the source that the condition is asked of does not have a series; `reader` is what reads it. */
export function withKnownSeries(checking: Checking, at: SyntaxNode, series: SeriesName, reader?: string): boolean {
  const { source, report } = checking;
  if (source === null || !source.lacks.includes(series)) return true;
  const message =
    reader === undefined
      ? `The source ${source.name} has no \`${series}\`.`
      : `\`${reader}\` reads \`${series}\`, which the source ${source.name} does not have.`;
  report.error('CONDITION_SERIES_UNAVAILABLE', spanOf(at), message, INSTEAD[series] ?? null);
  return false;
}
