import { TIMEFRAMES, type CoinWire, type Timeframe } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { Link, useParams } from 'wouter';
import { ApiProblem, useApi } from '../../api/api.ts';
import { formatCompactUsd, formatDateTime, formatUsd } from '../../lib/format.ts';
import { recall, remember } from '../../lib/storage.ts';
import { AlertMeButton } from '../../parts/AlertMe.tsx';
import { PATHS } from '../../paths.ts';
import { NotFound } from '../../shell/NotFound.tsx';
import { useText } from '../../texts/i18n.ts';
import { BackLink } from '../../ui/BackLink.tsx';
import { Change } from '../../ui/figures.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { addressOfAlerts } from '../alerts/filter.ts';
import { useCandles } from './candles.ts';
import { Chart } from './Chart.tsx';
import { zoneOf } from './chartTimes.ts';
import './coin.css';
import { Indicators } from './Indicators.tsx';
import { recallIndicators, rememberIndicators, type ChosenIndicator } from './indicators.ts';
import { useCoinAlerts, useCoinNow, type CoinNow } from './live.ts';

export function CoinPage(): ReactElement {
  const id = Number(useParams<{ id: string }>().id);
  const isId = Number.isSafeInteger(id) && id > 0;
  const { data: coin, error, refetch } = useApi('GET /api/v1/coins/{id}', { params: { id } }, { enabled: isId });
  if (!isId || (error instanceof ApiProblem && error.failure.status !== 0 && error.failure.status < 500))
    return <NotFound />;
  if (error !== null && coin === undefined) return <Failed error={error} retry={() => void refetch()} />;
  if (coin === undefined) return <Loading lines={12} />;
  return <KnownCoin key={coin.id} coin={coin} />;
}

function rememberedTimeframe(): Timeframe {
  const kept = recall('chart.timeframe');
  return TIMEFRAMES.find((each) => each === kept) ?? '1h';
}

function KnownCoin({ coin }: { coin: CoinWire }): ReactElement {
  const text = useText();
  const [timeframe, setTimeframe] = useState(rememberedTimeframe);
  const [indicators, setIndicators] = useState(recallIndicators);
  const { candles, isLoadingOlder, loadOlder } = useCandles(coin.id, timeframe);
  const now = useCoinNow(coin.id);
  const alerts = useCoinAlerts(coin.id);
  const choose = (each: Timeframe): void => {
    remember('chart.timeframe', each);
    setTimeframe(each);
  };
  const change = (chosen: readonly ChosenIndicator[]): void => {
    rememberIndicators(chosen);
    setIndicators(chosen);
  };
  return (
    <div className="page coin">
      <Head coin={coin} now={now} />
      <section className="card chart-card">
        <div className="chart-bar">
          <div className="chips" role="group" aria-label={text('coin.timeframe')}>
            {TIMEFRAMES.map((each) => (
              <button
                key={each}
                type="button"
                className="chip timeframe"
                aria-pressed={timeframe === each}
                onClick={() => choose(each)}
              >
                {each}
              </button>
            ))}
          </div>
          <Indicators chosen={indicators} onChange={change} />
        </div>
        {candles === null ? (
          <div className="chart-waiting">
            <Loading lines={1} height="60vh" />
          </div>
        ) : candles.length === 0 ? (
          <Empty icon="market" title={text('coin.empty')} about={text('coin.emptyAbout')} />
        ) : (
          <Chart
            name={coin.name}
            candles={candles}
            timeframe={timeframe}
            indicators={indicators}
            alerts={alerts}
            onOlder={loadOlder}
          />
        )}
        <p className="chart-foot faint">
          <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
            {text('coin.attribution')}
          </a>
          <span role="status">{isLoadingOlder ? text('coin.loadingOlder') : ''}</span>
          <span>{text('coin.times', { zone: zoneOf(timeframe) })}</span>
        </p>
      </section>
      <section className="card coin-alerts">
        <h2>{text('coin.alerts')}</h2>
        {alerts.length === 0 ? (
          <p className="faint">{text('coin.noAlerts')}</p>
        ) : (
          <ol>
            {alerts.map(({ id, strategyName, explanation, triggeredAtMs, priceUsd }) => (
              <li key={id}>
                <Link href={PATHS.alert.replace(':id', id)}>{strategyName}</Link>
                <time className="faint" dateTime={new Date(triggeredAtMs).toISOString()}>
                  {formatDateTime(triggeredAtMs)}
                </time>
                <span className="number">{formatUsd(priceUsd)}</span>
                <p className="faint">{explanation}</p>
              </li>
            ))}
          </ol>
        )}
        {alerts.length > 0 && <Link href={addressOfAlerts({ coinId: coin.id })}>{text('coin.allAlerts')}</Link>}
      </section>
    </div>
  );
}

function Head({ coin, now }: { coin: CoinWire; now: CoinNow | null }): ReactElement {
  const text = useText();
  const direction = now === null || now.moved === 0 ? '' : now.moved > 0 ? 'went-up' : 'went-down';
  return (
    <header className="coin-head">
      <BackLink href={PATHS.market}>{text('coin.back')}</BackLink>
      <h1>
        {coin.name} <span className="coin-symbol">{coin.symbol}</span>
        {coin.rank !== null && <span className="badge">{text('coin.rank', { rank: coin.rank })}</span>}
      </h1>
      <p className="coin-price">
        <span key={now?.frame} className={`price number ${direction}`}>
          {formatUsd(now?.priceUsd ?? null)}
        </span>
        <Change value={now?.percentChange24h ?? null} /> <span className="faint">{text('coin.change24h')}</span>
        <AlertMeButton coin={coin} priceUsd={now?.priceUsd ?? null} />
      </p>
      <dl className="coin-figures">
        <div>
          <dt>{text('coin.change1h')}</dt>
          <dd>
            <Change value={now?.percentChange1h ?? null} />
          </dd>
        </div>
        <div>
          <dt>{text('coin.change7d')}</dt>
          <dd>
            <Change value={now?.percentChange7d ?? null} />
          </dd>
        </div>
        <div>
          <dt>{text('coin.marketCap')}</dt>
          <dd className="number">{formatCompactUsd(now?.marketCapUsd ?? null)}</dd>
        </div>
        <div>
          <dt>{text('coin.volume')}</dt>
          <dd className="number">{formatCompactUsd(now?.volume24hUsd ?? null)}</dd>
        </div>
      </dl>
    </header>
  );
}
