import type { Twilio } from 'twilio';
import type { ProviderCharge } from '../types.ts';
import type { SmsLimits } from './smsText.ts';
import { retryAfterMs } from './retryAfter.ts';
import { twilioCharge } from './twilioCharge.ts';
import { readProviderError, type ProviderError } from './twilioFailures.ts';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** Where the API answers; null for the real one. */
  readonly baseUrl: string | null;
  /** The sender's number; or a messaging service that chooses one. */
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  /** The WhatsApp sender, with or without "whatsapp:". */
  readonly whatsAppFrom: string | null;
  /** An approved template with one variable, the text; needed outside the 24 h window. */
  readonly whatsAppContentSid: string | null;
  /** The number that calls come from. Absent or null: there are none. */
  readonly voiceFrom?: string | null;
  /** Default: SMS_LIMITS. */
  readonly smsLimits?: SmsLimits;
}

export interface MessageToCreate {
  readonly to: string;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string | null;
  readonly contentSid: string | null;
  readonly contentVariables: Readonly<Record<string, string>> | null;
  readonly statusCallback: string | null;
  /** Where the provider fetches a picture that goes with the text. */
  readonly mediaUrl?: string | null;
  /** For so long the provider may try to hand it on. */
  readonly validForMs: number;
  readonly signal: AbortSignal;
}

export interface ProviderMessage {
  readonly sid: string;
  readonly status: string;
  readonly errorCode: number | null;
  readonly body: string;
  readonly createdAtMs: number;
  /** null: not told yet. */
  readonly segments: number | null;
  /** null: not told yet. */
  readonly charge: ProviderCharge | null;
}

export interface CallToMake {
  readonly to: string;
  readonly from: string;
  /** What is said, as TwiML. */
  readonly twiml: string;
  readonly statusCallback: string | null;
  readonly signal: AbortSignal;
}

export interface ProviderCall {
  readonly sid: string;
  readonly status: string;
  readonly createdAtMs: number;
  /** null: not told yet. */
  readonly charge: ProviderCharge | null;
}

/** undefined after the last one. */
type NextPage = Awaited<ReturnType<Awaited<ReturnType<Twilio['messages']['page']>>['nextPage']>>;

export type TwilioAnswer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ProviderError };

export interface TwilioClient {
  create(message: MessageToCreate): Promise<TwilioAnswer<ProviderMessage>>;
  /** The messages to one recipient, newest first, page by page until one is from before `sinceMs` or they are `limit`. */
  listTo(
    to: string,
    until: { readonly sinceMs: number; readonly limit: number },
  ): Promise<TwilioAnswer<readonly ProviderMessage[]>>;
  fetch(sid: string): Promise<TwilioAnswer<ProviderMessage>>;
  call(call: CallToMake): Promise<TwilioAnswer<ProviderCall>>;
  /** The newest calls to one number, at most `limit`. */
  callsTo(to: string, limit: number): Promise<TwilioAnswer<readonly ProviderCall[]>>;
  fetchCall(sid: string): Promise<TwilioAnswer<ProviderCall>>;
}

/**
 * What could not be handed on in its time is dropped by the provider (error 30036), so that a late alert does not
 * confuse. Less than a minute would drop what is merely on its way; ten hours is the provider's most.
 */
const VALIDITY_S = { least: 60, most: 36_000 } as const;
/** How long the provider may try to hand a code on: as long as the code counts. */
export const CODE_VALID_MS = 600_000;
/** Seconds that it rings before nobody is there, and that a call lasts at most. */
const CALL_S = { ring: 30, most: 180 } as const;
/** Of a list; a recipient's older messages come along with the wanted ones. */
const PAGE_SIZE = 200;
const TIMEOUT_MS = 15_000;
const REAL_ORIGIN = 'https://api.twilio.com';

