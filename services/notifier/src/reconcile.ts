import { ERRORS, laneOf, type Failure } from '@ubot/contracts';
import { claimUnknown, expireLeases, otherMessageIds, withTransaction, type ClaimedNotification } from '@ubot/db';
import type { LookUpOutcome } from '@ubot/notify';
import { newId } from '@ubot/service-kit';
import { recordWord } from './callbacks.ts';
import type { DeliverOptions } from './deliver.ts';
import { lookUpDelayMs, MOST_ATTEMPTS, retryDelayMs, UNKNOWN_LIMIT_MS } from './delays.ts';
import { referenceOf } from './reference.ts';
import { targetOf } from './way.ts';

/** Frees what dead notifiers have left behind. Tells whether there was any. */
export async function freeAbandoned({ db, lanes, nowMs, graceMs, log }: DeliverOptions): Promise<boolean> {
  const now = nowMs();
  const ids = await expireLeases(db, { nowMs: now, lookUpAtMs: now + graceMs, repeatable: lanes.repeatable() });
  for (const notificationId of ids) log.warn({ event: 'notification.abandoned', notificationId });
  return ids.length > 0;
}

/** Takes unknown notifications that are due, at most `limit`; each is looked up by the returned work. */
export async function claimLookUps(options: DeliverOptions, limit: number): Promise<(() => Promise<void>)[]> {
  const { db, nowMs, leaseMs } = options;
  const owner = newId();
  const lease = { owner, untilMs: nowMs() + leaseMs };
  const claimed = await withTransaction(db, (tx) => claimUnknown(tx, { limit, nowMs: nowMs(), lease }));
  return claimed.map((notification) => () => lookUp(options, notification, owner));
}

/**
 * Asks the provider what became of a message. Found: as the provider says. Surely not there: queued again. Not to be
 * told: asked again later, and given up after a day. A provider that cannot be asked is asked no more in that day.
 */
async function lookUp(options: DeliverOptions, notification: ClaimedNotification, owner: string): Promise<void> {
  const { recorder, nowMs, log } = options;
  const { id } = notification;
  const outcome = await ask(options, notification);
  log.info({ event: 'notification.looked_up', notificationId: id, outcome: outcome.kind });
  if (outcome.kind === 'found') {
    const { providerMessageId, providerStatus, providerErrorCode, charge = null, segments = null } = outcome;
    const said = { messageSid: providerMessageId, status: providerStatus, errorCode: providerErrorCode };
    const word = { ...said, charge, segments };
    await recordWord(options, id, word);
    return;
  }
  const end = endOf(options, notification, outcome);
  await recorder.ended({ id, owner, ...end, counts: true, nowMs: nowMs() });
}

/** Calls of so long before are looked through too: the provider's clock may be behind. */
const CALLS_BEFORE_MS = 120_000;

async function ask({ db, lanes }: DeliverOptions, notification: ClaimedNotification): Promise<LookUpOutcome> {
  const { id, userId, body, firstAttemptAtMs, earlierMessageIds } = notification;
  const target = targetOf(notification);
  if (target === null) return inconclusive('CHANNEL_GONE');
  const kind = laneOf(target);
  const driver = lanes.driver(kind);
  if (driver === undefined) return inconclusive('CHANNEL_NOT_CONFIGURED');
  if (driver.lookUp === undefined || body === null) return { kind: 'absent' };
  // A call does not say what it is about: those that are known to be about something else are not it.
  const others =
    kind === 'voice'
      ? await otherMessageIds(db, { id, userId, sinceMs: (firstAttemptAtMs ?? 0) - CALLS_BEFORE_MS })
      : [];
  const request = {
    notificationId: id,
    target,
    text: body,
    reference: referenceOf(id),
    exceptIds: [...earlierMessageIds, ...others],
    sentAfterMs: firstAttemptAtMs ?? 0,
  };
  return lanes.lookUp(kind, { verb: 'lookUp', request });
}

function inconclusive(code: 'CHANNEL_GONE' | 'CHANNEL_NOT_CONFIGURED'): LookUpOutcome {
  return { kind: 'inconclusive', failure: { code, detail: ERRORS[code].sentence } };
}

function endOf(
  { nowMs, graceMs, random }: DeliverOptions,
  { firstAttemptAtMs, alert, attempts }: ClaimedNotification,
  outcome: Exclude<LookUpOutcome, { kind: 'found' }>,
): { state: 'queued' | 'unknown' | 'failed'; errorCode: string; errorDetail: string; nextAttemptAtMs: number } {
  const now = nowMs();
  if (outcome.kind === 'absent') {
    const errorCode = 'CHANNEL_OUTCOME_UNKNOWN';
    if (attempts >= MOST_ATTEMPTS) {
      const errorDetail = `The provider has not taken the message in ${attempts} attempts.`;
      return { state: 'failed', errorCode, errorDetail, nextAttemptAtMs: now };
    }
    const errorDetail = 'The provider does not have the message; it is sent again.';
    // The grace has passed already; only what keeps failing waits longer.
    const delayMs = attempts <= 1 ? 0 : retryDelayMs({ attempts, retryAfterMs: null, random });
    return { state: 'queued', errorCode, errorDetail, nextAttemptAtMs: now + delayMs };
  }
  const sinceMs = firstAttemptAtMs ?? alert.createdAtMs;
  const { code, detail }: Failure = outcome.failure;
  if (code === 'CHANNEL_GONE' || now - sinceMs > UNKNOWN_LIMIT_MS) {
    const errorDetail = `Nobody can tell whether it arrived: ${detail}`;
    return { state: 'failed', errorCode: 'CHANNEL_OUTCOME_UNKNOWN', errorDetail, nextAttemptAtMs: now };
  }
  if (outcome.kind === 'cannot_be_asked') {
    const errorDetail = `${detail} It may have arrived, so it is not sent again.`;
    return { state: 'unknown', errorCode: code, errorDetail, nextAttemptAtMs: sinceMs + UNKNOWN_LIMIT_MS + 1 };
  }
  const delayMs = outcome.failure.retryAfterMs ?? lookUpDelayMs({ firstAttemptAtMs: sinceMs, nowMs: now, graceMs });
  return { state: 'unknown', errorCode: code, errorDetail: detail, nextAttemptAtMs: now + delayMs };
}
