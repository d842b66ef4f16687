import { digestDueMs, formatTime, NO_DIGEST, renderDigestText, type DigestTiming } from '@ubot/alerting';
import { DEFAULT_SETTINGS, MACHINE_KINDS, type ChannelKind } from '@ubot/contracts';
import {
  formDigest,
  lockDigestChannels,
  lockDigestMates,
  type ClaimedNotification,
  type DigestChannel,
} from '@ubot/db';
import { runStages, type AskedContext, type Stage, type Verdict } from './frame.ts';

export interface DigestOptions {
  /** For channels that people read and whose owner has not said otherwise. */
  readonly defaults: DigestTiming;
  /** The address of all alerts; null when uBot does not know by what address it is reached. */
  readonly seeAllAt: string | null;
  /** What else waits for the channel is asked the same as what was claimed. */
  readonly before: readonly Stage[];
  /** More wait for the next message of their channel. */
  readonly mostMembers?: number;
}

const MOST_MEMBERS = 500;
/** So long is it waited for others that work on alerts of the same channel, rather than to leave these out. */
const PATIENCE_MS = 2_000;

/** The longest text that each kind carries well; of SMS one that is still read, and paid for. */
const TEXT_CHARS: Readonly<Partial<Record<ChannelKind, number>>> = {
  sms: 459,
  whatsapp: 1_000,
  // Half a minute of listening.
  voice: 400,
  email: 50_000,
  telegram: 3_500,
  discord: 1_800,
  slack: 3_500,
  ntfy: 3_500,
  webhook: 100_000,
  log: 100_000,
};
const OTHER_TEXT_CHARS = 900;

/**
 * Gathers the alerts to a channel: the first wait after the oldest of them, or when the interval since the last message
 * ends, all that still may go is one message.
 *
 * Edges: what is urgent passes by itself, and so does what has been tried before. One alert alone is sent as it is.
 */
export function createDigest(options: DigestOptions): Stage {
  return async (context, batch) => {
    const verdicts = new Map<string, Verdict>();
    const byChannel = new Map<string, ClaimedNotification[]>();
    for (const notification of batch) {
      if (!isGathered(notification, options.defaults)) continue;
      const { channelId } = notification;
      byChannel.set(channelId, [...(byChannel.get(channelId) ?? []), notification]);
    }
    if (byChannel.size === 0) return verdicts;
    const asked = [...byChannel].map(([channelId, [first]]) => ({ channelId, userId: first!.alert.userId }));
    const channels = await lockDigestChannels(context.tx, { channels: asked, nowMs: context.nowMs });
    for (const [channelId, mine] of byChannel) {
      const channel = channels.get(channelId);
      // Somebody else is at it, and will take these too once this transaction lets go of them.
      if (channel === undefined) for (const { id } of mine) verdicts.set(id, { taken: true });
      else await gather({ ...options, context, channel, mine, verdicts });
    }
    return verdicts;
  };
}

interface Gathering extends DigestOptions {
  readonly context: AskedContext;
  readonly channel: DigestChannel;
  /** Claimed, of one channel; at least one. */
  readonly mine: readonly ClaimedNotification[];
  readonly verdicts: Map<string, Verdict>;
}

async function gather(given: Gathering): Promise<void> {
  const { context, channel, mine, verdicts } = given;
  const { tx, nowMs } = context;
  const [leader] = mine;
  if (leader === undefined) return;
  const { channelId } = leader;
  const timing = timingOf(leader, given.defaults);
  const { firstWaitingAtMs, lastAtMs: lastMessageAtMs } = channel;
  const dueMs = digestDueMs({ timing, firstWaitingAtMs, lastMessageAtMs });
  if (nowMs < dueMs) {
    const detail = `Waits until ${formatTime(dueMs, zoneOf(leader))} to come together with other alerts in one message.`;
    for (const { id } of mine) verdicts.set(id, { hold: dueMs, reason: 'digest_wait', detail });
    return;
  }
  const except = mine.map(({ id }) => id);
  const limit = Math.max(0, (given.mostMembers ?? MOST_MEMBERS) - mine.length);
  const mates = await lockDigestMates(tx, { channelId, except, limit, nowMs });
  const isPartial = mates.length < Math.min(limit, channel.waiting - mine.length);
  if (isPartial && nowMs - dueMs < PATIENCE_MS) {
    for (const { id } of mine) verdicts.set(id, { taken: true });
    return;
  }
  const gathered = mates.filter((mate) => isGathered(mate, given.defaults));
  const passed = await runStages({ stages: given.before, context, ...context.events }, gathered);
  await form(given, [...mine, ...passed.map(({ notification }) => notification)]);
}

/** Fixes who is in the message; the first of `all` is the one that is sent. */
async function form({ context, mine, verdicts, seeAllAt }: Gathering, all: readonly ClaimedNotification[]) {
  const [leader, ...members] = all;
  if (leader === undefined) return;
  const { tx, nowMs } = context;
  const memberIds = members.map(({ id }) => id);
  await formDigest(tx, { channelId: leader.channelId, leaderId: leader.id, memberIds, nowMs });
  if (members.length === 0) return;
  for (const { id } of mine.slice(1)) verdicts.set(id, { taken: true });
  const alerts = all.map(({ alert }) => alert).toSorted((a, b) => Number(BigInt(a.sequence) - BigInt(b.sequence)));
  const kind = leader.channel?.target.kind;
  const maxChars = (kind === undefined ? undefined : TEXT_CHARS[kind]) ?? OTHER_TEXT_CHARS;
  const timeZone = zoneOf(leader);
  const text = (reference: string): string => renderDigestText({ alerts, timeZone, reference, maxChars, seeAllAt });
  verdicts.set(leader.id, { pass: true, text });
}

function isGathered(notification: ClaimedNotification, defaults: DigestTiming): boolean {
  const { urgent, attempts, body, digestId, purpose } = notification;
  if (urgent || attempts > 0 || body !== null || digestId !== null || purpose !== 'alert') return false;
  const { waitMs, intervalMs } = timingOf(notification, defaults);
  return waitMs > 0 || intervalMs > 0;
}

function timingOf({ channel }: ClaimedNotification, defaults: DigestTiming): DigestTiming {
  if (channel === null) return NO_DIGEST;
  return channel.digest ?? (MACHINE_KINDS.includes(channel.target.kind) ? NO_DIGEST : defaults);
}

const zoneOf = ({ timeZone }: ClaimedNotification): string => timeZone ?? DEFAULT_SETTINGS.timeZone;
