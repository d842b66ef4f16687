import {
  ACKNOWLEDGE_WAYS,
  LIMITS,
  type Acknowledgement,
  type AcknowledgeWay,
  type AlertLinkState,
  type Result,
  type Silence,
} from '@ubot/contracts';
import {
  countOpenSilences,
  insertSilence,
  lockToldAlerts,
  lockUser,
  readAlertStanding,
  saveAcknowledgements,
  silenceById,
  withTransaction,
  writeAudit,
  type AlertStanding,
  type Database,
  type Transaction,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { LINK_LIFE_MS, type ActionLinks } from './actionLinks.ts';
import { NOT_FOUND, shownSilence } from './silences.ts';

export interface Acknowledge {
  /** `userId` null: whoever asks has shown another way that he may, by a link or a call. */
  acknowledge(given: { alertId: string; userId: string | null; by: AcknowledgeWay }): Promise<Result<Acknowledgement>>;
  /**
   * For a message that was answered, by a key pressed in a call: all alerts that it told of.
   *
   * Shape: → how many of them were not acknowledged before.
   */
  acknowledgeMessage(notificationId: string, by: AcknowledgeWay): Promise<Result<number>>;
  /** Silences the alert's strategy for its coin. */
  snooze(given: { alertId: string; userId: string; durationMs: number }): Promise<Result<Silence>>;
  /** What a link is about. Errors: LINK_INVALID. */
  linkState(token: string): Promise<Result<AlertLinkState>>;
  acknowledgeByLink(token: string): Promise<Result<AlertLinkState>>;
  /** Once: a second time changes nothing. */
  snoozeByLink(token: string, durationMs: number): Promise<Result<AlertLinkState>>;
}

const LINK_INVALID: Result<never> = {
  ok: false,
  failure: { code: 'LINK_INVALID', detail: 'This link is wrong or too old.' },
};

/** Alerts that were seen, and strategies that are to be silent for a while, by whichever way. */
export function createAcknowledge(given: { db: Database; links: ActionLinks; nowMs: () => number }): Acknowledge {
  const { db, links, nowMs } = given;

  const acknowledge: Acknowledge['acknowledge'] = ({ alertId, userId, by }) =>
    withTransaction(db, async (tx) => {
      const alert = await readAlertStanding(tx, { alertId, userId, lock: true });
      if (alert === null) return NOT_FOUND;
      const { acknowledgedAtMs, acknowledgedBy } = alert;
      if (acknowledgedAtMs !== null) {
        const value = { alertId, acknowledgedAtMs, acknowledgedBy: wayOf(acknowledgedBy), already: true };
        return { ok: true, value };
      }
      const atMs = nowMs();
      await save(tx, { alerts: [alert], by, atMs });
      return { ok: true, value: { alertId, acknowledgedAtMs: atMs, acknowledgedBy: by, already: false } };
    });

  const snoozeAlert = (alert: AlertStanding, durationMs: number, byLink: boolean): Promise<Result<Silence>> =>
    withTransaction(db, async (tx) => {
      const { userId, strategyId, coin, id: alertId } = alert;
      const atMs = nowMs();
      if (!(await lockUser(tx, userId))) return NOT_FOUND;
      if ((await countOpenSilences(tx, { userId, nowMs: atMs })) >= LIMITS.silencesPerUser) {
        const detail = `There are ${LIMITS.silencesPerUser} silences that have not ended, which is as many as there may be.`;
        return { ok: false, failure: { code: 'LIMIT_REACHED', detail } };
      }
      const id = newId();
      await insertSilence(tx, {
        id,
        userId,
        strategyId,
        coinId: coin.id,
        tag: null,
        startsAtMs: atMs,
        endsAtMs: atMs + durationMs,
        comment: `Snoozed after the alert of ${alert.strategyName} for ${coin.symbol}`.slice(0, LIMITS.commentChars),
        createdAtMs: atMs,
        ...(byLink && { snoozedBy: alertId }),
      });
      const detail = { silenceId: id, durationMs, by: byLink ? 'link' : 'api' };
      await writeAudit(tx, { atMs, userId, action: 'alert.snooze', subjectId: alertId, detail });
      const made = await silenceById(tx, { userId, id });
      return made === null ? LINK_INVALID : { ok: true, value: shownSilence(made, atMs) };
    });

  const alertOfLink = async (token: string): Promise<AlertStanding | null> => {
    const alertId = links.alertOf(token);
    if (alertId === null) return null;
    const alert = await readAlertStanding(db, { alertId, userId: null });
    return alert === null || nowMs() - alert.createdAtMs >= LINK_LIFE_MS ? null : alert;
  };
  const linkState: Acknowledge['linkState'] = async (token) => {
    const alert = await alertOfLink(token);
    return alert === null ? LINK_INVALID : { ok: true, value: stateOf(alert) };
  };

  return {
    acknowledge,
    acknowledgeMessage: (notificationId, by) =>
      withTransaction(db, async (tx) => {
        const told = await lockToldAlerts(tx, notificationId);
        if (told.length === 0) return NOT_FOUND;
        const unseen = told.filter(({ acknowledgedAtMs }) => acknowledgedAtMs === null);
        await save(tx, { alerts: unseen, by, atMs: nowMs() });
        return { ok: true, value: unseen.length };
      }),
    async snooze({ alertId, userId, durationMs }) {
      const alert = await readAlertStanding(db, { alertId, userId });
      return alert === null ? NOT_FOUND : snoozeAlert(alert, durationMs, false);
    },
    linkState,
    async acknowledgeByLink(token) {
      const alert = await alertOfLink(token);
      if (alert === null) return LINK_INVALID;
      const done = await acknowledge({ alertId: alert.id, userId: null, by: 'link' });
      return done.ok ? linkState(token) : done;
    },
    async snoozeByLink(token, durationMs) {
      const alert = await alertOfLink(token);
      if (alert === null) return LINK_INVALID;
      if (alert.snoozedUntilMs === null) {
        const made = await snoozeAlert(alert, durationMs, true);
        // Two taps at once: the other has made it.
        if (!made.ok && made.failure.code !== 'LINK_INVALID') return made;
      }
      return linkState(token);
    },
  };
}

async function save(
  tx: Transaction,
  given: { alerts: readonly { id: string; userId: string }[]; by: AcknowledgeWay; atMs: number },
): Promise<void> {
  const { alerts, by, atMs } = given;
  await saveAcknowledgements(tx, { alertIds: alerts.map(({ id }) => id), by, nowMs: atMs });
  for (const { id, userId } of alerts) {
    await writeAudit(tx, { atMs, userId, action: 'alert.acknowledge', subjectId: id, detail: { by } });
  }
}

const wayOf = (text: string | null): AcknowledgeWay => ACKNOWLEDGE_WAYS.find((way) => way === text) ?? 'api';

function stateOf(alert: AlertStanding): AlertLinkState {
  const { strategyName, coin, triggeredAtMs, explanation, acknowledgedAtMs, snoozedUntilMs } = alert;
  return {
    strategyName,
    coinName: coin.name,
    coinSymbol: coin.symbol,
    triggeredAtMs,
    explanation,
    timeZone: alert.timeZone ?? 'UTC',
    acknowledgedAtMs,
    acknowledgedBy: acknowledgedAtMs === null ? null : wayOf(alert.acknowledgedBy),
    snoozedUntilMs,
  };
}
