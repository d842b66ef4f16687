import {
  decimalOf,
  kindOfLane,
  microsOf,
  type Alert,
  type AlertWithNotifications,
  type ChannelKind,
  type Notification,
  type NotificationState,
} from '@ubot/contracts';
import type { Executor } from '../database.ts';

interface AlertRow {
  id: string;
  sequence: string;
  body: Omit<Alert, 'id' | 'sequence' | 'createdAtMs'>;
  created_at: Date;
  acknowledged_at: Date | null;
  acknowledged_by: string | null;
}

const COLUMNS = 'select id, sequence, body, created_at, acknowledged_at, acknowledged_by from alert.alerts';

function alertOf(row: AlertRow): Alert {
  return { ...row.body, id: row.id, sequence: row.sequence, createdAtMs: row.created_at.getTime() };
}

export interface AlertFilter {
  before?: string | undefined;
  strategyId?: string;
  coinId?: number;
  mutedBy?: string;
  /** `from <= triggered at < to`, epoch milliseconds. */
  from?: number;
  to?: number;
}

const timeOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/** A user's alerts with their deliveries, newest first. */
export async function readAlertPage(
  db: Executor,
  options: AlertFilter & { userId: string; limit: number },
): Promise<AlertWithNotifications[]> {
  const rows = await db.query<AlertRow>(
    `${COLUMNS} where user_id = $1 and ($2::bigint is null or sequence < $2)
       and ($3::uuid is null or strategy_id = $3) and ($4::integer is null or coin_id = $4)
       and ($5::timestamptz is null or triggered_at >= $5) and ($6::timestamptz is null or triggered_at < $6)
       and ($7::uuid is null or id in (select n.alert_id from alert.notifications n where n.muted_by = $7))
     order by sequence desc limit $8`,
    [
      options.userId,
      options.before ?? null,
      options.strategyId ?? null,
      options.coinId ?? null,
      timeOrNull(options.from),
      timeOrNull(options.to),
      options.mutedBy ?? null,
      options.limit,
    ],
  );
  return withNotifications(db, rows);
}

/** The newest alerts of each of a user's strategies, newest first, with their deliveries: two statements, however many. */
export async function readAlertsOfStrategies(
  db: Executor,
  { userId, strategyIds, limit }: { userId: string; strategyIds: readonly string[]; limit: number },
): Promise<AlertWithNotifications[]> {
  const rows = await db.query<AlertRow>(
    `select id, sequence, body, created_at, acknowledged_at, acknowledged_by from (
       select id, sequence, body, created_at, acknowledged_at, acknowledged_by, row_number() over (partition by strategy_id order by sequence desc) as place
       from alert.alerts where user_id = $1 and strategy_id = any($2::uuid[])) newest
     where place <= $3 order by sequence desc`,
    [userId, [...strategyIds], limit],
  );
  return withNotifications(db, rows);
}

/** One of a user's alerts; null when it is not there or another's. */
export async function readAlert(
  db: Executor,
  { userId, id }: { userId: string; id: string },
): Promise<AlertWithNotifications | null> {
  const rows = await db.query<AlertRow>(`${COLUMNS} where user_id = $1 and id = $2`, [userId, id]);
  return (await withNotifications(db, rows))[0] ?? null;
}

/** The newest alert of a strategy version and a coin up to an instant, with its deliveries; null when there is none. */
export async function lastAlertOf(
  db: Executor,
  options: { strategyVersionId: string; coinId: number; upToMs: number },
): Promise<AlertWithNotifications | null> {
  const rows = await db.query<AlertRow>(
    `${COLUMNS} where strategy_version_id = $1 and coin_id = $2 and triggered_at <= $3
     order by triggered_at desc limit 1`,
    [options.strategyVersionId, options.coinId, new Date(options.upToMs).toISOString()],
  );
  return (await withNotifications(db, rows))[0] ?? null;
}

/** Alerts after a position, oldest first; of one user, or with null of all. */
export async function readAlertsAfter(
  db: Executor,
  options: { userId: string | null; sequence: string; limit: number },
): Promise<AlertWithNotifications[]> {
  const rows = await db.query<AlertRow>(
    `${COLUMNS} where sequence > $1 and ($2::uuid is null or user_id = $2) order by sequence limit $3`,
    [options.sequence, options.userId, options.limit],
  );
  return withNotifications(db, rows);
}

interface NotificationRow {
  id: string;
  alert_id: string;
  channel_id: string;
  kind: string | null;
  provider: string | null;
  state: NotificationState;
  attempts: number;
  provider_message_id: string | null;
  error_code: string | null;
  error_detail: string | null;
  queued_at: Date;
  sent_at: Date | null;
  delivered_at: Date | null;
  acknowledged_at: Date | null;
  digest_id: string | null;
  sent_as: ChannelKind | null;
  segments: number | null;
  price: string | null;
  currency: string | null;
  price_estimated: boolean | null;
}

const NOTIFICATION_COLUMNS = `
  select n.id, n.alert_id, n.channel_id, c.kind, n.provider, n.state, n.attempts, n.provider_message_id,
    n.error_code, n.error_detail, n.queued_at, n.sent_at, n.delivered_at, n.user_id,
    a.acknowledged_at, n.digest_id, n.sent_as, n.segments, n.price, n.currency, n.price_estimated
  from alert.notifications n join alert.alerts a on a.id = n.alert_id left join account.channels c on c.id = n.channel_id`;

