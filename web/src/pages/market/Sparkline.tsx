import { memo, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';

/** Seven days of four hours. */
const CANDLES = 42;
const KEPT_MS = 10 * 60_000;
const WIDTH = 112;
const HEIGHT = 32;

/** The closes of the last seven days. Asked for once the row stands still, so that scrolling asks for nothing. */
export const Sparkline = memo(function Sparkline({
  coinId,
  isUp,
  canLoad,
}: {
  coinId: number;
  isUp: boolean;
  canLoad: boolean;
}): ReactElement | null {
  const { data } = useApi(
    'GET /api/v1/coins/{id}/candles',
    { params: { id: coinId }, query: { timeframe: '4h', limit: CANDLES } },
    { enabled: canLoad, staleTime: KEPT_MS },
  );
  const closes = data?.candles.map(({ close }) => close) ?? [];
  if (closes.length < 2) return null;
  return (
    <svg
      className={`sparkline ${isUp ? 'up' : 'down'}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <path d={pathOf(closes)} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
    </svg>
  );
});

function pathOf(closes: readonly number[]): string {
  const low = Math.min(...closes);
  const span = Math.max(...closes) - low || 1;
  const points = closes.map((close, i) => {
    const x = (i / (closes.length - 1)) * WIDTH;
    const y = HEIGHT - 2 - ((close - low) / span) * (HEIGHT - 4);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}
