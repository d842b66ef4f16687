import type { Alert } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { CLAIMED, claimed, type ClaimedNotification, type ClaimedRow } from './claimedRow.ts';

// What can still become part of a digest: never tried, in none yet, and either due or put aside for one.
const WAITS = `n.state = 'queued' and n.attempts = 0 and n.body is null and n.digest_id is null and n.purpose = 'alert'
  and (n.next_attempt_at <= $1 or n.error_code = 'digest_wait')`;

const iso = (atMs: number): string => new Date(atMs).toISOString();

export interface DigestChannel {
  /** When its last gathered message was made; null: none was. */
  readonly lastAtMs: number | null;
  /** When the oldest alert that waits came. */
  readonly firstWaitingAtMs: number;
  /** How many wait, urgent ones among them. */
  readonly waiting: number;
}

/**
 * Locks channels until the transaction ends, so that nobody else makes a digest for them meanwhile. Those that another
 * notifier has locked are left out, and so are those for which nothing waits.
 */
export async function lockDigestChannels(
  tx: Transaction,
  options: { channels: readonly { channelId: string; userId: string }[]; nowMs: number },
): Promise<ReadonlyMap<string, DigestChannel>> {
  const ids = options.channels.map(({ channelId }) => channelId);
  await tx.query(
    `insert into alert.channel_digests (channel_id, user_id)
     select channel_id, user_id from unnest($1::uuid[], $2::uuid[]) as c (channel_id, user_id)
     where not exists (select 1 from alert.channel_digests d where d.channel_id = c.channel_id)
     order by channel_id on conflict do nothing`,
    [ids, options.channels.map(({ userId }) => userId)],
  );
  const locked = await tx.query<{ channel_id: string; last_at: Date | null }>(
    `select channel_id, last_at from alert.channel_digests where channel_id = any($1::uuid[])
     order by channel_id for update skip locked`,
    [ids],
  );
  const waiting = await tx.query<{ channel_id: string; first_at: Date; waiting: number }>(
    `select n.channel_id, min(n.queued_at) as first_at, count(*)::int as waiting from alert.notifications n
     where n.channel_id = any($2::uuid[]) and ${WAITS} group by n.channel_id`,
    [iso(options.nowMs), locked.map((row) => row.channel_id)],
  );
  const lastAt = new Map(locked.map((row) => [row.channel_id, row.last_at?.getTime() ?? null]));
  return new Map(
    waiting.map((row) => [
      row.channel_id,
      {
        lastAtMs: lastAt.get(row.channel_id) ?? null,
        firstWaitingAtMs: row.first_at.getTime(),
        waiting: row.waiting,
      },
    ]),
  );
}

/** Locks what else waits for a channel, the oldest first. What another notifier has locked is passed over. */
export async function lockDigestMates(
  tx: Transaction,
  options: { channelId: string; except: readonly string[]; limit: number; nowMs: number },
): Promise<ClaimedNotification[]> {
  const rows = await tx.query<ClaimedRow>(
    `${CLAIMED}
     where n.channel_id = $2 and n.id <> all($3::uuid[]) and ${WAITS}
     order by n.id limit $4 for update of n skip locked`,
    [iso(options.nowMs), options.channelId, options.except, options.limit],
  );
  return rows.map((row) => claimed(row, options.nowMs));
}

/**
 * Writes down that a channel's alerts are sent now, and which of them in one message. With the transaction the
 * membership is fixed, before anything is sent.
 *
 * Edges: a leader without members is an ordinary message.
 */
export async function formDigest(
  tx: Transaction,
  options: { channelId: string; leaderId: string; memberIds: readonly string[]; nowMs: number },
): Promise<void> {
  const { channelId, leaderId, memberIds } = options;
  await tx.query('update alert.channel_digests set last_at = $2 where channel_id = $1', [
    channelId,
    iso(options.nowMs),
  ]);
  if (memberIds.length === 0) return;
  await tx.query(
    `update alert.notifications set digest_id = $1, error_code = null, error_detail = null where id = any($2::uuid[])`,
    [leaderId, [leaderId, ...memberIds]],
  );
}

/** The alerts of digests by the id of their leaders, each with its leader's own; what leads none is left out. */
export async function readDigestAlerts(
  db: Executor,
  leaderIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Alert[]>> {
  const byLeader = new Map<string, Alert[]>();
  if (leaderIds.length === 0) return byLeader;
  const rows = await db.query<{
    digest_id: string;
    id: string;
    sequence: string;
    body: Omit<Alert, 'id' | 'sequence' | 'createdAtMs'>;
    created_at: Date;
  }>(
    `select n.digest_id, a.id, a.sequence, a.body, a.created_at
     from alert.notifications n join alert.alerts a on a.id = n.alert_id
     where n.digest_id = any($1::uuid[]) order by a.sequence`,
    [leaderIds],
  );
  for (const { digest_id: leaderId, body, id, sequence, created_at: createdAt } of rows) {
    const alerts = byLeader.get(leaderId) ?? [];
    alerts.push({ ...body, id, sequence, createdAtMs: createdAt.getTime() });
    byLeader.set(leaderId, alerts);
  }
  return byLeader;
}
