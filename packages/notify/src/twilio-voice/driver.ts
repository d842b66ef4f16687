import { callbackUrl, keyUrl } from '../shared/callbackUrl.ts';
import type { ProviderCall, TwilioClient } from '../shared/twilioClient.ts';
import { sendFailure } from '../shared/twilioFailures.ts';
import type { ChannelDriver, CodeRequest, LookUpOutcome, LookUpRequest, SendRequest } from '../types.ts';
import { alertTwiml, codeTwiml, speakable } from './twiml.ts';

/** The newest calls to one number that are looked through. */
const LIST_LIMIT = 50;
/** The provider's clock, whole seconds at that, may be behind ours by so much. */
const CLOCK_SLACK_MS = 60_000;

/**
 * Calls over Twilio that say the alert; a pressed 1 acknowledges it. The call brings its words along (TwiML), so that
 * nothing has to be fetched while somebody listens.
 *
 * Edges: a call has no text by which it could be told from another to the same number. One of unknown fate is the only
 *        call to the number since then that belongs to no other message; where there are several nobody can tell.
 */
export function createTwilioVoiceDriver(options: {
  client: TwilioClient;
  from: string;
  publicUrl: string | null;
}): ChannelDriver {
  const { client, from, publicUrl } = options;
  return {
    kind: 'voice',
    name: 'twilio-voice',

    async send(request) {
      const { text, reference, locale = null } = request;
      const speech = { language: voiceLanguage(locale), text: speakable(text, reference) };
      const answer = await client.call({
        to: numberOf(request),
        from,
        twiml: alertTwiml(speech, keyUrl(publicUrl, { ...request, language: speech.language })),
        statusCallback: callbackUrl(publicUrl, request),
        signal: request.signal,
      });
      if (!answer.ok) return sendFailure(answer.error);
      return { kind: 'accepted', providerMessageId: answer.value.sid, providerStatus: answer.value.status };
    },

    async sendCode(request) {
      const answer = await client.call({
        to: numberOf(request),
        from,
        twiml: codeTwiml(request.code),
        statusCallback: null,
        signal: request.signal,
      });
      return answer.ok ? { kind: 'sent' } : { kind: 'failed', failure: sendFailure(answer.error).failure };
    },

    async lookUp(request) {
      const listed = await client.callsTo(numberOf(request), LIST_LIMIT);
      if (!listed.ok) {
        const { httpStatus, code } = listed.error;
        const detail = `Twilio's list could not be read (${httpStatus ?? code ?? 'no answer'}).`;
        return { kind: 'inconclusive', failure: { code: 'CHANNEL_UNREACHABLE', detail } };
      }
      return callAmong(listed.value, request);
    },

    async chargeOf(sid) {
      const fetched = await client.fetchCall(sid);
      return fetched.ok ? { charge: fetched.value.charge, segments: null } : null;
    },

    async close() {},
  };
}

function callAmong(calls: readonly ProviderCall[], { exceptIds, sentAfterMs }: LookUpRequest): LookUpOutcome {
  // A time that cannot be read does not rule a call out.
  const recent = calls.filter(({ createdAtMs }) => !(createdAtMs < sentAfterMs - CLOCK_SLACK_MS));
  const free = recent.filter(({ sid }) => !exceptIds.includes(sid));
  const [call, ...others] = free;
  if (others.length > 0 || recent.length >= LIST_LIMIT) {
    const detail = 'Several calls went to this number meanwhile, and calls do not say what they are about.';
    return { kind: 'inconclusive', failure: { code: 'CHANNEL_OUTCOME_UNKNOWN', detail } };
  }
  if (call === undefined) return { kind: 'absent' };
  const { sid, status, charge } = call;
  return {
    kind: 'found',
    providerMessageId: sid,
    providerStatus: status,
    providerErrorCode: null,
    charge,
    segments: null,
  };
}

/** English where no voice speaks what uBot would have to say. */
const voiceLanguage = (locale: string | null): 'en-US' | 'fr-FR' => (/^fr\b/i.test(locale ?? '') ? 'fr-FR' : 'en-US');

function numberOf({ target }: Pick<SendRequest | CodeRequest, 'target'>): string {
  if (target.kind !== 'voice') throw new Error(`a voice driver given a target of kind ${target.kind}`);
  return target.to;
}
