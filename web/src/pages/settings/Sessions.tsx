import type { ReactElement } from 'react';
import { useAct, useApi } from '../../api/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useText } from '../../texts/i18n.ts';
import { Button } from '../../ui/Button.tsx';
import { Failed, Loading } from '../../ui/states.tsx';
import { toast, toastFailure } from '../../ui/toasts.tsx';
import { Section } from './Section.tsx';

const LIST = 'GET /api/v1/auth/sessions';

/** "Firefox on Linux" out of what a browser says of itself; what cannot be read is shown as it is. */
function browserOf(userAgent: string): string {
  const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((name) => userAgent.includes(`${name}/`));
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS', 'Linux'].find((name) => userAgent.includes(name));
  if (browser === undefined) return userAgent.slice(0, 60);
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
  return system === undefined ? name : `${name}, ${system}`;
}

export function Sessions(): ReactElement {
  const text = useText();
  const { data, error, refetch } = useApi(LIST, {});
  const end = useAct('DELETE /api/v1/auth/sessions/{id}', [LIST]);
  const endOthers = useAct('DELETE /api/v1/auth/sessions', [LIST]);
  return (
    <Section title={text('settings.sessions')} about={text('settings.sessionsAbout')}>
      {data === undefined && error === null && <Loading lines={2} />}
      {data === undefined && error !== null && <Failed error={error} retry={() => void refetch()} />}
      <ul className="rows">
        {data?.sessions.map(({ id, userAgent, address, createdAtMs, current }) => (
          <li key={id}>
            <div>
              <span>{userAgent === null ? text('settings.unknownBrowser') : browserOf(userAgent)}</span>
              {current && <span className="badge good">{text('settings.thisOne')}</span>}
              <p className="facts">
                {address !== null && `${address} · `}
                {text('settings.since', { time: formatDateTime(createdAtMs) })}
              </p>
            </div>
            {!current && (
              <Button onClick={() => end.mutate({ params: { id } }, { onError: toastFailure })}>
                {text('settings.endSession')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {data !== undefined && data.sessions.length > 1 && (
        <Button
          className="start"
          onClick={() =>
            endOthers.mutate({}, { onSuccess: () => toast(text('settings.othersEnded')), onError: toastFailure })
          }
        >
          {text('settings.endOthers')}
        </Button>
      )}
    </Section>
  );
}
