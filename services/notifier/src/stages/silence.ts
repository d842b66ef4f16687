import { findSilence, formatTime } from '@ubot/alerting';
import { DEFAULT_SETTINGS } from '@ubot/contracts';
import { readSilencesInForce, type ClaimedNotification } from '@ubot/db';
import type { Stage, Verdict } from './frame.ts';

/** Whether the user has said that nothing shall come of this strategy, coin or tag now. */
export const silence: Stage = async ({ tx, nowMs }, batch) => {
  const userIds = [...new Set(batch.map(({ alert }) => alert.userId))];
  const silences = await readSilencesInForce(tx, { userIds, nowMs });
  const verdicts = new Map<string, Verdict>();
  if (silences.length === 0) return verdicts;
  for (const notification of batch) {
    const { alert, tags } = notification;
    const mine = silences.filter(({ userId }) => userId === alert.userId);
    const found = findSilence(mine, { strategyId: alert.strategyId, coinId: alert.coin.id, tags, nowMs });
    if (found === null) continue;
    const detail = `Silenced until ${formatTime(found.endsAtMs, zoneOf(notification))}${commentOf(found.comment)}`;
    verdicts.set(notification.id, { end: 'not_sent', reason: 'silenced', detail, mutedBy: found.id });
  }
  return verdicts;
};

const zoneOf = ({ timeZone }: ClaimedNotification): string => timeZone ?? DEFAULT_SETTINGS.timeZone;
const commentOf = (comment: string): string => (comment === '' ? '.' : `: ${comment}`);
