import type { ReactElement } from 'react';
import { formatTime } from '../lib/format.ts';
import { useNow } from '../lib/time.ts';
import { useConnection } from '../live/live.ts';
import { isStale, usePulse } from '../live/pulse.ts';
import { useText } from '../texts/i18n.ts';

const MINUTE_S = 60;
const HOUR_S = 3_600;
/** A reconnect that takes less is nobody's business. */
const OFFLINE_AFTER_MS = 2_000;

/** Who says these prices and how old they are: on every page, always. */
export function Source(): ReactElement {
  const text = useText();
  const nowMs = useNow();
  const pulse = usePulse();
  const { lostAtMs } = useConnection();
  const isOffline = lostAtMs !== null && nowMs - lostAtMs > OFFLINE_AFTER_MS;
  if (pulse === null) return <p className="source waiting">{text(isOffline ? 'source.offline' : 'source.none')}</p>;

  const label = pulse.demo ? text('source.demo') : pulse.label;
  const seconds = Math.max(0, Math.round((nowMs - pulse.takenAtMs) / 1000));
  const age =
    seconds < 2 * MINUTE_S
      ? text('source.seconds', { count: seconds })
      : seconds < 2 * HOUR_S
        ? text('source.minutes', { count: Math.round(seconds / MINUTE_S) })
        : text('source.hours', { count: Math.round(seconds / HOUR_S) });
  const stale = isStale(pulse, nowMs);
  const kind = stale || isOffline ? 'stale' : pulse.demo ? 'demo' : 'fresh';
  return (
    <p className={`source ${kind}`} {...(pulse.demo && { title: text('source.demoAbout') })}>
      <span className="dot" aria-hidden="true" />
      <span>
        {stale
          ? text('source.stale', { label, time: formatTime(pulse.takenAtMs) })
          : text('source.age', { label, age })}
      </span>
      {isOffline && <span role="status"> · {text('source.offline')}</span>}
    </p>
  );
}
