import {
  ChallengeSchema,
  ChannelSchema,
  laneOf,
  UbotError,
  Uuid,
  VerificationSentSchema,
  type Challenge,
  type ChannelTarget,
} from '@ubot/contracts';
import { optedOutOf, type Database } from '@ubot/db';
import type { CodeOutcome } from '@ubot/notify';
import { requireUser, unwrap, type HttpApp, type ServiceClient } from '@ubot/service-kit';
import { Type } from 'typebox';
import type { Lanes } from './lanes.ts';

const ById = Type.Object({ id: Uuid }, { additionalProperties: false });

/**
 * Sends what proves that a channel is its user's: six digits to a phone, a signed challenge to a webhook, which has to
 * echo it. user-manager makes the code and counts; this only carries it.
 */
export function addVerificationRoute(
  app: HttpApp,
  given: { db: Database; userManager: ServiceClient; lanes: Lanes; timeoutMs: number },
): void {
  const { db, userManager, lanes, timeoutMs } = given;
  app.post(
    '/channels/:id/verification',
    { schema: { params: ById, response: { 200: VerificationSentSchema } } },
    async (request) => {
      const identity = requireUser(request);
      const channelId = request.params.id;
      const body = { userId: identity.userId, channelId };
      const asked = { method: 'POST', path: '/verifications', body, answer: ChallengeSchema } as const;
      const challenge = unwrap(await userManager.request(asked));
      await refuseOptedOut(db, challenge.target);
      const outcome = await sendCode(lanes, challenge, timeoutMs);
      if (outcome.kind === 'failed') throw new UbotError(outcome.failure.code, outcome.failure.detail);
      const { expiresAtMs, sendsLeft } = challenge;
      if (outcome.kind === 'sent') return { verified: false, expiresAtMs, sendsLeft };
      const path = `/channels/${channelId}/verification/check`;
      const echoed = { method: 'POST', path, body: { code: outcome.echo }, identity, answer: ChannelSchema } as const;
      const { verified } = unwrap(await userManager.request(echoed));
      return { verified, expiresAtMs, sendsLeft };
    },
  );
}

/** Who has written STOP gets no codes either, whoever asks for them. */
async function refuseOptedOut(db: Database, target: ChannelTarget): Promise<void> {
  if (target.kind !== 'sms' && target.kind !== 'whatsapp') return;
  if ((await optedOutOf(db, [target.to])).size > 0) throw new UbotError('CHANNEL_OPTED_OUT');
}

async function sendCode(lanes: Lanes, challenge: Challenge, timeoutMs: number): Promise<CodeOutcome> {
  const { target, signingSecret, code } = challenge;
  const driver = lanes.driver(laneOf(target));
  if (driver?.sendCode === undefined) throw new UbotError('CHANNEL_NOT_CONFIGURED');
  const text = `${code} is your uBot code. It proves that your alerts may come here, and lasts ten minutes.`;
  // A person waits for it, so it goes at once; the alerts behind it wait for its share of the rate.
  lanes.limits.spend(target);
  return driver.sendCode({ target, signingSecret, code, text, signal: AbortSignal.timeout(timeoutMs) });
}
