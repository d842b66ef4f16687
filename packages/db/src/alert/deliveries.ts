import type { ChannelOptions, ChannelTarget, NotificationState } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { SEEN_AT } from './claimedRow.ts';
import { uncount } from './counts.ts';
import { change, iso } from './ledgerChange.ts';

/** What a provider's word about a message is judged by. */
export interface Delivery {
  readonly state: NotificationState;
  readonly provider: string | null;
  readonly providerMessageId: string | null;
  readonly providerStatus: string | null;
  readonly earlierMessageIds: readonly string[];
  /** null: the channel is gone. */
  readonly target: ChannelTarget | null;
  readonly options: ChannelOptions;
  readonly sentAs: 'sms' | null;
  /** Of the alert, or of the first one of a digest. */
  readonly triggeredAtMs: number;
  readonly heldMs: number;
  /** null: its strategy is gone. */
  readonly maxAgeMs: number | null;
  /** When all that the message tells of had been seen; null: it has not. */
  readonly acknowledgedAtMs: number | null;
}

/** Locks a notification until the transaction ends; null: there is none. */
export async function lockDelivery(tx: Transaction, id: string): Promise<Delivery | null> {
  const rows = await tx.query<{
    state: NotificationState;
    provider: string | null;
    provider_message_id: string | null;
    provider_status: string | null;
    earlier_message_ids: string[];
    target: ChannelTarget | null;
    options: ChannelOptions | null;
    sent_as: 'sms' | null;
    triggered_at: Date;
    held_ms: string;
    max_age_ms: string | null;
    acknowledged_at: Date | null;
  }>(
    `select n.state, n.provider, n.provider_message_id, n.provider_status, n.earlier_message_ids, n.sent_as,
       c.target, c.options, a.triggered_at, n.held_ms, v.definition #>> '{trigger,maxAgeMs}' as max_age_ms,
       ${SEEN_AT} as acknowledged_at
     from alert.notifications n join alert.alerts a on a.id = n.alert_id
     left join account.channels c on c.id = n.channel_id
     left join account.strategy_versions v on v.id = a.strategy_version_id
     where n.id = $1 for update of n`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    state: row.state,
    provider: row.provider,
    providerMessageId: row.provider_message_id,
    providerStatus: row.provider_status,
    earlierMessageIds: row.earlier_message_ids,
    target: row.target,
    options: row.options ?? {},
    sentAs: row.sent_as,
    triggeredAtMs: row.triggered_at.getTime(),
    heldMs: Number(row.held_ms),
    maxAgeMs: row.max_age_ms === null ? null : Number(row.max_age_ms),
    acknowledgedAtMs: row.acknowledged_at?.getTime() ?? null,
  };
}

/**
 * Queues a notification anew in the place of a message that has surely failed: by the same way, or once by another.
 * Whatever is heard of the failed message later changes nothing.
 *
 * Edges: with an owner only while the claim is his.
 */
export async function sendAnew(
  tx: Transaction,
  options: {
    id: string;
    owner: string | null;
    failedMessageId: string | null;
    sentAs: 'sms' | null;
    errorCode: string;
    reason: string;
    /** Not before this; absent: at once. */
    atMs?: number;
    /** What it counted against the caps stays; absent: it counts anew, since by another way it has another price. */
    staysCounted?: true;
    nowMs: number;
  },
): Promise<boolean> {
  const { id, owner, failedMessageId, sentAs, errorCode, reason, nowMs, atMs = nowMs } = options;
  const isQueued = await change(tx, {
    set: `state = 'queued', next_attempt_at = $8::timestamptz, sent_as = coalesce($3, sent_as), lane = coalesce($3, lane),
      sent_as_reason = case when $3::text is null then sent_as_reason else $4 end,
      error_code = $5, error_detail = $4, provider_message_id = null, provider_status = null, sent_at = null,
      earlier_message_ids = case when $6::text is null then earlier_message_ids else earlier_message_ids || $6::text end,
      lease_owner = null, lease_until = null`,
    where: `($3::text is null or sent_as is null) and ($7::uuid is null or lease_owner = $7 and state = 'sending')`,
    id,
    nowMs,
    values: [sentAs, reason, errorCode, failedMessageId, owner, iso(atMs)],
  });
  if (isQueued && options.staysCounted !== true) await uncount(tx, [id]);
  return isQueued;
}

/** Records what the provider says has become of a message. */
export async function saveDelivery(
  tx: Transaction,
  options: {
    id: string;
    state: 'sent' | 'delivered' | 'failed';
    providerMessageId: string;
    providerStatus: string;
    error: { code: string; detail: string } | null;
    nowMs: number;
  },
): Promise<boolean> {
  const { id, state, providerMessageId, providerStatus, error, nowMs } = options;
  return change(tx, {
    set: `state = $3, provider_message_id = $4, provider_status = $5, error_code = $6, error_detail = $7,
      sent_at = coalesce(sent_at, $2),
      delivered_at = case when $3 = 'delivered' then coalesce(delivered_at, $2) else delivered_at end,
      lease_owner = null, lease_until = null`,
    where: 'true',
    id,
    nowMs,
    values: [state, providerMessageId, providerStatus, error?.code ?? null, error?.detail ?? null],
  });
}

/** The provider's ids of what else has gone to a user since an instant, failed ones too. */
export async function otherMessageIds(
  db: Executor,
  { id, userId, sinceMs }: { id: string; userId: string; sinceMs: number },
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select known.id from alert.notifications n cross join lateral unnest(earlier_message_ids || provider_message_id) as known (id)
     where n.user_id = $1 and n.id <> $2 and n.updated_at >= $3 and known.id is not null`,
    [userId, id, new Date(sinceMs).toISOString()],
  );
  return rows.map((row) => row.id);
}
