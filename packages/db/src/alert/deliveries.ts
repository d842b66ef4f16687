import type { ChannelOptions, ChannelTarget, NotificationState } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { uncount } from './counts.ts';
import { change } from './ledgerChange.ts';

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
  }>(
    `select n.state, n.provider, n.provider_message_id, n.provider_status, n.earlier_message_ids, n.sent_as,
       c.target, c.options
     from alert.notifications n left join account.channels c on c.id = n.channel_id where n.id = $1 for update of n`,
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
    nowMs: number;
  },
): Promise<boolean> {
  const { id, owner, failedMessageId, sentAs, errorCode, reason, nowMs } = options;
  const isQueued = await change(tx, {
    set: `state = 'queued', next_attempt_at = $2::timestamptz, sent_as = coalesce($3, sent_as), lane = coalesce($3, lane),
      sent_as_reason = case when $3::text is null then sent_as_reason else $4 end,
      error_code = $5, error_detail = $4, provider_message_id = null, provider_status = null, sent_at = null,
      earlier_message_ids = case when $6::text is null then earlier_message_ids else earlier_message_ids || $6::text end,
      lease_owner = null, lease_until = null`,
    where: `($3::text is null or sent_as is null) and ($7::uuid is null or lease_owner = $7 and state = 'sending')`,
    id,
    nowMs,
    values: [sentAs, reason, errorCode, failedMessageId, owner],
  });
  // By another way it has another price.
  if (isQueued) await uncount(tx, [id]);
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
    `select unnest(earlier_message_ids || provider_message_id) as id from alert.notifications
     where user_id = $1 and id <> $2 and updated_at >= $3 and provider_message_id is not null`,
    [userId, id, new Date(sinceMs).toISOString()],
  );
  return rows.map((row) => row.id);
}