/** These notifications and whose they are; one that does not exist is left out. */
export async function readNotificationsById(
  db: Executor,
  ids: readonly string[],
): Promise<{ userId: string; notification: Notification }[]> {
  const rows = await db.query<NotificationRow & { user_id: string }>(
    `${NOTIFICATION_COLUMNS} where n.id = any($1::uuid[]) order by n.id`,
    [ids],
  );
  return rows.map((row) => ({ userId: row.user_id, notification: notificationOf(row) }));
}

export interface NotificationFilter {
  /** Only those older than this one. */
  before?: string;
  state?: NotificationState;
  channelId?: string;
  alertId?: string;
  /** `from <= queued at < to`, epoch milliseconds. */
  from?: number;
  to?: number;
}

/** A user's notifications, newest first: their ids begin with the time at which they were made. */
export async function readNotificationPage(
  db: Executor,
  options: NotificationFilter & { userId: string; limit: number },
): Promise<Notification[]> {
  const rows = await db.query<NotificationRow>(
    `${NOTIFICATION_COLUMNS} where n.user_id = $1 and ($2::uuid is null or n.id < $2)
       and ($3::text is null or n.state = $3) and ($4::uuid is null or n.channel_id = $4)
       and ($5::uuid is null or n.alert_id = $5)
       and ($6::timestamptz is null or n.queued_at >= $6) and ($7::timestamptz is null or n.queued_at < $7)
     order by n.id desc limit $8`,
    [
      options.userId,
      options.before ?? null,
      options.state ?? null,
      options.channelId ?? null,
      options.alertId ?? null,
      timeOrNull(options.from),
      timeOrNull(options.to),
      options.limit,
    ],
  );
  return rows.map(notificationOf);
}

export interface NotificationQueue {
  queued: number;
  sending: number;
  unknown: number;
  /** How long the oldest one that is due has waited. */
  oldestDueMs: number;
}

/** Everybody's notifications that are not at an end. */
export async function countNotificationQueue(db: Executor, nowMs: number): Promise<NotificationQueue> {
  const [row] = await db.query<Omit<NotificationQueue, 'oldestDueMs'> & { oldest: Date | null }>(
    // One after the other, since each state has an index of its own.
    `select q.queued, q.oldest,
       (select count(*)::int from alert.notifications where state = 'sending') as sending,
       (select count(*)::int from alert.notifications where state = 'unknown') as unknown
     from (select count(*)::int as queued, min(next_attempt_at) as oldest
           from alert.notifications where state = 'queued') q`,
  );
  const { queued = 0, sending = 0, unknown = 0, oldest = null } = row ?? {};
  return { queued, sending, unknown, oldestDueMs: oldest === null ? 0 : Math.max(0, nowMs - oldest.getTime()) };
}

async function withNotifications(db: Executor, alerts: readonly AlertRow[]): Promise<AlertWithNotifications[]> {
  if (alerts.length === 0) return [];
  const rows = await db.query<NotificationRow>(
    `${NOTIFICATION_COLUMNS} where n.alert_id = any($1::uuid[]) order by n.id`,
    [alerts.map(({ id }) => id)],
  );
  const byAlert = new Map<string, Notification[]>(alerts.map(({ id }) => [id, []]));
  for (const row of rows) byAlert.get(row.alert_id)?.push(notificationOf(row));
  return alerts.map((row) => ({
    ...alertOf(row),
    notifications: byAlert.get(row.id) ?? [],
    ...(row.acknowledged_at !== null && { acknowledgedAtMs: row.acknowledged_at.getTime() }),
    ...(row.acknowledged_by !== null && { acknowledgedBy: row.acknowledged_by }),
  }));
}

function notificationOf(row: NotificationRow): Notification {
  return {
    id: row.id,
    alertId: row.alert_id,
    channelId: row.channel_id,
    channelKind: kindOf(row),
    state: row.state,
    attempts: row.attempts,
    providerMessageId: row.provider_message_id,
    errorCode: row.error_code,
    errorDetail: row.error_detail,
    queuedAtMs: row.queued_at.getTime(),
    sentAtMs: row.sent_at?.getTime() ?? null,
    deliveredAtMs: row.delivered_at?.getTime() ?? null,
    ...(row.acknowledged_at !== null && { acknowledgedAtMs: row.acknowledged_at.getTime() }),
    digestId: row.digest_id,
    sentAs: row.sent_as,
    segments: row.segments,
    price: row.price === null ? null : decimalOf(microsOf(row.price)),
    currency: row.currency,
    priceEstimated: row.price_estimated,
  };
}

/** Of a channel that is gone the provider still tells the kind: "twilio-sms". One that was gone before any attempt was
 * handed to nobody, which the log channel comes nearest to. */
function kindOf({ kind, provider }: NotificationRow): ChannelKind {
  return kindOfLane(kind ?? provider ?? '') ?? kindOfLane(provider?.split('-').at(-1) ?? '') ?? 'log';
}
