import type { Failure } from '@ubot/contracts';
import type { Database } from '@ubot/db';
import type { SendOutcome } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import type { ReadyToSend } from './claim.ts';
import { MOST_ATTEMPTS, retryDelayMs } from './delays.ts';
import type { Lanes } from './lanes.ts';
import type { Recorder } from './recorder.ts';
import type { Texts } from './texts.ts';

export interface DeliverOptions {
  readonly db: Database;
  readonly lanes: Lanes;
  readonly recorder: Recorder;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly texts: Texts;
  readonly log: Logger;
}

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
      link: options.texts.linkOf(notification.alert),
    },
    notAfterMs: ready.claimedAtMs + leaseMs / 2,
  });
  await record(options, ready, outcome);
}

async function record(options: DeliverOptions, ready: ReadyToSend, outcome: SendOutcome): Promise<void> {
  const { recorder, lanes, log, nowMs } = options;
  const { id, alert } = ready.notification;
  const about = { notificationId: id, alertId: alert.id, channel: ready.kind, attempts: ready.attempts };
  if (outcome.kind === 'accepted') {
    const { providerMessageId, providerStatus, segments } = outcome;
    await recorder.accepted({ id, providerMessageId, providerStatus, nowMs: nowMs() });
    const latencyMs = nowMs() - alert.createdAtMs;
    log.info({ event: 'notification.sent', ...about, providerMessageId, latencyMs, segments });
    return;
  }
  const { failure } = outcome;
  if (failure.code === 'CHANNEL_RATE_LIMITED') {
    lanes.limits.pause(ready.target, failure.retryAfterMs ?? DEFERRED_MS);
  }
  const end = endOf(options, ready, outcome);
  await recorder.ended({
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
