import type { ReactElement } from 'react';
import { useParams } from 'wouter';
import { useApi } from '../../api/api.ts';
import { useLive } from '../../live/live.ts';
import { useReadAgain } from '../../live/readAgain.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { BackLink } from '../../ui/BackLink.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { AlertCard } from './AlertCard.tsx';
import './alerts.css';

const ROUTE = 'GET /api/v1/alerts/{id}';

/** One alert with everything that is known of it: where the link in a message leads. */
export function AlertPage(): ReactElement {
  const text = useText();
  const { id = '' } = useParams<{ id: string }>();
  const { data, error, refetch } = useApi(ROUTE, { params: { id } });
  const readAgain = useReadAgain(ROUTE);
  useLive({ stream: 'deliveries' }, (frame) => {
    if (frame.type === 'delivery' && frame.notification.alertId === id) readAgain();
  });
  return (
    <div className="page">
      <div>
        <BackLink href={PATHS.alerts}>{text('alerts.title')}</BackLink>
        <h1>{data === undefined ? text('alerts.title') : `${data.coin.symbol} · ${data.strategyName}`}</h1>
      </div>
      {data === undefined && error === null && <Loading lines={3} />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && (
        <ol className="alert-list">
          <AlertCard alert={data} isFirstOpen />
        </ol>
      )}
    </div>
  );
}
