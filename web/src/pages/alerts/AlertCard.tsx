import type { AlertWithNotifications, Notification } from '@ubot/contracts';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { formatDateTime, formatPrice, formatTime, formatUsd } from '../../lib/format.ts';
import { PATHS } from '../../paths.ts';
import { AlertActions } from '../../parts/AlertActions.tsx';
import { useText } from '../../texts/i18n.ts';
import { useApi } from '../../api/api.ts';
import { addressOfStrategy } from '../strategies/addresses.ts';
import { AlertChart } from './AlertChart.tsx';

/** One alert: coin, price, when and why; opened, every value that it was judged by. */
export function AlertCard({
  alert,
  isFirstOpen = false,
}: {
  alert: AlertWithNotifications;
  isFirstOpen?: boolean;
}): ReactElement {
  const text = useText();
  const [isOpen, setOpen] = useState(isFirstOpen);
  const { coin, strategyName, strategyId, triggeredAtMs, explanation, priceUsd, timeframe, late, mayRepaint } = alert;
  return (
    <li className="card alert-card">
      <div className="alert-head">
        <Link className="coin-name" href={PATHS.coin.replace(':id', String(coin.id))}>
          <strong>{coin.symbol}</strong> {coin.name}
        </Link>
        <span className="number">{formatUsd(priceUsd)}</span>
        <time className="faint" dateTime={new Date(triggeredAtMs).toISOString()}>
          {formatDateTime(triggeredAtMs)}
        </time>
      </div>
      <p className="facts">
        <Link href={addressOfStrategy(strategyId)}>{strategyName}</Link> · {timeframe}
        {late && <span className="badge">{text('alerts.late')}</span>}
        {mayRepaint && <span className="badge">{text('alerts.openCandle')}</span>}
      </p>
      <p className="explanation">{explanation}</p>
      <Deliveries notifications={alert.notifications} />
      <div className="alert-foot">
        <AlertActions alert={alert} />
        <button type="button" className="button quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {text(isOpen ? 'alerts.less' : 'alerts.more')}
        </button>
      </div>
      {isOpen && <AlertDetails alert={alert} />}
    </li>
  );
}

const TONES = { delivered: 'good', sent: 'good', failed: 'bad', unknown: 'doubtful', not_sent: 'bad' } as const;

/** What became of each message, with the reason where it did not arrive. */
function Deliveries({ notifications }: { notifications: readonly Notification[] }): ReactElement {
  const text = useText();
  const { data } = useApi('GET /api/v1/channels', {}, { staleTime: 60_000 });
  if (notifications.length === 0) return <p className="facts">{text('alerts.noChannels')}</p>;
  return (
    <ul className="deliveries">
      {notifications.map(({ id, channelId, channelKind, state, sentAs, errorDetail, sentAtMs, deliveredAtMs }) => (
        <li key={id} className={TONES[state as keyof typeof TONES] ?? 'waiting'}>
          <span className="dot" aria-hidden="true" />
          {data?.channels.find((channel) => channel.id === channelId)?.name ?? channelKind}:{' '}
          {text(`alerts.state_${state}`)}
          {sentAs !== null && ` ${text('alerts.sentAs', { kind: sentAs })}`}
          {sentAtMs !== null && <span className="hint"> {formatTime(deliveredAtMs ?? sentAtMs)}</span>}
          {errorDetail !== null && <span className="hint"> {errorDetail}</span>}
        </li>
      ))}
    </ul>
  );
}

function AlertDetails({ alert }: { alert: AlertWithNotifications }): ReactElement {
  const text = useText();
  const { values, candle, condition, strategyVersion, snapshotTakenAtMs, source } = alert;
  return (
    <div className="alert-details">
      <code>{condition}</code>
      <table>
        <caption className="visually-hidden">{text('alerts.values')}</caption>
        <tbody>
          {values.map(({ text: name, value }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{formatPrice(value)}</td>
            </tr>
          ))}
          {candle !== null &&
            (['open', 'high', 'low', 'close'] as const).map((each) => (
              <tr key={each}>
                <th scope="row">{text(`coin.${each}`)}</th>
                <td className="number">{formatPrice(candle[each])}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <p className="facts">
        {candle !== null &&
          `${text('alerts.candle', { timeframe: candle.timeframe, time: formatDateTime(candle.openAtMs) })} · ${text('coin.samplesAbout', { count: candle.samples })} · `}
        {text('alerts.version', { version: strategyVersion })} ·{' '}
        {text('alerts.snapshot', { time: formatDateTime(snapshotTakenAtMs), source })}
      </p>
      <AlertChart alert={alert} />
    </div>
  );
}
