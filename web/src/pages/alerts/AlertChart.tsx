import type { AlertWithNotifications } from '@ubot/contracts';
import { TIMEFRAME_MS } from '@ubot/market';
import { lazy, Suspense, useMemo, useState, type ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { useText } from '../../texts/i18n.ts';
import { Failed, Loading } from '../../ui/states.tsx';

/** Enough before it to see why, and after it to see what came of it. */
const CANDLES = 120;
const AFTER = 30;
const AGAIN_MS = 15_000;
const NOTHING: readonly never[] = [];
const nothing = (): void => undefined;

const Chart = lazy(async () => ({ default: (await import('../coin/Chart.tsx')).Chart }));

/** The candles around an alert, which is marked among them. */
export function AlertChart({ alert }: { alert: AlertWithNotifications }): ReactElement {
  const text = useText();
  const { coin, timeframe, triggeredAtMs } = alert;
  // Without an end the candle that is still open belongs to it: that of an alert which has just come.
  const [to] = useState(() => {
    const atMs = triggeredAtMs + AFTER * TIMEFRAME_MS[timeframe];
    return atMs > Date.now() ? undefined : atMs;
  });
  const { data, error, refetch } = useApi(
    'GET /api/v1/coins/{id}/candles',
    { params: { id: coin.id }, query: { timeframe, limit: CANDLES, ...(to !== undefined && { to }) } },
    to === undefined ? { refetchInterval: AGAIN_MS } : {},
  );
  const alerts = useMemo(() => [alert], [alert]);
  if (data === undefined && error !== null) return <Failed error={error} retry={() => void refetch()} />;
  const waiting = <Loading lines={1} height="17rem" />;
  if (data === undefined) return waiting;
  if (data.candles.length === 0) return <p className="facts">{text('alerts.noCandles')}</p>;
  return (
    <div className="alert-chart">
      <Suspense fallback={waiting}>
        <Chart
          name={coin.name}
          candles={data.candles}
          timeframe={timeframe}
          indicators={NOTHING}
          alerts={alerts}
          onOlder={nothing}
        />
      </Suspense>
      <a className="hint" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
        {text('coin.attribution')}
      </a>
    </div>
  );
}
