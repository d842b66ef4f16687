import { and, asc, count, eq, inArray, sql } from 'drizzle-orm';
import {
  laneOf,
  type Channel,
  type ChannelOptions,
  type ChannelPause,
  type ChannelTarget,
  type DecisionAnswer,
  type Digest,
} from '@ubot/contracts';
import type { Executor } from '../database.ts';
import { channels } from './tables.ts';

/** A user's row is only ever found together with the user's id. */
export interface OwnedId {
  userId: string;
  id: string;
}

/**
 * Whether nothing goes there, and why. What a number has said is shown to those only who have shown that it is theirs.
 */
const PAUSED = `coalesce(
  (select jsonb_build_object('reason', 'opted_out', 'detail', 'STOP was written from this number.',
     'sinceMs', floor(extract(epoch from n.opted_out_at) * 1000))
   from alert.phone_numbers n where n.opted_out_at is not null and n.number = account.channels.target ->> 'to'
     and account.channels.kind in ('sms', 'whatsapp', 'voice') and account.channels.verified_at is not null),
  (select jsonb_build_object('reason', p.reason, 'detail', p.detail,
     'sinceMs', floor(extract(epoch from p.paused_at) * 1000))
   from alert.channel_pauses p where p.channel_id = account.channels.id and p.target = account.channels.target))`;

const shown = {
  id: channels.id,
  userId: channels.userId,
  name: channels.name,
  target: channels.target,
  enabled: channels.enabled,
  verified: sql<boolean>`${channels.verifiedAtMs} is not null`,
  digest: channels.digest,
  options: channels.options,
  paused: sql<ChannelPause | null>`${sql.raw(PAUSED)}`,
  createdAtMs: channels.createdAtMs,
  updatedAtMs: channels.updatedAtMs,
};

type Shown = Omit<Channel, 'options' | 'paused'> & { options: ChannelOptions; paused: ChannelPause | null };

/** What is not set is not shown. */
function channelOf({ options, paused, ...channel }: Shown): Channel {
  return { ...channel, ...(Object.keys(options).length > 0 && { options }), ...(paused !== null && { paused }) };
}

export async function insertChannel(tx: Executor, channel: Channel, signingSecret: string | null): Promise<void> {
  const { verified, paused: _, options = {}, ...values } = channel;
  const verifiedAtMs = verified ? channel.createdAtMs : null;
  const kind = laneOf(channel.target);
  await tx.orm.insert(channels).values({ ...values, options, kind, signingSecret, verifiedAtMs });
}

/** Oldest first. A user has at most LIMITS.channelsPerUser of them. */
export async function listChannels(db: Executor, userId: string): Promise<Channel[]> {
  const rows = await db.orm.select(shown).from(channels).where(eq(channels.userId, userId)).orderBy(asc(channels.id));
  return rows.map(channelOf);
}

/** Whether any user has a channel of one of the kinds. */
export async function hasChannels(db: Executor, kinds: readonly string[]): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(
    `select exists (select 1 from account.channels where kind = any($1::text[])) as found`,
    [kinds],
  );
  return row?.found === true;
}

export async function countChannels(db: Executor, userId: string): Promise<number> {
  const rows = await db.orm.select({ count: count() }).from(channels).where(eq(channels.userId, userId));
  return rows[0]?.count ?? 0;
}

export async function channelById(db: Executor, { userId, id }: OwnedId): Promise<Channel | null> {
  const rows = await db.orm
    .select(shown)
    .from(channels)
    .where(and(eq(channels.userId, userId), eq(channels.id, id)));
  return rows[0] === undefined ? null : channelOf(rows[0]);
}

/** Which of these ids are the user's channels. */
export async function ownChannelIds(db: Executor, userId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.orm
    .select({ id: channels.id })
    .from(channels)
    .where(and(eq(channels.userId, userId), inArray(channels.id, [...ids])));
  return new Set(rows.map((row) => row.id));
}

export async function updateChannel(
  tx: Executor,
  change: OwnedId & {
    name: string;
    target: ChannelTarget;
    enabled: boolean;
    digest: Digest | null;
    options: ChannelOptions;
    /** The target is another one, which nobody has shown to be the user's. */
    unverify: boolean;
    updatedAtMs: number;
  },
): Promise<Channel | null> {
  const { userId, id, name, target, enabled, digest, options, unverify, updatedAtMs } = change;
  const rows = await tx.orm
    .update(channels)
    .set({ name, target, enabled, digest, options, updatedAtMs, ...(unverify && { verifiedAtMs: null }) })
    // A channel keeps its kind: a webhook's secret has been shown for it.
    .where(and(eq(channels.userId, userId), eq(channels.id, id), eq(channels.kind, laneOf(target))))
    .returning(shown);
  return rows[0] === undefined ? null : channelOf(rows[0]);
}

export async function deleteChannel(tx: Executor, { userId, id }: OwnedId): Promise<boolean> {
  const rows = await tx.orm
    .delete(channels)
    .where(and(eq(channels.userId, userId), eq(channels.id, id)))
    .returning({ id: channels.id });
  return rows.length === 1;
}

/** Which of a strategy's channels get nothing, and why. */
export async function channelProblems(
  db: Executor,
  { userId, channelIds }: { userId: string; channelIds: readonly string[] },
): Promise<NonNullable<DecisionAnswer['channelProblems']>> {
  if (channelIds.length === 0) return [];
  const rows = await db.orm
    .select(shown)
    .from(channels)
    .where(and(eq(channels.userId, userId), inArray(channels.id, [...channelIds])));
  return channelIds.flatMap((channelId) => {
    const channel = rows.find(({ id }) => id === channelId);
    const isGone = channel === undefined || !channel.enabled;
    if (!isGone && channel.verified) return [];
    const code = isGone ? ('CHANNEL_GONE' as const) : ('CHANNEL_UNVERIFIED' as const);
    const name = channel === undefined ? 'A channel' : `"${channel.name}"`;
    const why = isGone ? 'was deleted or switched off' : 'has not been verified';
    return [{ channelId, code, sentence: `${name} ${why}, so no alert goes there.` }];
  });
}

/** What a delivery needs to know of a channel; the secret goes to the webhook driver and nowhere else. */
export async function channelForDelivery(
  db: Executor,
  { userId, id }: OwnedId,
): Promise<{ target: ChannelTarget; enabled: boolean; signingSecret: string | null } | null> {
  const rows = await db.orm
    .select({ target: channels.target, enabled: channels.enabled, signingSecret: channels.signingSecret })
    .from(channels)
    .where(and(eq(channels.userId, userId), eq(channels.id, id)));
  return rows[0] ?? null;
}
