import type { Silence, Strategy } from '@ubot/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useSearch } from 'wouter';
import { ask, keyOf, useAct, useApi } from '../../api/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { PATHS } from '../../paths.ts';
import { useText } from '../../texts/i18n.ts';
import { BackLink } from '../../ui/BackLink.tsx';
import { Button } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Empty, Failed, Loading } from '../../ui/states.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { MutedAlerts } from './MutedAlerts.tsx';
import { Rules } from './Rules.tsx';
import { SilenceForm } from './SilenceForm.tsx';
import './muting.css';

const LIST = 'GET /api/v1/silences';
const PAGE = 30;
const NONE: readonly Strategy[] = [];

/** What is silent, what will be and what was; and the rules by which one strategy mutes others. */
export function SilencesPage(): ReactElement {
  const text = useText();
  const wished = new URLSearchParams(useSearch()).get('strategy');
  const [isMaking, setMaking] = useState(wished !== null);
  const { data: found } = useApi('GET /api/v1/strategies', { query: { limit: 200 } });
  const strategies = found?.strategies ?? NONE;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [...keyOf(LIST), 'pages'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      ask(LIST, { query: { limit: PAGE, ...(pageParam !== null && { before: pageParam }) }, signal }),
    getNextPageParam: (page) => page.nextBefore,
    // A silence ends by itself.
    refetchInterval: 30_000,
  });
  const silences = data?.pages.flatMap((page) => page.silences) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <div>
          <BackLink href={PATHS.alerts}>{text('alerts.title')}</BackLink>
          <h1>{text('muting.title')}</h1>
        </div>
        <Button kind="primary" onClick={() => setMaking(true)}>
          <Icon name="plus" />
          {text('muting.new')}
        </Button>
      </div>
      <p className="hint">{text('muting.about')}</p>
      {data === undefined && error === null && <Loading lines={3} height="4rem" />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && silences.length === 0 && (
        <Empty icon="snooze" title={text('muting.emptyTitle')} about={text('muting.emptyAbout')} />
      )}
      <ul className="muting-list" aria-label={text('muting.title')}>
        {silences.map((silence) => (
          <SilenceRow key={silence.id} silence={silence} strategies={strategies} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="start" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          {text('muting.older')}
        </Button>
      )}
      <Rules strategies={strategies} />
      {isMaking && (
        <SilenceForm strategies={strategies} firstStrategyId={wished ?? ''} onClose={() => setMaking(false)} />
      )}
    </div>
  );
}

function SilenceRow({ silence, strategies }: { silence: Silence; strategies: readonly Strategy[] }): ReactElement {
  const text = useText();
  const end = useAct('DELETE /api/v1/silences/{id}', [LIST]);
  const { id, strategyId, coinId, tag, startsAtMs, endsAtMs, comment, state } = silence;
  const strategy = strategies.find((each) => each.id === strategyId);
  return (
    <li className={`card muting-row ${state}`}>
      <div className="about">
        <strong>
          {strategyId !== null && <span>{strategy?.name ?? text('muting.gone')}</span>}
          {coinId !== null && <CoinName id={coinId} />}
          {tag !== null && <span>#{tag}</span>}
          {strategyId === null && coinId === null && tag === null && <span>{text('muting.everything')}</span>}
        </strong>
        {comment !== '' && <p>{comment}</p>}
        <p className="facts">
          {text('muting.range', { from: formatDateTime(startsAtMs), until: formatDateTime(endsAtMs) })} ·{' '}
          <MutedAlerts id={id} count={silence.mutedAlerts} />
        </p>
      </div>
      <span className={state === 'active' ? 'badge' : 'badge faded'}>{text(`muting.state_${state}`)}</span>
      {state !== 'ended' && (
        <Button
          disabled={end.isPending}
          onClick={() =>
            end.mutate({ params: { id } }, { onSuccess: () => toast(text('muting.ended')), onError: toastFailure })
          }
        >
          {text('muting.endNow')}
        </Button>
      )}
    </li>
  );
}

function CoinName({ id }: { id: number }): ReactElement {
  const { data } = useApi('GET /api/v1/coins/{id}', { params: { id } }, { staleTime: 10 * 60_000 });
  return <span>{data?.name ?? `#${id}`}</span>;
}
