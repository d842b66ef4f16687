import type { LookUpOutcome, LookUpRequest } from '../types.ts';
import type { ProviderMessage, TwilioClient } from './twilioClient.ts';

/** Messages to one recipient that are looked through at most: so many in a minute nobody gets. */
const LIST_LIMIT = 5_000;
/** The provider's clock, whole seconds at that, may be behind ours by so much. */
const CLOCK_SLACK_MS = 60_000;
const FAILED_STATUSES = new Set(['failed', 'undelivered', 'canceled']);

/**
 * Finds a message by its recipient and the reference in its text.
 *
 * Edges: among several the one that was not refused counts; a list that is full before it reaches the time of sending is
 *        inconclusive, never "absent".
 */
export async function lookUpMessage(
  client: TwilioClient,
  request: LookUpRequest & { to: string },
): Promise<LookUpOutcome> {
  const sinceMs = request.sentAfterMs - CLOCK_SLACK_MS;
  const listed = await client.listTo(request.to, { sinceMs, limit: LIST_LIMIT });
  if (!listed.ok) {
    const { httpStatus, code } = listed.error;
    const detail = `Twilio's list could not be read (${httpStatus ?? code ?? 'no answer'}).`;
    return { kind: 'inconclusive', failure: { code: 'CHANNEL_UNREACHABLE', detail } };
  }
  // A time that cannot be read does not rule a message out.
  const recent = listed.value.filter(({ createdAtMs }) => !(createdAtMs < sinceMs));
  const mine = recent.filter(
    (message) => hasReference(message, request.reference) && !request.exceptIds.includes(message.sid),
  );
  const best = mine.find(({ status }) => !FAILED_STATUSES.has(status)) ?? mine[0];
  if (best !== undefined) {
    const { sid, status, errorCode, charge, segments } = best;
    const found = { providerMessageId: sid, providerStatus: status, providerErrorCode: errorCode };
    return { kind: 'found', ...found, charge, segments };
  }
  if (recent.length >= LIST_LIMIT) {
    const detail = `More than ${LIST_LIMIT} messages went to this recipient meanwhile.`;
    return { kind: 'inconclusive', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN', detail } };
  }
  return { kind: 'absent' };
}

/** What a message has cost, as the provider says by now; null when it cannot be asked. */
export async function chargeOfMessage(
  client: TwilioClient,
  sid: string,
): Promise<Pick<ProviderMessage, 'charge' | 'segments'> | null> {
  const fetched = await client.fetch(sid);
  return fetched.ok ? { charge: fetched.value.charge, segments: fetched.value.segments } : null;
}

function hasReference({ body }: ProviderMessage, reference: string): boolean {
  return new RegExp(`(^|\\W)${reference}(\\W|$)`).test(body);
}
