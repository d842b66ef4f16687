import type { ChannelTarget, Notice } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';

export interface NewNotice {
  readonly id: string;
  readonly userId: string;
  readonly kind: Notice['kind'];
  /** What it is said once about: 'user/messages/2026-11-21'. */
  readonly subject: string;
  readonly text: string;
  readonly atMs: number;
}

/** Notices that were made already, about the same, are left as they are. */
export async function insertNotices(tx: Transaction, notices: readonly NewNotice[]): Promise<void> {
  if (notices.length === 0) return;
  await tx.query(
    `insert into alert.notices (id, user_id, kind, subject, text, at)
     select id, user_id, kind, subject, text, at
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
       as n (id, user_id, kind, subject, text, at)
     order by user_id, kind, subject on conflict (user_id, kind, subject) do nothing`,
    [
      notices.map(({ id }) => id),
      notices.map(({ userId }) => userId),
      notices.map(({ kind }) => kind),
      notices.map(({ subject }) => subject),
      notices.map(({ text }) => text),
      notices.map(({ atMs }) => new Date(atMs).toISOString()),
    ],
  );
}

/** A user's notices of `from <= at < to`, newest first. */
export async function readNotices(
  db: Executor,
  { userId, fromMs, toMs, limit }: { userId: string; fromMs: number; toMs: number; limit: number },
): Promise<Notice[]> {
  const rows = await db.query<{ id: string; kind: Notice['kind']; text: string; at: Date }>(
    `select id, kind, text, at from alert.notices where user_id = $1 and at >= $2 and at < $3
     order by at desc, id desc limit $4`,
    [userId, new Date(fromMs).toISOString(), new Date(toMs).toISOString(), limit],
  );
  return rows.map(({ at, ...row }) => ({ ...row, atMs: at.getTime() }));
}

export interface UntoldNotice {
  readonly id: string;
  readonly text: string;
  /** Channels of the user that work, oldest first. */
  readonly channels: readonly { readonly id: string; readonly target: ChannelTarget }[];
}

/** Locks the notice that has waited longest to be told; null: none does. */
export async function lockUntoldNotice(tx: Transaction): Promise<UntoldNotice | null> {
  const [row] = await tx.query<{ id: string; user_id: string; text: string }>(
    `select id, user_id, text from alert.notices where told_at is null
     order by at limit 1 for update skip locked`,
  );
  if (row === undefined) return null;
  const { id, user_id: userId, text } = row;
  return { id, text, channels: await workingChannels(tx, { userId, except: null }) };
}

/** Enabled, verified, not paused and not opted out of. */
export async function workingChannels(
  db: Executor,
  { userId, except }: { userId: string; except: string | null },
): Promise<{ id: string; target: ChannelTarget }[]> {
  return db.query<{ id: string; target: ChannelTarget }>(
    `select c.id, c.target from account.channels c
     left join alert.channel_pauses p on p.channel_id = c.id and p.target = c.target
     left join alert.phone_numbers n on n.number = c.target ->> 'to' and c.kind in ('sms', 'whatsapp', 'voice')
     where c.user_id = $1 and c.id is distinct from $2::uuid and c.enabled and c.verified_at is not null
       and p.channel_id is null and n.opted_out_at is null
     order by c.id`,
    [userId, except],
  );
}

export async function markNoticeTold(
  tx: Transaction,
  { id, byChannelId, nowMs }: { id: string; byChannelId: string | null; nowMs: number },
): Promise<void> {
  await tx.query('update alert.notices set told_at = $2, told_channel_id = $3 where id = $1', [
    id,
    new Date(nowMs).toISOString(),
    byChannelId,
  ]);
}
