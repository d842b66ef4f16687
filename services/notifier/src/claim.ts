import { renderAlertText } from '@ubot/alerting';
import { DEFAULT_SETTINGS, DEFAULT_TRIGGER, type ChannelKind, type ChannelTarget } from '@ubot/contracts';
import {
  endUnsent,
  lockDueNotifications,
  markSending,
  withTransaction,
  type ClaimedNotification,
  type Database,
} from '@ubot/db';
import { newId } from '@ubot/service-kit';
import type { Lanes } from './lanes.ts';
import { referenceOf } from './reference.ts';
import { runStages, type MakeText, type StagesEvents } from './stages/frame.ts';
import { STAGES } from './stages/order.ts';

/** A notification that is ours to send: 'sending' in the ledger, committed. */
export interface ReadyToSend {
  readonly notification: ClaimedNotification;
  readonly kind: ChannelKind;
  readonly target: ChannelTarget;
  readonly signingSecret: string | null;
  readonly text: string;
  readonly reference: string;
  /** Attempts with this one. */
  readonly attempts: number;
  readonly owner: string;
  readonly claimedAtMs: number;
  /** Later than this its strategy does not want it sent. */
  readonly expiresAtMs: number;
}

/** Batches of one call that were wholly muted or held; the rest waits for the next call. */
const MOST_ROUNDS = 50;

export interface ClaimOptions extends StagesEvents {
  readonly db: Database;
  readonly lanes: Lanes;
  readonly nowMs: () => number;
  readonly leaseMs: number;
}

/**
 * Claims due notifications of one channel kind (null: of channels that are gone). Those that can go are 'sending' and
 * committed when this returns; those that cannot are ended or held, with
 * their reason.
 */
export async function claimDue(options: ClaimOptions, kind: ChannelKind | null, limit: number): Promise<ReadyToSend[]> {
  const ready: ReadyToSend[] = [];
  // What is muted or held takes no room at the drivers: as long as there is room and more is due, more is taken.
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const room = limit - ready.length;
    try {
      const claimed = await claimBatch(options, kind, room);
      ready.push(...claimed.ready);
      if (claimed.taken < room || ready.length >= limit) break;
    } catch (error) {
      // What an earlier round has claimed must be sent all the same; the next call meets the error again.
      if (ready.length === 0) throw error;
      break;
    }
  }
  return ready;
}

async function claimBatch(
  options: ClaimOptions,
  kind: ChannelKind | null,
  limit: number,
): Promise<{ taken: number; ready: ReadyToSend[] }> {
  const { db, lanes, leaseMs } = options;
  return withTransaction(db, async (tx) => {
    const nowMs = options.nowMs();
    const lease = { owner: newId(), untilMs: nowMs + leaseMs };
    const due = await lockDueNotifications(tx, { kind, limit, nowMs });
    const context = { tx, nowMs, kind, lanes };
    const ready: ReadyToSend[] = [];
    for (const { notification, makeText } of await runStages({ ...options, stages: STAGES, context }, due)) {
      const { id, channel } = notification;
      const provider = kind === null ? undefined : lanes.driver(kind)?.name;
      // The first stage has ended what has neither.
      if (kind === null || channel === null || provider === undefined) continue;
      const reference = referenceOf(id);
      const text = notification.body ?? render(notification, { reference, makeText });
      if (text === null) {
        await endUnsent(tx, { id, ...UNREADABLE, mutedBy: null, nowMs });
        options.onUnsent(id, UNREADABLE.errorCode);
        continue;
      }
      await markSending(tx, { id, body: text, provider, lease, nowMs });
      ready.push({
        notification,
        kind,
        target: channel.target,
        signingSecret: channel.signingSecret,
        text,
        reference,
        attempts: notification.attempts + 1,
        owner: lease.owner,
        claimedAtMs: nowMs,
        expiresAtMs: expiryOf(notification),
      });
    }
    return { taken: due.length, ready };
  });
}

/** What a hold takes does not make an alert older. */
function expiryOf({ alert, maxAgeMs, heldMs }: ClaimedNotification): number {
  return alert.triggeredAtMs + heldMs + (maxAgeMs ?? DEFAULT_TRIGGER.maxAgeMs);
}

const UNREADABLE = {
  state: 'failed' as const,
  errorCode: 'INTERNAL',
  errorDetail: 'The text of this alert could not be made.',
};

/** null when it cannot be made: one alert that is not as it should be must not hold up the others. */
function render(
  { alert, template, timeZone }: ClaimedNotification,
  { reference, makeText }: { reference: string; makeText: MakeText | null },
): string | null {
  try {
    if (makeText !== null) return makeText(reference);
    return renderAlertText({ alert, template, timeZone: timeZone ?? DEFAULT_SETTINGS.timeZone, reference });
  } catch {
    return null;
  }
}
