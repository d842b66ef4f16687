import type { ChannelTarget } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { workingChannels } from './notices.ts';

const iso = (atMs: number): string => new Date(atMs).toISOString();

export type PauseReason = 'unreachable' | 'opted_out';

/**
 * Pauses the channel of a notification while it leads where it leads now.
 *
 * Shape: → where it leads, and whether this is news; null when the channel is gone.
 */
export async function pauseChannelOf(
  tx: Transaction,
  options: { notificationId: string; reason: PauseReason; detail: string; nowMs: number },
): Promise<{ channelId: string; target: ChannelTarget; isNew: boolean } | null> {
  const { notificationId, reason, detail, nowMs } = options;
  const [channel] = await tx.query<{ id: string; user_id: string; target: ChannelTarget }>(
    `select c.id, c.user_id, c.target from alert.notifications n
     join account.channels c on c.id = n.channel_id and c.user_id = n.user_id where n.id = $1`,
    [notificationId],
  );
  if (channel === undefined) return null;
  const rows = await tx.query(
    `insert into alert.channel_pauses as p (channel_id, user_id, target, reason, detail, paused_at)
     values ($1, $2, $3::jsonb, $4, $5, $6)
     on conflict (channel_id) do update set target = excluded.target, reason = excluded.reason, detail = excluded.detail,
       paused_at = excluded.paused_at, told_at = null, told_channel_id = null
     where p.target <> excluded.target
     returning channel_id`,
    [channel.id, channel.user_id, JSON.stringify(channel.target), reason, detail, iso(nowMs)],
  );
  return { channelId: channel.id, target: channel.target, isNew: rows.length === 1 };
}

/** Why nothing goes to the channels of these notifications; those of channels that are not paused are left out. */
export async function pausesOfNotifications(
  db: Executor,
  notificationIds: readonly string[],
): Promise<Map<string, { reason: PauseReason; detail: string }>> {
  const rows = await db.query<{ id: string; reason: PauseReason; detail: string }>(
    `select n.id, p.reason, p.detail from alert.notifications n
     join alert.channel_pauses p on p.channel_id = n.channel_id
     join account.channels c on c.id = n.channel_id and c.target = p.target
     where n.id = any($1::uuid[])`,
    [notificationIds],
  );
  return new Map(rows.map(({ id, reason, detail }) => [id, { reason, detail }]));
}

/** Ends a pause that its user may end: a number that has written STOP has to write START. → whether there was one. */
export async function resumeChannel(db: Executor, { userId, id }: { userId: string; id: string }): Promise<boolean> {
  const rows = await db.query(
    `delete from alert.channel_pauses where channel_id = $1 and user_id = $2 and reason = 'unreachable' returning channel_id`,
    [id, userId],
  );
  return rows.length === 1;
}

/** A pause whose user has not been told, and the ways on which that may be done. */
export interface UntoldPause {
  readonly channelId: string;
  readonly name: string;
  readonly kind: string;
  readonly detail: string;
  /** The user's other channels that work, oldest first. */
  readonly others: readonly { readonly id: string; readonly target: ChannelTarget }[];
}

/** Locks the pause that has waited longest to be told; null: none does. One of a channel that is gone needs no telling. */
export async function lockUntoldPause(tx: Transaction): Promise<UntoldPause | null> {
  const [row] = await tx.query<{ channel_id: string; user_id: string; detail: string; name: string; kind: string }>(
    `select p.channel_id, p.user_id, p.detail, c.name, c.kind from alert.channel_pauses p
     join account.channels c on c.id = p.channel_id and c.target = p.target
     where p.told_at is null order by p.paused_at limit 1 for update of p skip locked`,
  );
  if (row === undefined) return null;
  const others = await workingChannels(tx, { userId: row.user_id, except: row.channel_id });
  return { channelId: row.channel_id, name: row.name, kind: row.kind, detail: row.detail, others };
}

export async function markTold(
  tx: Transaction,
  { channelId, byChannelId, nowMs }: { channelId: string; byChannelId: string | null; nowMs: number },
): Promise<void> {
  await tx.query('update alert.channel_pauses set told_at = $2, told_channel_id = $3 where channel_id = $1', [
    channelId,
    iso(nowMs),
    byChannelId,
  ]);
}
