import type { AlertValue, MatchingCoin, NotKnownReason, StrategyPreview } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ApiProblem, useQuestion } from '../../api/api.ts';
import { formatCount, formatPercent, formatPrice, formatTime, formatUsd, UNKNOWN } from '../../lib/format.ts';
import { useSettled } from '../../lib/useSettled.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Loading } from '../../ui/states.tsx';
import { previewOf, type Draft } from './draft.ts';

/** A key more within this time, and only the later text is asked about. */
const SETTLED_AFTER_MS = 600;
/** The market moves on while somebody thinks. */
const ASK_AGAIN_MS = 30_000;
/** So many messages at once are worth a word before it is saved. */
const MANY = 20;

/** What the strategy would match now, as it is being written. */
export function PreviewPanel({ draft, isReady }: { draft: Draft; isReady: boolean }): ReactElement {
  const text = useText();
  const wanted = JSON.stringify(previewOf(draft));
  const body = useSettled(wanted, SETTLED_AFTER_MS);
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuestion(
    'POST /api/v1/strategies/preview',
    { body: JSON.parse(body) as ReturnType<typeof previewOf> },
    { enabled: isReady && body === wanted, refetchInterval: ASK_AGAIN_MS },
  );
  const isOld = isPlaceholderData || body !== wanted || error !== null;
  return (
    <section className="card sections preview" aria-labelledby="preview-title">
      <div className="preview-head">
        <h2 id="preview-title">{text('strategies.preview')}</h2>
        {isReady && (isFetching || body !== wanted) && <span className="hint">{text('strategies.previewAsking')}</span>}
      </div>
      {!isReady && <p className="hint">{text('strategies.previewEmpty')}</p>}
      {isReady && error !== null && <Trouble error={error} retry={() => void refetch()} />}
      {isReady && data === undefined && error === null && <Loading lines={2} />}
      {isReady && data !== undefined && (
        <div className={isOld ? 'preview-body old' : 'preview-body'}>
          <Found preview={data} isSnapshot={draft.trigger.on === 'snapshot'} />
        </div>
      )}
      <p className="hint later">
        <Icon name="market" size={16} />
        {text('strategies.previewPast')}
      </p>
    </section>
  );
}

function Trouble({ error, retry }: { error: Error; retry: () => void }): ReactElement {
  const text = useText();
  const isOffline = error instanceof ApiProblem && error.isOffline;
  return (
    <p className="preview-trouble" role="status">
      <Icon name={isOffline ? 'offline' : 'warning'} size={16} />
      <span>{isOffline ? text('strategies.previewOffline') : error.message}</span>
      <Button kind="quiet" onClick={retry}>
        {text('states.retry')}
      </Button>
    </p>
  );
}

function Found({ preview, isSnapshot }: { preview: StrategyPreview; isSnapshot: boolean }): ReactElement {
  const text = useText();
  const { matching, notMatching, notKnown, stale, coinCount, evaluatedAtMs, snapshotTakenAtMs } = preview;
  const [first] = notMatching.nearest;
  const nearest =
    matching.count > 0 || first === undefined
      ? ''
      : ` ${text('strategies.previewNearest', { symbol: first.coin.symbol, distance: formatPercent(first.distancePct, { sign: false, digits: 1 }) })}`;
  const of = formatCount(coinCount);
  return (
    <>
      <p className="preview-count" role="status">
        <strong>{text('strategies.previewCount', { count: matching.count, of })}</strong>
        {nearest}
      </p>
      <p className="hint">
        {isSnapshot || evaluatedAtMs === null
          ? text('strategies.previewAt', { time: formatTime(snapshotTakenAtMs) })
          : text('strategies.previewAtClose', { time: formatTime(evaluatedAtMs) })}
      </p>
      {matching.count > MANY && (
        <p className="preview-many">{text('strategies.previewMany', { count: formatCount(matching.count) })}</p>
      )}
      {matching.coins.length > 0 && (
        <ul className="preview-coins" aria-label={text('strategies.previewMatching')}>
          {matching.coins.map((each) => (
            <Judged key={each.coin.id} judged={each} />
          ))}
        </ul>
      )}
      {matching.count > matching.coins.length && (
        <p className="hint">{text('strategies.previewMore', { count: matching.count - matching.coins.length })}</p>
      )}
      {notMatching.nearest.length > 0 && (
        <details open={matching.count === 0}>
          <summary>{text('strategies.previewNear')}</summary>
          <ul className="preview-coins" aria-label={text('strategies.previewNear')}>
            {notMatching.nearest.map((each) => (
              <Judged key={each.coin.id} judged={each} distancePct={each.distancePct} />
            ))}
          </ul>
        </details>
      )}
      {notKnown.count > 0 && (
        <details open={notKnown.count === coinCount}>
          <summary>{text('strategies.previewNotKnown', { count: notKnown.count })}</summary>
          <ul className="preview-reasons">
            {notKnown.reasons.map((reason) => (
              <Reason key={`${reason.reason} ${reason.part}`} reason={reason} />
            ))}
          </ul>
        </details>
      )}
      {stale.count > 0 && <p className="hint">{text('strategies.previewStale', { count: stale.count })}</p>}
    </>
  );
}

function Judged({ judged, distancePct }: { judged: MatchingCoin; distancePct?: number }): ReactElement {
  const text = useText();
  const { coin, priceUsd, values } = judged;
  return (
    <li>
      <Link href={PATHS.coin.replace(':id', String(coin.id))} className="coin-name">
        <strong>{coin.symbol}</strong> <span className="faint">{coin.name}</span>
      </Link>
      <span className="number">{formatUsd(priceUsd)}</span>
      {distancePct !== undefined && (
        <span className="distance">
          {text('strategies.previewAway', { distance: formatPercent(distancePct, { sign: false, digits: 1 }) })}
        </span>
      )}
      <span className="values">
        {values.map((value) => (
          <Value key={value.text} value={value} />
        ))}
      </span>
    </li>
  );
}

const Value = ({ value: { text, value } }: { value: AlertValue }): ReactElement => (
  <span>
    <code>{text}</code> {value === null ? UNKNOWN : formatPrice(value)}
  </span>
);

function Reason({ reason }: { reason: NotKnownReason }): ReactElement {
  const text = useText();
  const { part, timeframe, candlesNeeded, count, coins } = reason;
  const [most] = coins;
  const said =
    reason.reason === 'warming_up'
      ? text('strategies.previewWarming', { part: part ?? '', needed: candlesNeeded, timeframe })
      : reason.reason === 'no_value'
        ? text('strategies.previewNoValue', { part: part ?? '' })
        : text('strategies.previewNotObserved');
  const names = coins.map(({ coin }) => coin.symbol).join(', ');
  return (
    <li>
      {said} <span className="faint">{text('strategies.previewCoins', { count, names })}</span>
      {reason.reason === 'warming_up' && most !== undefined && (
        <span className="faint">
          {' '}
          {text('strategies.previewHas', { symbol: most.coin.symbol, count: most.candles })}
        </span>
      )}
    </li>
  );
}
