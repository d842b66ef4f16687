import type { Failure } from '@ubot/contracts';
import { sendAnew, withTransaction, type Database } from '@ubot/db';
import type { Refusal, SendOutcome } from '@ubot/notify';
import type { Logger } from '@ubot/service-kit';
import type { CallAgain } from './callAgain.ts';
import type { ReadyToSend } from './claim.ts';
import { MOST_ATTEMPTS, retryDelayMs } from './delays.ts';
import type { Lanes } from './lanes.ts';
import { pauseAfter } from './pauses.ts';
import type { Pictures } from './pictures.ts';
import type { Recorder } from './recorder.ts';
import type { Texts } from './texts.ts';
import { mayFallBack } from './way.ts';

export interface DeliverOptions {
  readonly db: Database;
  readonly lanes: Lanes;
  readonly recorder: Recorder;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly texts: Texts;
  readonly pictures: Pictures;
  readonly log: Logger;
  /** The currency that money is counted in; null: in none. */
  readonly countsIn: string | null;
  readonly callAgain: CallAgain;
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
      sessionOpen: ready.sessionOpen,
      ...(ready.digest !== null && { digest: ready.digest }),
      validForMs: Math.max(1, ready.expiresAtMs - nowMs()),
      locale: notification.locale,
      link: options.texts.linkOf(notification.alert),
    },
    picture: () => options.pictures.forMessage(ready),
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
    await recorder.accepted({ id, providerMessageId, providerStatus, segments: segments ?? null, nowMs: nowMs() });
    const latencyMs = nowMs() - alert.createdAtMs;
    log.info({ event: 'notification.sent', ...about, providerMessageId, latencyMs, segments });
    return;
  }
  const { failure } = outcome;
  if (outcome.kind === 'refused') {
    if (outcome.otherWay === true && (await fallBack(options, ready, failure.detail))) {
      log.info({ event: 'notification.fallback', ...about, to: 'sms' });
      return;
    }
    await pause(options, ready, outcome);
  }
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

/** What WhatsApp cannot carry goes by SMS, once, where the user wants that. */
async function fallBack(
  { db, nowMs }: DeliverOptions,
  { notification, owner }: ReadyToSend,
  reason: string,
): Promise<boolean> {
  const { id, channel, sentAs } = notification;
  if (!mayFallBack({ target: channel?.target ?? null, options: channel?.options ?? {}, sentAs })) return false;
  const anew = { id, owner, failedMessageId: null, sentAs: 'sms', errorCode: 'whatsapp_fallback', reason } as const;
  return withTransaction(db, (tx) => sendAnew(tx, { ...anew, nowMs: nowMs() }));
}

/** Before the failure is written down, so that a kill in between loses neither: the claim would be looked up again. */
async function pause(
  { db, nowMs, log }: DeliverOptions,
  { notification }: ReadyToSend,
  refusal: Refusal,
): Promise<void> {
  const { lasting, failure } = refusal;
  if (lasting === undefined) return;
  const failed = { notificationId: notification.id, lasting, detail: failure.detail, nowMs: nowMs() };
  await withTransaction(db, (tx) => pauseAfter(tx, failed, log));
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
