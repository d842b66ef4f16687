import { type Alert, type ChannelKind, type ChannelLane, type ChannelTarget, laneOf } from '@ubot/contracts';
import {
  changeLane,
  endUnsent,
  lockDueNotifications,
  markSending,
  openSessionsOf,
  postpone,
  readDigestAlerts,
  withTransaction,
  type ClaimedNotification,
  type Database,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import { expiryOf } from './callAgain.ts';
import type { Lanes } from './lanes.ts';
import { referenceOf } from './reference.ts';
import { targetOf } from './way.ts';
import type { Turns } from './turns.ts';
import type { Texts } from './texts.ts';
import { type Counted, type OpenCaps } from './stages/caps.ts';
import { runStages, type MakeText, type Stage, type StagesEvents } from './stages/frame.ts';

/** A notification that is ours to send: 'sending' in the ledger, committed. */
export interface ReadyToSend {
  readonly notification: ClaimedNotification;
  readonly kind: ChannelLane;
  readonly target: ChannelTarget;
  readonly signingSecret: string | null;
  readonly text: string;
  /** The alerts that the text tells of; null: the notification's own. */
  readonly digest: readonly Alert[] | null;
  readonly reference: string;
  /** Attempts with this one. */
  readonly attempts: number;
  readonly owner: string;
  readonly claimedAtMs: number;
  /** Later than this its strategy does not want it sent. */
  readonly expiresAtMs: number;
  /** WhatsApp: the recipient has written within 24 hours. */
  readonly sessionOpen: boolean;
}

export interface ClaimOptions extends StagesEvents {
  readonly db: Database;
  readonly lanes: Lanes;
  readonly nowMs: () => number;
  readonly leaseMs: number;
  readonly texts: Texts;
  /** In their order. */
  readonly stages: readonly Stage[];
  /** The last stage: asked with the text. */
  readonly caps: OpenCaps;
}

/** Batches of one call that were wholly muted, held or postponed; the rest waits for the next call. */
const MOST_BATCHES = 50;

/**
 * Fills the free places of a lane (null: of channels that are gone), user by user. What is muted, held or postponed takes no
 * place: as long as there are places and more is due, more is taken.
 *
 * Shape: `seen` are all that were due and not somebody else's.
 */
export async function claimLane(
  options: ClaimOptions & { turns: Turns },
  kind: ChannelLane | null,
  free: number,
): Promise<{ ready: readonly ReadyToSend[]; seen: number }> {
  const ready: ReadyToSend[] = [];
  let seen = 0;
  for (let batch = 0; batch < MOST_BATCHES && ready.length < free; batch += 1) {
    const left = free - ready.length;
    const userIds = await options.turns.next(kind, left);
    if (userIds.length === 0) break;
    try {
      const claimed = await claimDue(options, {
        kind,
        userIds,
        perUser: Math.max(1, Math.floor(left / userIds.length)),
      });
      ready.push(...claimed.ready);
      seen += claimed.seen;
    } catch (error) {
      // What an earlier batch has claimed must be sent all the same; the next call meets the error again.
      if (ready.length === 0) throw error;
      break;
    }
  }
  return { ready, seen };
}

/** Whose due notifications are claimed: of each of these users his oldest ones in a lane (null: of channels that are gone). */
interface Turn {
  readonly kind: ChannelLane | null;
  readonly userIds: readonly string[];
  readonly perUser: number;
}

/**
 * Claims due notifications. Those that can go are 'sending' and committed when this returns; those that cannot are ended or
 * held, with their reason; those whose target has had its share wait for the time that it gives them.
 */
async function claimDue(options: ClaimOptions, turn: Turn): Promise<{ ready: readonly ReadyToSend[]; seen: number }> {
  const { db, lanes, leaseMs } = options;
  const { kind } = turn;
  return withTransaction(db, async (tx) => {
    const nowMs = options.nowMs();
    const lease = { owner: newId(), untilMs: nowMs + leaseMs };
    const driver = kind === null ? undefined : lanes.driver(kind);
    const provider = driver?.name;
    const canTellCharge = driver?.chargeOf !== undefined;
    const locked = await lockDueNotifications(tx, { ...turn, lane: kind, nowMs });
    const due: ClaimedNotification[] = [];
    for (const notification of locked) {
      const to = targetOf(notification);
      const kindNow = to === null ? kind : laneOf(to);
      if (kindNow === null || kindNow === kind) due.push(notification);
      else await changeLane(tx, { id: notification.id, lane: kindNow });
    }
    const context = { tx, nowMs, kind, lanes };
    const ready: ReadyToSend[] = [];
    const counted = new Map<string, Counted>();
    const waits: { id: string; untilMs: number; body: string }[] = [];
    const passed = await runStages({ ...options, context }, due);
    const sessions = await openSessionsOf(tx, passed.flatMap(whatsAppNumberOf), nowMs);
    const leaders = passed.filter(({ notification, makeText }) => makeText !== null || notification.digestId !== null);
    const digests = await readDigestAlerts(
      tx,
      leaders.map(({ notification }) => notification.id),
    );
    const budget = await options.caps({ tx, nowMs, batch: passed.map(({ notification }) => notification) });
    for (const { notification, makeText } of passed) {
      const { id, channel } = notification;
      const target = targetOf(notification);
      // The first stage has ended what has neither.
      if (kind === null || channel === null || target === null || provider === undefined) continue;
      const reference = referenceOf(id);
      const text =
        notification.body ??
        render(options.texts, notification, {
          kind: channel.target.kind,
          reference,
          makeText,
        });
      if (text === null) {
        await endUnsent(tx, { id, ...UNREADABLE, mutedBy: null, nowMs });
        options.onUnsent(id, UNREADABLE.errorCode);
        continue;
      }
      const untilMs = lanes.limits.waitFor(target, hasWaited(notification));
      if (untilMs !== null) {
        waits.push({ id, untilMs, body: text });
        continue;
      }
      const taken = budget.take({ notification, target, text, reference });
      if ('end' in taken) {
        const { end: state, reason: errorCode, detail: errorDetail } = taken;
        await endUnsent(tx, { id, state, errorCode, errorDetail, mutedBy: null, nowMs });
        options.onUnsent(id, errorCode);
        continue;
      }
      counted.set(id, taken);
      lanes.limits.spend(target);
      ready.push({
        notification,
        kind,
        target,
        signingSecret: channel.signingSecret,
        text,
        reference,
        attempts: notification.attempts + 1,
        owner: lease.owner,
        claimedAtMs: nowMs,
        digest: digests.get(id) ?? null,
        expiresAtMs: expiryOf({ ...notification, triggeredAtMs: notification.alert.triggeredAtMs }),
        sessionOpen: target.kind === 'whatsapp' && sessions.has(target.to),
      });
    }
    await postpone(tx, { waits, ...HAS_HAD_ITS_SHARE, nowMs });
    await budget.save();
    const sends = ready.map(({ notification: { id }, text }) => ({
      id,
      body: text,
      ...(counted.get(id) ?? UNCOUNTED),
    }));
    const priceAtMs = canTellCharge ? nowMs + PRICE_AFTER_MS : null;
    if (provider !== undefined) await markSending(tx, { sends, provider, lease, priceAtMs, nowMs });
    return { ready, seen: locked.length };
  });
}

/** Until then a provider has seldom made up its bill. */
const PRICE_AFTER_MS = 120_000;
const UNCOUNTED: Counted = { segments: null, estimate: null, countedDay: null };

const HAS_HAD_ITS_SHARE = {
  errorCode: 'rate_limited',
  errorDetail: 'Waits for its turn: its target takes only so many messages a second.',
} as const;

const hasWaited = ({ errorCode }: ClaimedNotification): boolean =>
  errorCode === HAS_HAD_ITS_SHARE.errorCode || errorCode === 'CHANNEL_RATE_LIMITED';

function whatsAppNumberOf({ notification }: { notification: ClaimedNotification }): string[] {
  const target = targetOf(notification);
  return target?.kind === 'whatsapp' ? [target.to] : [];
}

const UNREADABLE = {
  state: 'failed' as const,
  errorCode: 'INTERNAL',
  errorDetail: 'The text of this alert could not be made.',
};

/** null when it cannot be made: one alert that is not as it should be must not hold up the others. */
function render(
  texts: Texts,
  { alert, template, timeZone, locale }: ClaimedNotification,
  { kind, reference, makeText }: { kind: ChannelKind; reference: string; makeText: MakeText | null },
): string | null {
  try {
    if (makeText !== null) return makeText(reference);
    return texts.make({ alert, kind, template, timeZone, locale, reference });
  } catch {
    return null;
  }
}
