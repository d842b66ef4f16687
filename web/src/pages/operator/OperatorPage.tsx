import type { SystemHealth } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';
import { Failed, Loading } from '../../ui/states.tsx';
import { Section } from '../settings/Section.tsx';
import { Invitations } from './Invitations.tsx';
import { Users } from './Users.tsx';

const REFRESH_MS = 5_000;

/** For operators: whether all is well, where prices come from, and who is here. */
export function OperatorPage(): ReactElement {
  const text = useText();
  const { data, error, refetch } = useApi('GET /api/v1/admin/health', {}, { refetchInterval: REFRESH_MS });
  return (
    <div className="page narrow-page">
      <h1>{text('operator.title')}</h1>
      {data === undefined && error === null && <Loading />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      {data !== undefined && <Health health={data} />}
      <Users />
      <Invitations />
    </div>
  );
}

function Health({ health }: { health: SystemHealth }): ReactElement {
  const text = useText();
  const { services, sources, queue, ready } = health;
  return (
    <>
      <Section title={text('operator.health')}>
        <p role="status">
          <span className={ready ? 'badge good' : 'badge'}>{text(ready ? 'operator.well' : 'operator.notWell')}</span>
        </p>
        <ul className="rows">
          {services.map((service) => (
            <li key={service.service}>
              <div>
                {service.service}
                <p className="facts">
                  {service.reachable
                    ? text('operator.running', {
                        version: service.version,
                        since: formatDateTime(service.startedAtMs),
                      })
                    : service.detail}
                </p>
              </div>
              {service.reachable && service.waitingFor.length === 0 ? (
                <span className="badge good">{text('operator.ok')}</span>
              ) : (
                <span className="badge">
                  {service.reachable
                    ? text('operator.waitsFor', { what: service.waitingFor.join(', ') })
                    : text('operator.away')}
                </span>
              )}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={text('operator.delivery')}>
        {queue === null ? (
          <p className="hint">{text('operator.unknown')}</p>
        ) : (
          <ul className="rows">
            {(['queued', 'sending', 'unknown'] as const).map((state) => (
              <li key={state}>
                <div>{text(`operator.queue_${state}`)}</div>
                <span className="number">{formatCount(queue[state])}</span>
              </li>
            ))}
            <li>
              <div>{text('operator.oldest')}</div>
              <span className="number">
                {text('operator.seconds', { count: Math.round(queue.oldestDueMs / 1_000) })}
              </span>
            </li>
          </ul>
        )}
      </Section>
      <Section title={text('operator.sources')}>
        {sources === null ? (
          <p className="hint">{text('operator.unknown')}</p>
        ) : (
          <ul className="rows">
            {sources.map((source) => (
              <li key={source.name}>
                <div>
                  {source.market?.label ?? source.name}
                  {source.active && <span className="badge good">{text('operator.active')}</span>}
                  {source.market !== null && (
                    <p className="facts">{text('operator.taken', { time: formatDateTime(source.market.takenAtMs) })}</p>
                  )}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  );
}
