import type { Result } from '@ubot/contracts';
import { twilioCharge } from './shared/twilioCharge.ts';
import type { ProviderCharge } from './types.ts';

/** What a status callback says, once it is known to be the provider's. */
export interface StatusCallback {
  readonly messageSid: string;
  readonly status: string;
  readonly errorCode: number | null;
  /** null: the callback does not say, as most do not. */
  readonly charge: ProviderCharge | null;
  readonly segments: number | null;
}

/** What somebody has written to one of our numbers. */
export interface InboundMessage {
  readonly sid: string;
  readonly way: 'sms' | 'whatsapp';
  /** E.164. */
  readonly from: string;
  readonly body: string;
  /** The provider (Advanced Opt-Out) has understood a word, and has answered it. */
  readonly optOutType: 'STOP' | 'START' | 'HELP' | null;
}

/** A key that somebody has pressed in a call. */
export interface PressedKey {
  readonly callSid: string;
  /** Empty: none was. */
  readonly digits: string;
  /** As the call was made in. */
  readonly language: 'en-US' | 'fr-FR';
}

export interface SignedRequest {
  readonly authToken: string;
  readonly signature: string | null;
  /** The public address, exactly as the provider knows it, query included. */
  readonly url: string;
  readonly body: string;
  readonly contentType: string;
}

/**
 * Whether a request bears the provider's signature: of its form, or of a JSON body through `bodySHA256` in the query.
 *
 * Edges: tried as received and with the default port added or left out, as the provider's own library does.
 */
export async function isTwilioSigned(request: SignedRequest): Promise<boolean> {
  const { authToken, signature, url, body } = request;
  if (signature === null || signature === '' || !URL.canParse(url)) return false;
  const { default: twilio } = await import('twilio');
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.contentType);
  return isForm
    ? twilio.validateRequest(authToken, signature, url, formParameters(body))
    : twilio.validateRequestWithBody(authToken, signature, url, body);
}

/** Repeated names become lists, in the order they came. */
function formParameters(body: string): Record<string, string | string[]> {
  const form = new URLSearchParams(body);
  const names = new Set(form.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

const NOT_SIGNED: Result<never> = {
  ok: false,
  failure: { code: 'CALLBACK_SIGNATURE_INVALID', detail: 'The signature does not fit.' },
};
const OPT_OUT_TYPES = ['STOP', 'START', 'HELP'] as const;
const FROM = /^(whatsapp:)?(\+[1-9][0-9]{6,14})$/;

/**
 * A message in a signed form; fields that are not known are left alone.
 *
 * Errors: CALLBACK_SIGNATURE_INVALID, VALIDATION_FAILED for a form that is no message from a telephone number.
 */
export async function readTwilioInbound(request: SignedRequest): Promise<Result<InboundMessage>> {
  if (!(await isTwilioSigned(request))) return NOT_SIGNED;
  const form = new URLSearchParams(request.body);
  const sid = form.get('MessageSid') ?? '';
  const from = FROM.exec(form.get('From') ?? '');
  if (!/^(SM|MM)\w{1,60}$/.test(sid) || from === null) {
    return { ok: false, failure: { code: 'VALIDATION_FAILED', detail: 'The form is not a message from a number.' } };
  }
  const optOutType = OPT_OUT_TYPES.find((type) => type === form.get('OptOutType')) ?? null;
  const way = from[1] === undefined ? 'sms' : 'whatsapp';
  return { ok: true, value: { sid, way, from: from[2] ?? '', body: form.get('Body') ?? '', optOutType } };
}

/**
 * The status in a signed form; fields that are not known are left alone.
 *
 * Errors: CALLBACK_SIGNATURE_INVALID, VALIDATION_FAILED for a form that is no status callback.
 */
export async function readTwilioCallback(request: SignedRequest): Promise<Result<StatusCallback>> {
  if (!(await isTwilioSigned(request))) return NOT_SIGNED;
  const form = new URLSearchParams(request.body);
  const messageSid = form.get('MessageSid') ?? form.get('SmsSid') ?? form.get('CallSid') ?? '';
  const status = form.get('MessageStatus') ?? form.get('SmsStatus') ?? form.get('CallStatus') ?? '';
  if (!/^(SM|MM|CA)\w{1,60}$/.test(messageSid) || !/^[a-z_-]{1,30}$/.test(status)) {
    return { ok: false, failure: { code: 'VALIDATION_FAILED', detail: 'The form is not a status callback.' } };
  }
  const errorCode = Number.parseInt(form.get('ErrorCode') ?? '', 10);
  const charge = twilioCharge(form.get('Price'), form.get('PriceUnit'));
  const segments = Number(/^[0-9]{1,3}$/.exec(form.get('NumSegments') ?? '')?.[0]) || null;
  return {
    ok: true,
    value: { messageSid, status, errorCode: Number.isInteger(errorCode) ? errorCode : null, charge, segments },
  };
}

/**
 * The key pressed in a call, in a signed form.
 *
 * Errors: CALLBACK_SIGNATURE_INVALID, VALIDATION_FAILED for a form that is of no call.
 */
export async function readTwilioKey(request: SignedRequest): Promise<Result<PressedKey>> {
  if (!(await isTwilioSigned(request))) return NOT_SIGNED;
  const form = new URLSearchParams(request.body);
  const callSid = form.get('CallSid') ?? '';
  if (!/^CA\w{1,60}$/.test(callSid)) {
    return { ok: false, failure: { code: 'VALIDATION_FAILED', detail: 'The form is not of a call.' } };
  }
  const language = new URL(request.url).searchParams.get('language') === 'fr-FR' ? 'fr-FR' : 'en-US';
  return { ok: true, value: { callSid, digits: form.get('Digits') ?? '', language } };
}
