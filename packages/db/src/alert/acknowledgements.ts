import type { Executor, Transaction } from '../database.ts';
import { uncount } from './counts.ts';

/** An alert as its acknowledgement and its link see it. */
export interface AlertStanding {
  readonly id: string;
  readonly userId: string;
  readonly strategyId: string;
  readonly strategyName: string;
  readonly coin: { readonly id: number; readonly symbol: string; readonly name: string };
  readonly triggeredAtMs: number;
  readonly createdAtMs: number;
  readonly explanation: string;
  readonly acknowledgedAtMs: number | null;
  /** The way: 'api', 'link', 'call'. */
  readonly acknowledgedBy: string | null;
  readonly timeZone: string | null;
  /** When the snooze ends that the alert's link has made. */
  readonly snoozedUntilMs: number | null;
}

interface Row {
  id: string;
  user_id: string;
  strategy_id: string;
  strategy_name: string;
  coin: AlertStanding['coin'];
  explanation: string;
  triggered_at: Date;
  created_at: Date;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
  time_zone: string | null;
  snoozed_until: Date | null;
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** One alert, of that user when one is named, locked until the transaction ends where asked; null: there is none. */
export async function readAlertStanding(
  db: Executor,
  { alertId, userId, lock = false }: { alertId: string; userId: string | null; lock?: boolean },
): Promise<AlertStanding | null> {
  const [row] = await db.query<Row>(
    `select a.id, a.user_id, a.strategy_id, a.body ->> 'strategyName' as strategy_name, a.body -> 'coin' as coin,
       a.body ->> 'explanation' as explanation, a.triggered_at, a.created_at, a.acknowledged_at, a.acknowledged_by,
       u.settings ->> 'timeZone' as time_zone, s.ends_at as snoozed_until
     from alert.alerts a left join account.users u on u.id = a.user_id left join alert.silences s on s.snoozed_by = a.id
     where a.id = $1 and ($2::uuid is null or a.user_id = $2) ${lock ? 'for update of a' : ''}`,
    [alertId, userId],
  );
  if (row === undefined) return null;
  return {
    id: row.id,
    userId: row.user_id,
    strategyId: row.strategy_id,
    strategyName: row.strategy_name,
    coin: row.coin,
    explanation: row.explanation,
    triggeredAtMs: row.triggered_at.getTime(),
    createdAtMs: row.created_at.getTime(),
    acknowledgedAtMs: row.acknowledged_at?.getTime() ?? null,
    acknowledgedBy: row.acknowledged_by,
    timeZone: row.time_zone,
    snoozedUntilMs: row.snoozed_until?.getTime() ?? null,
  };
}

/** What a message told of, and whether it has been seen. */
export interface ToldAlert {
  readonly id: string;
  readonly userId: string;
  readonly acknowledgedAtMs: number | null;
}

/** The alerts that a message told of, all of its digest, locked until the transaction ends; empty: there is no such message. */
export async function lockToldAlerts(tx: Transaction, notificationId: string): Promise<ToldAlert[]> {
  const rows = await tx.query<{ id: string; user_id: string; acknowledged_at: Date | null }>(
    `select a.id, a.user_id, a.acknowledged_at from alert.alerts a
     where a.id in (
       select told.alert_id from alert.notifications n
       join alert.notifications told on told.id = n.id or told.digest_id = n.digest_id where n.id = $1)
     order by a.id for update`,
    [notificationId],
  );
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    acknowledgedAtMs: row.acknowledged_at?.getTime() ?? null,
  }));
}

/**
 * Writes down that alerts were seen, ends their messages that wait (not one under way, nor one that tells of other alerts
 * too), and announces all of them. The alerts are locked by this transaction.
 */
export async function saveAcknowledgements(
  tx: Transaction,
  { alertIds, by, nowMs }: { alertIds: readonly string[]; by: string; nowMs: number },
): Promise<void> {
  await tx.query('update alert.alerts set acknowledged_at = $2, acknowledged_by = $3 where id = any($1::uuid[])', [
    alertIds,
    iso(nowMs),
    by,
  ]);
  const ended = await tx.query<{ id: string }>(
    `update alert.notifications set state = 'not_sent', error_code = 'acknowledged',
       error_detail = 'The alert was acknowledged before this was sent.', held_since = null, updated_at = $2
     where alert_id = any($1::uuid[]) and state = 'queued' and digest_id is null returning id`,
    [alertIds, iso(nowMs)],
  );
  // Once for all, after all: a claim that waits for these rows has the counts.
  await uncount(
    tx,
    ended.map(({ id }) => id),
  );
  await tx.query(
    `select pg_notify('ubot_notification', id::text) from alert.notifications where alert_id = any($1::uuid[])`,
    [alertIds],
  );
}
