import type { AlertWithNotifications } from '@ubot/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { ask, useApi } from '../../api/api.ts';
import { useLive } from '../../live/live.ts';
import { useReadAgain } from '../../live/readAgain.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { AlertCard } from './AlertCard.tsx';
import { AlertFilters } from './AlertFilters.tsx';
import { addressOfAlerts, isFiltering, queryOf, readFilter } from './filter.ts';
import { WhyNot } from './WhyNot.tsx';
import './alerts.css';

const PAGE = 30;
const AGES_MS = 60_000;
const LIST = 'GET /api/v1/alerts';

/** The user's alerts as they come, each with why it came and what became of its messages. */
export function AlertsPage(): ReactElement {
  const text = useText();
  const filter = readFilter(useSearch());
  const [, go] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const { data: strategies } = useApi('GET /api/v1/strategies', { query: { limit: 200 } });
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [LIST, filter, 'pages'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const before = pageParam === null ? {} : { before: pageParam };
      return ask(LIST, { query: { limit: PAGE, ...queryOf(filter, Date.now()), ...before }, signal });
    },
    getNextPageParam: (page) => page.nextBefore,
    // What has become older than a range that ends now leaves it.
    refetchInterval: filter.range === undefined || filter.range === 'own' ? false : AGES_MS,
  });
  // New alerts and news of old ones: what is shown is read again, so that it never differs from what is stored.
  const readAgain = useReadAgain(LIST);
  useLive({ stream: 'alerts' }, (frame) => {
    if (frame.type === 'alert') readAgain();
  });
  useLive({ stream: 'deliveries' }, (frame) => {
    if (frame.type === 'delivery') readAgain();
  });

  const alerts = data?.pages.flatMap((page) => page.alerts) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <h1>{text('alerts.title')}</h1>
        <div className="page-actions">
          <Link className="button" href={PATHS.silences}>
            {text('muting.title')}
          </Link>
          <Button onClick={() => setAsking(true)}>{text('alerts.whyNot')}</Button>
        </div>
      </div>
      <AlertFilters
        filter={filter}
        strategies={strategies?.strategies}
        onChange={(next) => go(addressOfAlerts(next))}
      />
      {data === undefined && error === null && <Loading lines={5} height="5rem" />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && alerts.length === 0 && isFiltering(filter) && (
        <Empty icon="search" title={text('alerts.noMatchTitle')} about={text('alerts.noMatchAbout')}>
          <Link className="button" href={PATHS.alerts}>
            {text('alerts.clear')}
          </Link>
        </Empty>
      )}
      {data !== undefined && alerts.length === 0 && !isFiltering(filter) && (
        <Empty icon="alert" title={text('alerts.emptyTitle')} about={text('alerts.emptyAbout')}>
          <Link className="button primary" href={PATHS.strategies}>
            {text('alerts.makeStrategy')}
          </Link>
        </Empty>
      )}
      <ol className="alert-list" aria-label={text('alerts.title')}>
        {alerts.map((alert: AlertWithNotifications) => (
          <AlertCard key={alert.id} alert={alert} />
        ))}
      </ol>
      {hasNextPage && (
        <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          {text('alerts.older')}
        </Button>
      )}
      {isAsking && (
        <WhyNot
          strategies={strategies?.strategies ?? []}
          firstStrategyId={filter.strategyId ?? ''}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