/** The provider's API through its own library, which is loaded at the first use: it is large. */
export function createTwilioClient(settings: TwilioSettings, options: { timeoutMs?: number } = {}): TwilioClient {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  let loading: Promise<Twilio> | null = null;
  const client = (): Promise<Twilio> => {
    loading ??= loadClient(settings, timeoutMs);
    return loading;
  };

  const ask = async <T>(question: (twilio: Twilio) => Promise<T>, signal?: AbortSignal): Promise<TwilioAnswer<T>> => {
    try {
      return { ok: true, value: await unlessAborted(question(await client()), signal) };
    } catch (error) {
      const read = readProviderError(error);
      return { ok: false, error: { ...read, message: withoutSecrets(read.message, settings) } };
    }
  };

  return {
    create: (message) =>
      ask(async (twilio) => {
        const created = await twilio.messages.create({
          to: message.to,
          validityPeriod: Math.min(VALIDITY_S.most, Math.max(VALIDITY_S.least, Math.ceil(message.validForMs / 1_000))),
          ...(message.from !== null && { from: message.from }),
          ...(message.messagingServiceSid !== null && { messagingServiceSid: message.messagingServiceSid }),
          ...(message.body !== null && { body: message.body }),
          ...(message.contentSid !== null && { contentSid: message.contentSid }),
          ...(message.contentVariables !== null && { contentVariables: JSON.stringify(message.contentVariables) }),
          ...(message.mediaUrl != null && { mediaUrl: [message.mediaUrl] }),
          ...(message.statusCallback !== null && { statusCallback: message.statusCallback }),
        });
        return readMessage(created);
      }, message.signal),
    call: ({ to, from, twiml, statusCallback, signal }) =>
      ask(async (twilio) => {
        const reports = { statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'] };
        const made = await twilio.calls.create({
          to,
          from,
          twiml,
          timeout: CALL_S.ring,
          timeLimit: CALL_S.most,
          ...(statusCallback !== null && { statusCallback, ...reports }),
        });
        return readCall(made);
      }, signal),
    callsTo: (to, limit) =>
      ask(async (twilio) => (await twilio.calls.list({ to, limit, pageSize: limit })).map(readCall)),
    fetchCall: (sid) => ask(async (twilio) => readCall(await twilio.calls(sid).fetch())),
    listTo: (to, { sinceMs, limit }) =>
      ask(async (twilio) => {
        const listed: ProviderMessage[] = [];
        let page: NextPage = await twilio.messages.page({ to, pageSize: PAGE_SIZE });
        while (page !== undefined) {
          listed.push(...page.instances.map(readMessage));
          const oldest = listed.at(-1);
          if (listed.length >= limit || oldest === undefined || oldest.createdAtMs < sinceMs) break;
          page = await page.nextPage();
        }
        return listed;
      }),
    fetch: (sid) => ask(async (twilio) => readMessage(await twilio.messages(sid).fetch())),
  };
}

interface CallFields {
  readonly sid: string;
  readonly status: string;
  readonly dateCreated: Date;
  readonly price: string;
  readonly priceUnit: string;
}

/** Errors: throws when the answer is not a call: then nobody knows what became of it. */
function readCall({ sid, status, dateCreated, price, priceUnit }: CallFields): ProviderCall {
  if (typeof sid !== 'string' || !sid.startsWith('CA')) throw new Error('an answer without a call');
  const createdAtMs = dateCreated instanceof Date ? dateCreated.getTime() : Number.NaN;
  return { sid, status, createdAtMs, charge: twilioCharge(price, priceUnit) };
}

interface MessageFields {
  readonly sid: string;
  readonly status: string;
  readonly errorCode: number;
  readonly body: string;
  readonly dateCreated: Date;
  readonly numSegments: string;
  readonly price: string;
  readonly priceUnit: string;
}

/** Errors: throws when the answer is not a message: then nobody knows what became of it. */
function readMessage(message: MessageFields): ProviderMessage {
  if (typeof message.sid !== 'string' || !/^(SM|MM)/.test(message.sid)) throw new Error('an answer without a message');
  const createdAtMs = message.dateCreated instanceof Date ? message.dateCreated.getTime() : Number.NaN;
  const errorCode = typeof message.errorCode === 'number' ? message.errorCode : null;
  // A messaging service counts only when it has chosen a sender, and says 0 until then.
  const segments = Number(message.numSegments) || null;
  const { sid, status } = message;
  const charge = twilioCharge(message.price, message.priceUnit);
  return { sid, status, errorCode, body: message.body ?? '', createdAtMs, segments, charge };
}

/** Waits no longer than its sender does. The library cannot be stopped: the request ends with its own time limit. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let giveUp = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(Object.assign(new Error('given up'), { code: 'ERR_CANCELED' }));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function loadClient(settings: TwilioSettings, timeoutMs: number): Promise<Twilio> {
  const { default: twilio } = await import('twilio');
  const origin = settings.baseUrl ?? REAL_ORIGIN;

  // Without keep-alive: an idle connection that the other side closes just as a message goes out would look like a
  // message of unknown fate.
  const httpClient = new twilio.RequestClient({ timeout: timeoutMs, keepAlive: false });
  const request = httpClient.request.bind(httpClient);
  httpClient.request = async (asked) => {
    const answer = await request({ ...asked, uri: rewrite(asked.uri, origin) });
    // The library's error keeps the body and drops the headers.
    const waitMs = isRecord(answer.headers) ? retryAfterMs(answer.headers, Date.now()) : null;
    if (answer.statusCode === 429 && waitMs !== null && isRecord(answer.body)) {
      Reflect.set(answer.body, 'details', { retryAfterMs: waitMs });
    }
    return answer;
  };
  return twilio(settings.accountSid, settings.authToken, { httpClient });
}

function rewrite(uri: string, origin: string): string {
  return uri.startsWith(REAL_ORIGIN) ? `${origin}${uri.slice(REAL_ORIGIN.length)}` : uri;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function withoutSecrets(text: string, { authToken, accountSid }: TwilioSettings): string {
  return text.replaceAll(authToken, '[redacted]').replaceAll(accountSid, '[account]');
}
