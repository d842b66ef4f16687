import type { Alert } from '@ubot/contracts';
import { announce, type Executor, type Transaction } from '../database.ts';

// Held until the commit: a lower sequence never becomes visible after a higher one, whatever two scanners do, so that
// "everything after the last one I saw" misses nothing.
const ALERT_LOCK = 7_261_010;

/** An alert before it is claimed: everything but what the database gives it. */
export interface AlertToClaim {
  readonly id: string;
  readonly body: Omit<Alert, 'id' | 'sequence' | 'createdAtMs'>;
  /** One notification each; `id` is the notification's. */
  readonly notifications: readonly { readonly id: string; readonly channelId: string }[];
}

export interface ClaimedAlert {
  readonly id: string;
  readonly sequence: string;
}

/**
 * Claims alerts with their notifications under (strategy version, coin, time), and announces them with the commit.
 *
 * Shape:  → the alerts that were new, in their order.
 * Edges:  one that was claimed before, by whomever, is left alone: it gets no notification again.
 */
export async function claimAlerts(
  tx: Transaction,
  options: { alerts: readonly AlertToClaim[]; nowMs: number },
): Promise<ClaimedAlert[]> {
  const { alerts } = options;
  if (alerts.length === 0) return [];
  const now = new Date(options.nowMs).toISOString();
  await tx.query('select pg_advisory_xact_lock($1)', [ALERT_LOCK]);
  const claimed = await tx.query<{ id: string; sequence: string }>(
    `insert into alert.alerts (id, user_id, strategy_id, strategy_version_id, coin_id, triggered_at, body, created_at)
     select id, user_id, strategy_id, version_id, coin_id, triggered_at, body, $8
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::timestamptz[], $7::jsonb[])
       with ordinality as a (id, user_id, strategy_id, version_id, coin_id, triggered_at, body, position)
     order by position
     on conflict (strategy_version_id, coin_id, triggered_at) do nothing
     returning id, sequence`,
    [
      alerts.map(({ id }) => id),
      alerts.map(({ body }) => body.userId),
      alerts.map(({ body }) => body.strategyId),
      alerts.map(({ body }) => body.strategyVersionId),
      alerts.map(({ body }) => body.coin.id),
      alerts.map(({ body }) => new Date(body.triggeredAtMs).toISOString()),
      alerts.map(({ body }) => JSON.stringify(body)),
      now,
    ],
  );
  const isNew = new Set(claimed.map(({ id }) => id));
  await queueNotifications(tx, { alerts: alerts.filter(({ id }) => isNew.has(id)), now });
  const last = claimed.at(-1);
  if (last !== undefined) await announce(tx, 'alert', last.sequence);
  return claimed;
}

async function queueNotifications(
  tx: Transaction,
  { alerts, now }: { alerts: readonly AlertToClaim[]; now: string },
): Promise<void> {
  const rows = alerts.flatMap(({ id, body, notifications }) =>
    notifications.map((notification) => ({ ...notification, alertId: id, userId: body.userId })),
  );
  const [first] = rows;
  if (first === undefined) return;
  await tx.query(
    `insert into alert.notifications
       (id, alert_id, user_id, channel_id, lane, state, next_attempt_at, queued_at, updated_at)
     select q.id, q.alert_id, q.user_id, q.channel_id, c.kind, 'queued', $5::timestamptz, $5::timestamptz, $5::timestamptz
     from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[]) as q (id, alert_id, user_id, channel_id)
     left join account.channels c on c.id = q.channel_id
     on conflict (alert_id, channel_id) do nothing`,
    [
      rows.map(({ id }) => id),
      rows.map(({ alertId }) => alertId),
      rows.map(({ userId }) => userId),
      rows.map(({ channelId }) => channelId),
      now,
    ],
  );
  await announce(tx, 'notification', first.id);
}

export interface AlertCounts {
  readonly byStrategy: Map<string, number>;
  readonly byUser: Map<string, number>;
}

/** Alerts whose time lies in `fromMs <= time < toMs`. */
export async function countAlerts(db: Executor, options: { fromMs: number; toMs: number }): Promise<AlertCounts> {
  const rows = await db.query<{ strategy_id: string; user_id: string; count: number }>(
    `select strategy_id, user_id, count(*)::int as count from alert.alerts
     where triggered_at >= $1 and triggered_at < $2 group by strategy_id, user_id`,
    [new Date(options.fromMs).toISOString(), new Date(options.toMs).toISOString()],
  );
  const byUser = new Map<string, number>();
  for (const { user_id, count } of rows) byUser.set(user_id, (byUser.get(user_id) ?? 0) + count);
  return { byStrategy: new Map(rows.map((row) => [row.strategy_id, row.count])), byUser };
}

/** Which of the strategy versions have an alert. */
export async function versionsWithAlerts(db: Executor, versionIds: readonly string[]): Promise<Set<string>> {
  if (versionIds.length === 0) return new Set();
  const rows = await db.query<{ id: string }>(
    `select v.id from unnest($1::uuid[]) as v (id)
     where exists (select 1 from alert.alerts a where a.strategy_version_id = v.id)`,
    [versionIds],
  );
  return new Set(rows.map((row) => row.id));
}
