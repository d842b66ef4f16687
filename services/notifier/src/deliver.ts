import { setTimeout as pause } from 'node:timers/promises';
import type { Failure } from '@ubot/contracts';
import { endAttempt, isDatabaseUnavailable, markAccepted, type Database } from '@ubot/db';
import type { SendOutcome } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import type { ReadyToSend } from './claim.ts';
import { MOST_ATTEMPTS, retryDelayMs } from './delays.ts';
import type { Lanes } from './lanes.ts';

export interface DeliverOptions {
  readonly db: Database;
  readonly lanes: Lanes;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly log: Logger;
}

const RECORD_RETRY_MS = 250;
const DEFERRED_MS = 1_000;

/** Sends a claimed notification and writes down how that ended. */
export async function deliver(options: DeliverOptions, ready: ReadyToSend): Promise<void> {
  const { lanes, leaseMs, nowMs } = options;
  const { notification, kind, target, signingSecret, text, reference } = ready;
  const outcome = await lanes.send(kind, {
    verb: 'send',
    request: {
      notificationId: notification.id,
      target,
      signingSecret,
      text,
      reference,
      alert: notification.alert,
      validForMs: Math.max(1, ready.expiresAtMs - nowMs()),
    },
    notAfterMs: ready.claimedAtMs + leaseMs / 2,
  });
  await persistently(options, () => record(options, ready, outcome));
}

async function record(options: DeliverOptions, ready: ReadyToSend, outcome: SendOutcome): Promise<void> {
  const { db, log, nowMs } = options;
  const { id, alert } = ready.notification;
  const about = { notificationId: id, alertId: alert.id, channel: ready.kind, attempts: ready.attempts };
  if (outcome.kind === 'accepted') {
    const { providerMessageId, providerStatus, segments } = outcome;
    await markAccepted(db, { id, providerMessageId, providerStatus, nowMs: nowMs() });
    const latencyMs = nowMs() - alert.createdAtMs;
    log.info({ event: 'notification.sent', ...about, providerMessageId, latencyMs, segments });
    return;
  }
  const { failure } = outcome;
  const end = endOf(options, ready, outcome);
  await endAttempt(db, {
    id,
    owner: ready.owner,
    ...end,
    errorCode: failure.code,
    errorDetail: failure.detail,
    counts: outcome.kind !== 'deferred',
    nowMs: nowMs(),
  });
  // Credentials that are not accepted are the operator's to mend.
  const level = failure.code === 'CHANNEL_NOT_CONFIGURED' ? 'error' : outcome.kind === 'deferred' ? 'debug' : 'warn';
  log[level]({ event: `notification.${outcome.kind}`, ...about, state: end.state, code: failure.code });
}

function endOf(
  { nowMs, random, graceMs }: DeliverOptions,
  { attempts }: ReadyToSend,
  { kind, failure }: Exclude<SendOutcome, { kind: 'accepted' }>,
): { state: 'queued' | 'unknown' | 'failed'; nextAttemptAtMs: number } {
  const now = nowMs();
  if (kind === 'unknown') return { state: 'unknown', nextAttemptAtMs: now + graceMs };
  if (kind === 'deferred') return { state: 'queued', nextAttemptAtMs: now + waitOf(failure, random) };
  if (kind === 'refused' || attempts >= MOST_ATTEMPTS) return { state: 'failed', nextAttemptAtMs: now };
  const delayMs = retryDelayMs({ attempts, retryAfterMs: failure.retryAfterMs ?? null, random });
  return { state: 'queued', nextAttemptAtMs: now + delayMs };
}

function waitOf({ retryAfterMs }: Failure, random: () => number): number {
  return Math.round((retryAfterMs ?? DEFERRED_MS) * (1 + 0.1 * random()));
}

/**
 * Writes down what has happened outside, also when the database is away for a moment. After a lease's time it is given
 * up: then the ledger finds out by looking up.
 */
async function persistently(options: DeliverOptions, write: () => Promise<void>): Promise<void> {
  const untilMs = options.nowMs() + options.leaseMs;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || options.nowMs() > untilMs) throw error;
      options.log.warn({ event: 'notification.record_delayed' });
      await pause(RECORD_RETRY_MS);
    }
  }
}
