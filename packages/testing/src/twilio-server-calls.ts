import { randomBytes } from 'node:crypto';
import { twilioSignature } from './twilio-server-callbacks.ts';

/** A call that the server has made. */
export interface PlacedCall {
  readonly sid: string;
  readonly accountSid: string;
  readonly to: string;
  readonly from: string;
  readonly twiml: string;
  /** What somebody hears who listens to the end, without pressing a key. */
  readonly spoken: readonly string[];
  /** Where a pressed key is reported; null: nothing waits for one. */
  readonly keyUrl: string | null;
  readonly statusCallback: string | null;
  readonly statusEvents: readonly string[];
  readonly ringS: number;
  readonly acceptedAtMs: number;
  status: string;
}

export interface KeyAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly twiml: string;
}

const TWIML_CHARS = 4_000;
const CALL_USD = 0.014;
/** Numbers that the documentation reserves for trying errors out. */
const MAGIC_NUMBERS: Readonly<Record<string, number>> = {
  '+15005550001': 21217,
  '+15005550002': 21214,
  '+15005550003': 21215,
  '+15005550004': 21216,
};

/** What is wrong with a request to make a call: an error code, or null. */
export function callError(form: URLSearchParams): number | null {
  const to = form.get('To') ?? '';
  const twiml = form.get('Twiml') ?? '';
  if (to === '') return 21201;
  if ((form.get('From') ?? '') === '') return 21213;
  if (!/^\+[1-9][0-9]{6,14}$/.test(to)) return 21211;
  if (twiml === '' && (form.get('Url') ?? '') === '') return 21205;
  if (twiml.length > TWIML_CHARS || !isXml(twiml)) return 12100;
  return MAGIC_NUMBERS[to] ?? null;
}

/** Every element closed in its order, nothing that starts an entity or a tag and is none. */
function isXml(text: string): boolean {
  const open: string[] = [];
  const bare = text
    .replace(/^<\?xml[^>]*\?>/, '')
    .replace(/<(\/?)(\w+)((?: \w+="[^"<]*")*)(\/?)>/g, (_all, end, name, _attributes, empty) => {
      if (end === '/') {
        if (open.pop() !== name) open.push('!');
      } else if (empty !== '/') open.push(String(name));
      return '';
    });
  return open.length === 0 && !/[<>]|&(?!amp;|lt;|gt;|quot;|apos;|#)/.test(bare);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescape = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => ENTITIES[name] ?? '');

export function placeCall(form: URLSearchParams, given: { accountSid: string; nowMs: number }): PlacedCall {
  const twiml = form.get('Twiml') ?? '';
  const keyUrl = /<Gather [^>]*action="([^"]*)"/.exec(twiml)?.[1];
  return {
    sid: `CA${randomBytes(16).toString('hex')}`,
    accountSid: given.accountSid,
    to: form.get('To') ?? '',
    from: form.get('From') ?? '',
    twiml,
    spoken: [...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map(([, text = '']) => unescape(text)),
    keyUrl: keyUrl === undefined ? null : unescape(keyUrl),
    statusCallback: form.get('StatusCallback'),
    statusEvents: form.getAll('StatusCallbackEvent'),
    ringS: Number(form.get('Timeout') ?? 60),
    acceptedAtMs: given.nowMs,
    status: 'queued',
  };
}

/** A call as the API shows it. Its price is told once it has ended. */
export function callResource(call: PlacedCall): Record<string, unknown> {
  const isOver = call.status === 'completed';
  return {
    account_sid: call.accountSid,
    api_version: '2010-04-01',
    answered_by: null,
    date_created: new Date(call.acceptedAtMs).toUTCString().replace('GMT', '+0000'),
    direction: 'outbound-api',
    duration: isOver ? '12' : null,
    from: call.from,
    price: isOver ? `-${CALL_USD.toFixed(5)}` : null,
    price_unit: 'USD',
    sid: call.sid,
    status: call.status,
    to: call.to,
    uri: `/2010-04-01/Accounts/${call.accountSid}/Calls/${call.sid}.json`,
  };
}

/** The newest calls to a number first, all on one page. */
export function callPage(calls: readonly PlacedCall[], query: URLSearchParams): Record<string, unknown> {
  const to = query.get('To');
  const shown = calls.filter((call) => to === null || call.to === to).toReversed();
  const pageSize = Number(query.get('PageSize') ?? 50);
  return { calls: shown.slice(0, pageSize).map(callResource), page: 0, page_size: pageSize, next_page_uri: null };
}

const formOf = (call: PlacedCall, status: string): Record<string, string> => ({
  AccountSid: call.accountSid,
  ApiVersion: '2010-04-01',
  CallSid: call.sid,
  CallStatus: status,
  Called: call.to,
  Caller: call.from,
  Direction: 'outbound-api',
  From: call.from,
  To: call.to,
});

/** The form of a status callback. */
export const callStatusForm = (call: PlacedCall, status: string, sequence: number): Record<string, string> => ({
  ...formOf(call, status),
  CallbackSource: 'call-progress-events',
  SequenceNumber: String(sequence),
  ...(status === 'completed' && { CallDuration: '12', Duration: '1' }),
});

async function post(
  url: string,
  options: { authToken: string; form: Record<string, string>; signature?: string; at?: string },
) {
  return fetch(options.at ?? url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': options.signature ?? twilioSignature(options.authToken, url, options.form),
    },
    body: new URLSearchParams(options.form).toString(),
    signal: AbortSignal.timeout(5_000),
  });
}

interface Posting {
  readonly authToken: string;
  /** Where it is posted when that is not the address that is signed. */
  readonly at?: string;
  readonly signature?: string;
}

/** Reports a status of a call: → the status of the answer; 0: it has no address for that. */
export async function reportCall(
  call: PlacedCall,
  given: Posting & { status: string; sequence: number; errorCode?: number },
): Promise<number> {
  if (call.statusCallback === null) return 0;
  const { status, sequence, errorCode } = given;
  const form = callStatusForm(call, status, sequence);
  if (errorCode !== undefined) form['ErrorCode'] = String(errorCode);
  const answer = await post(call.statusCallback, { ...given, form });
  await answer.body?.cancel();
  return answer.status;
}

/** Somebody presses a key in a call. */
export async function pressKey(call: PlacedCall, given: Posting & { digits: string }): Promise<KeyAnswer> {
  if (call.keyUrl === null) throw new Error('This call waits for no key.');
  const form = { ...formOf(call, 'in-progress'), Digits: given.digits, FinishedOnKey: '', msg: 'Gather End' };
  const answer = await post(call.keyUrl, { ...given, form });
  return { status: answer.status, contentType: answer.headers.get('content-type') ?? '', twiml: await answer.text() };
}
