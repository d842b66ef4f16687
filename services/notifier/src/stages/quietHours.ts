import { formatTime, quietUntil } from '@ubot/alerting';
import { DEFAULT_SETTINGS } from '@ubot/contracts';
import { eachAlone } from './frame.ts';

/** What programs read: nobody is woken by it. */
const MACHINES: ReadonlySet<string> = new Set(['webhook', 'log', 'module']);

export const QUIET_HOURS = 'quiet_hours';

/** Whether the user sleeps: what is not urgent waits for the end of the quiet hours, or is dropped where he says so. */
export const quietHours = eachAlone(({ kind, nowMs }, notification) => {
  const { quietHours: quiet, urgent, timeZone } = notification;
  if (quiet === null || urgent || kind === null) return null;
  // A module's lane is named after it: module:NAME.
  if (MACHINES.has(kind.split(':')[0] ?? '') && quiet.machines !== true) return null;
  const zone = timeZone ?? DEFAULT_SETTINGS.timeZone;
  const untilMs = quietUntil(quiet, { timeZone: zone, nowMs });
  if (untilMs === null) return null;
  const until = formatTime(untilMs, zone);
  if (quiet.mode === 'drop') {
    return { end: 'not_sent', reason: QUIET_HOURS, detail: `Came within quiet hours (until ${until}), which drop it.` };
  }
  return { hold: untilMs, reason: QUIET_HOURS, detail: `Quiet hours until ${until}; it is sent then.` };
});
