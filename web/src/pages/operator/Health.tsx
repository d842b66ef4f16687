import type { SystemHealth } from '@ubot/contracts';
import type { ReactElement } from 'react';
import { useApi } from '../../api/api.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';
import { Section } from '../settings/Section.tsx';

/** Services, troubles, what waits to be sent, who sends it, and where prices come from. */
export function Health({ health }: { health: SystemHealth }): ReactElement {
  const text = useText();
  const { services, queue, incidents, ready } = health;
  return (
    <>
      <Section title={text('operator.health')}>
        <p role="status">
          <span className={ready ? 'badge good' : 'badge'}>{text(ready ? 'operator.well' : 'operator.notWell')}</span>
        </p>
        {incidents !== null && incidents.length > 0 && (
          <ul className="rows" aria-label={text('operator.incidents')}>
            {incidents.map(({ id, detail, sinceMs }) => (
              <li key={id}>
                <div>
                  {detail}
                  <p className="facts">{text('settings.since', { time: formatDateTime(sinceMs) })}</p>
                </div>
                <span className="badge">{text('operator.trouble')}</span>
              </li>
            ))}
          </ul>
        )}
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
        <Drivers incidents={incidents} />
      </Section>
      <Sources sources={health.sources} />
    </>
  );
}

/** Which kinds of channels are set up, and which of them rest because their provider fails. */
function Drivers({ incidents }: Pick<SystemHealth, 'incidents'>): ReactElement {
  const text = useText();
  const { data } = useApi('GET /api/v1/channel-kinds', {}, { staleTime: 5 * 60_000 });
  const resting = new Set(incidents?.filter(({ kind }) => kind === 'circuit_open').map(({ subject }) => subject));
  const names = [
    ...(data?.kinds ?? []).filter(({ kind, configured }) => configured && kind !== 'module').map(({ kind }) => kind),
    ...(data?.modules ?? []).map(({ name }) => `module:${name}`),
  ];
  const missing = (data?.kinds ?? []).filter(({ configured }) => !configured).map(({ kind }) => kind);
  return (
    <>
      <h3>{text('operator.drivers')}</h3>
      <ul className="rows">
        {names.map((name) => (
          <li key={name}>
            <div>{name}</div>
            {resting.has(name) ? (
              <span className="badge">{text('operator.resting')}</span>
            ) : (
              <span className="badge good">{text('operator.ok')}</span>
            )}
          </li>
        ))}
      </ul>
      {missing.length > 0 && <p className="facts">{text('operator.notSetUp', { kinds: missing.join(', ') })}</p>}
    </>
  );
}

function Sources({ sources }: Pick<SystemHealth, 'sources'>): ReactElement {
  const text = useText();
  return (
    <Section title={text('operator.sources')}>
      {sources === null ? (
        <p className="hint">{text('operator.unknown')}</p>
      ) : (
        <ul className="rows">
          {sources.map(({ name, label, active, schedule, creditsLeft, lastPollAtMs, lastFailure }) => (
            <li key={name}>
              <div>
                <span>{label}</span>
                {active && <span className="badge good">{text('operator.active')}</span>}
                <p className="facts">{schedule}</p>
                {lastPollAtMs !== null && (
                  <p className="facts">{text('operator.taken', { time: formatDateTime(lastPollAtMs) })}</p>
                )}
                {lastFailure !== null && (
                  <p className="mistake">
                    {lastFailure.detail} ({lastFailure.code}, {formatDateTime(lastFailure.atMs)})
                  </p>
                )}
              </div>
              {creditsLeft !== null && (
                <span className="number">{text('operator.credits', { count: formatCount(creditsLeft) })}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
