import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { contentVariables, creationError, errorAnswer } from './twilio-server-answers.ts';
import { callbackForm, postCallback, type CallbackStep, type PostedCallback } from './twilio-server-callbacks.ts';
import { postInbound, type InboundAnswer, type InboundMessage } from './twilio-server-inbound.ts';
import { segmentsOf } from './twilio-server-segments.ts';
import {
  callError,
  callPage,
  callResource,
  placeCall,
  pressKey,
  reportCall,
  type KeyAnswer,
  type PlacedCall,
} from './twilio-server-calls.ts';
import { createMessageStore, messagePage, messageResource, type AcceptedMessage } from './twilio-server-store.ts';

/**
 * What the server does with one request to create a message. By default it accepts it and says so at once.
 * A message that is accepted and not answered properly is the case that a sender has to look up.
 */
export interface TwilioBehaviour {
  /** false: the message is not taken. Default: taken, unless the answer is an error with `before`. */
  readonly accept?: boolean;
  readonly answer?:
    | 'created'
    | 'hang'
    | 'cut'
    /** `path`: what the answer names as the resource that was asked for. */
    | { readonly code: number; readonly http?: number; readonly retryAfterS?: number; readonly path?: string };
  /** Waits so long before it answers (and after it has taken the message). */
  readonly delayMs?: number;
  readonly callbacks?: readonly CallbackStep[];
}

export interface TwilioServerOptions {
  readonly accountSid?: string;
  readonly authToken?: string;
  readonly host?: string;
  readonly port?: number;
  /** One JSON line for each accepted message, written before it is acknowledged. */
  readonly recordFile?: string;
  /** What a message reports on its way unless its behaviour says otherwise. */
  readonly callbacks?: readonly CallbackStep[];
  /** The list shows a message only so long after it was accepted, as the real one is eventually consistent. */
  readonly listLagMs?: number;
  readonly nowMs?: () => number;
  /** Requests that one sender may make in a second; above it 20429. Default: any number. */
  readonly perSecond?: number;
  /** The price of a message is told only so long after it was accepted. Default: at once. */
  readonly priceLagMs?: number;
}

export interface TwilioServer {
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: string;
  messages(): readonly AcceptedMessage[];
  /** Requests to create a message, also those refused. */
  creationCount(): number;
  callbacks(): readonly PostedCallback[];
  /** The picture of a message, as it was fetched; null: none, or it could not be. */
  mediaOf(sid: string): Buffer | null;
  /** The next requests behave so, one after the other; then the default again. */
  script(...behaviours: TwilioBehaviour[]): void;
  /** How every request behaves that no script names. */
  setDefault(behaviour: TwilioBehaviour): void;
  /** false: the list answers 503. */
  setListAvailable(available: boolean): void;
  /** The recipient wrote just now: free text on WhatsApp is allowed. */
  openSession(number: string): void;
  /** The recipient wrote STOP. */
  optOut(number: string): void;
  /** Somebody writes to us; on WhatsApp that opens the window, and STOP and START count from then on. */
  receive(message: InboundMessage): Promise<InboundAnswer>;
  /**
   * The text of a template, with {{1}}, {{2}}, …; throws for one that would not be approved: variables in sequence,
   * none first or last.
   */
  setTemplate(contentSid: string, text: string): void;
  /** Calls that were made, in their order. */
  calls(): readonly PlacedCall[];
  /** A call comes to a status now, and reports it; `at` where that is posted if not to the signed address. */
  reportCall(given: {
    sid: string;
    status: string;
    errorCode?: number;
    sequence?: number;
    at?: string;
    signature?: string;
  }): Promise<number>;
  /** Somebody presses a key in a call. */
  pressKey(given: { sid: string; digits: string; at?: string; signature?: string }): Promise<KeyAnswer>;
  /** Posts one callback now, in whatever order; a signature of one's own forges it. */
  sendCallback(options: {
    sid: string;
    status: string;
    errorCode?: number;
    signature?: string;
  }): Promise<PostedCallback>;
  close(): Promise<void>;
}

const CALLBACKS: readonly CallbackStep[] = [
  { status: 'sent', afterMs: 20 },
  { status: 'delivered', afterMs: 40 },
];
const BODY_BYTES = 64 * 1024;
const SEGMENT_USD = 0.0083;
const WHATSAPP_USD = 0.005;
const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'YES', 'UNSTOP']);
const TEMPLATE = 'Market alert: {{1}} (uBot)';

/**
 * Twilio's Messages API as documented: create, list and fetch with basic authentication, error bodies, magic numbers,
 * signed status callbacks, the WhatsApp window. Everything it accepted can be asked for, so that a test sees a message
 * that was sent twice.
 */
export async function createTwilioServer(options: TwilioServerOptions = {}): Promise<TwilioServer> {
  const world = createWorld(options);
  const server = createServer((request, response) => {
    void handle(world, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host ?? '127.0.0.1'}:${port}`,
    accountSid: world.accountSid,
    authToken: world.authToken,
    messages: () => world.store.all(),
    creationCount: () => world.creations,
    callbacks: () => world.posted,
    mediaOf: (sid) => world.media.get(sid) ?? null,
    script: (...behaviours) => void world.scripted.push(...behaviours),
    setDefault(behaviour) {
      world.byDefault = behaviour;
    },
    setListAvailable(available) {
      world.listAvailable = available;
    },
    calls: () => world.calls,
    async reportCall({ sid, sequence = 0, ...given }) {
      const call = callOf(world, sid);
      call.status = given.status;
      return reportCall(call, { ...given, sequence, authToken: world.authToken });
    },
    pressKey: async ({ sid, ...given }) => pressKey(callOf(world, sid), { ...given, authToken: world.authToken }),
    openSession: (number) => void world.sessions.add(number),
    optOut: (number) => void world.optedOut.add(number),
    async receive(message) {
      if (message.whatsApp === true) world.sessions.add(message.from);
      const word = message.body.trim().toUpperCase();
      if (STOP_WORDS.has(word)) world.optedOut.add(message.from);
      if (START_WORDS.has(word)) world.optedOut.delete(message.from);
      return postInbound(message, world);
    },
    setTemplate(contentSid, text) {
      const names = variablesOf(text);
      const inSequence = names.every((name, index) => name === index + 1);
      if (!inSequence || /^\{\{|\}\}$/.test(text.trim())) throw new Error(`This template would be rejected: ${text}`);
      world.templates.set(contentSid, text);
    },
    async sendCallback({ sid, status, errorCode, signature }) {
      const message = world.store.find(sid);
      if (message === undefined) throw new Error(`No message ${sid} was accepted.`);
      const form = callbackForm(message, { status, errorCode });
      const posted = await postCallback(message, {
        authToken: world.authToken,
        form,
        ...(signature !== undefined && { signature }),
      });
      world.posted.push(posted);
      return posted;
    },
    async close() {
      for (const timer of world.timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

type World = ReturnType<typeof createWorld>;

function createWorld(options: TwilioServerOptions) {
  return {
    accountSid: options.accountSid ?? `AC${randomBytes(16).toString('hex')}`,
    authToken: options.authToken ?? randomBytes(16).toString('hex'),
    nowMs: options.nowMs ?? (() => Date.now()),
    listLagMs: options.listLagMs ?? 0,
    callbacks: options.callbacks ?? CALLBACKS,
    store: createMessageStore(options.recordFile),
    posted: [] as PostedCallback[],
    calls: [] as PlacedCall[],
    media: new Map<string, Buffer>(),
    scripted: [] as TwilioBehaviour[],
    byDefault: {} as TwilioBehaviour,
    listAvailable: true,
    sessions: new Set<string>(),
    optedOut: new Set<string>(),
    templates: new Map<string, string>(),
    perSecond: options.perSecond ?? Number.POSITIVE_INFINITY,
    priceLagMs: options.priceLagMs ?? 0,
    /** When each sender's requests of the last second came. */
    asked: new Map<string, number[]>(),
    timers: new Set<NodeJS.Timeout>(),
    creations: 0,
  };
}

async function handle(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://twilio.invalid');
  const body = await readBody(request);
  const expected = `Basic ${Buffer.from(`${world.accountSid}:${world.authToken}`).toString('base64')}`;
  if (request.headers.authorization !== expected) return answerError(response, { code: 20003 });
  if (url.pathname.includes('/Calls')) return calls(world, { request, url, form: new URLSearchParams(body), response });
  const base = `/2010-04-01/Accounts/${world.accountSid}/Messages`;
  if (url.pathname === `${base}.json` && request.method === 'POST') {
    return create(world, new URLSearchParams(body), response);
  }
  if (url.pathname === `${base}.json` && request.method === 'GET') {
    if (!world.listAvailable) return answerError(response, { code: 20503 });
    const shownUntilMs = world.nowMs() - world.listLagMs;
    const shown = world.store.all().filter((message) => message.acceptedAtMs <= shownUntilMs);
    return answer(
      response,
      200,
      messagePage(shown, { accountSid: world.accountSid, query: url.searchParams, nowMs: world.nowMs() }),
    );
  }
  const sid = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length + 1).replace(/\.json$/, '') : '';
  const message = request.method === 'GET' ? world.store.find(sid) : undefined;
  if (message !== undefined) return answer(response, 200, messageResource(message, world.nowMs()));
  return answerError(response, { code: 20404, path: url.pathname });
}

function callOf(world: World, sid: string): PlacedCall {
  const call = world.calls.find((each) => each.sid === sid);
  if (call === undefined) throw new Error(`No call ${sid} was made.`);
  return call;
}

/** Twilio's Calls API: create, list by number, fetch. */
async function calls(
  world: World,
  given: { request: IncomingMessage; url: URL; form: URLSearchParams; response: ServerResponse },
): Promise<void> {
  const { request, url, form, response } = given;
  const base = `/2010-04-01/Accounts/${world.accountSid}/Calls`;
  if (url.pathname === `${base}.json` && request.method === 'GET') {
    if (!world.listAvailable) return answerError(response, { code: 20503 });
    return answer(response, 200, callPage(world.calls, url.searchParams));
  }
  const call = world.calls.find(({ sid }) => url.pathname === `${base}/${sid}.json`);
  if (call !== undefined) return answer(response, 200, callResource(call));
  if (url.pathname !== `${base}.json`) return answerError(response, { code: 20404, path: url.pathname });
  world.creations += 1;
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  const refusal = callError(form) ?? overLimit(world, form);
  if (refusal !== null) return answerError(response, { code: refusal, to, from });
  const behaviour = world.scripted.shift() ?? world.byDefault;
  const asked = behaviour.answer ?? 'created';
  const placed =
    (behaviour.accept ?? typeof asked === 'string')
      ? placeCall(form, { accountSid: world.accountSid, nowMs: world.nowMs() })
      : null;
  if (placed !== null) world.calls.push(placed);
  if (behaviour.delayMs !== undefined) await pause(world, behaviour.delayMs);
  if (asked === 'hang') return;
  if (asked === 'cut' || (placed === null && typeof asked === 'string')) return void response.destroy();
  if (typeof asked === 'object') {
    if (asked.retryAfterS !== undefined) response.setHeader('retry-after', asked.retryAfterS);
    return answerError(response, { ...asked, to, from });
  }
  // As it was made, however far it has come meanwhile.
  if (placed !== null) answer(response, 201, { ...callResource(placed), status: 'queued', price: null });
}

async function create(world: World, form: URLSearchParams, response: ServerResponse): Promise<void> {
  world.creations += 1;
  const to = form.get('To') ?? '';
  const number = to.replace(/^whatsapp:/, '');
  const refusal = creationError(form) ?? (world.optedOut.has(number) ? 21610 : null) ?? overLimit(world, form);
  if (refusal !== null) return answerError(response, { code: refusal, to, from: form.get('From') ?? '' });
  const behaviour = world.scripted.shift() ?? world.byDefault;
  const asked = behaviour.answer ?? 'created';
  // An error means "not taken" unless the script says that it was taken all the same.
  const message = (behaviour.accept ?? typeof asked === 'string') ? accept(world, form, behaviour) : null;
  if (behaviour.delayMs !== undefined) await pause(world, behaviour.delayMs);
  if (asked === 'hang') return;
  if (asked === 'cut') return void response.destroy();
  if (typeof asked === 'object') {
    if (asked.retryAfterS !== undefined) response.setHeader('retry-after', asked.retryAfterS);
    return answerError(response, { ...asked, to, from: form.get('From') ?? '' });
  }
  if (message === null) return void response.destroy();
  answer(response, 201, {
    ...messageResource(message, world.nowMs()),
    price: null,
    status: message.messagingServiceSid === null ? 'queued' : 'accepted',
  });
}

/** 20429 when the sender has had its requests of this second. */
function overLimit(world: World, form: URLSearchParams): number | null {
  const sender = form.get('From') ?? form.get('MessagingServiceSid') ?? '';
  const now = world.nowMs();
  const recent = (world.asked.get(sender) ?? []).filter((atMs) => atMs > now - 1_000);
  if (recent.length >= world.perSecond) return 20429;
  world.asked.set(sender, [...recent, now]);
  return null;
}

function accept(world: World, form: URLSearchParams, behaviour: TwilioBehaviour): AcceptedMessage {
  const to = form.get('To') ?? '';
  const contentSid = form.get('ContentSid');
  const body = contentSid === null ? (form.get('Body') ?? '') : fill(world, form, contentSid);
  const isWhatsApp = to.startsWith('whatsapp:');
  const segments = isWhatsApp ? 1 : segmentsOf(body);
  const message: AcceptedMessage = {
    sid: `SM${randomBytes(16).toString('hex')}`,
    accountSid: world.accountSid,
    to,
    from: form.get('From') ?? '',
    messagingServiceSid: form.get('MessagingServiceSid'),
    body,
    contentSid,
    contentVariables: form.get('ContentVariables'),
    statusCallback: form.get('StatusCallback'),
    validityPeriod: form.get('ValidityPeriod'),
    acceptedAtMs: world.nowMs(),
    segments,
    mediaUrl: form.get('MediaUrl'),
    priceUsd: isWhatsApp ? WHATSAPP_USD : segments * SEGMENT_USD,
    pricedAtMs: world.nowMs() + world.priceLagMs,
    status: 'queued',
    errorCode: null,
    sentAtMs: null,
  };
  world.store.add(message);
  const errorCode = isWhatsApp ? whatsAppError(world, form) : null;
  const steps =
    errorCode === null
      ? (behaviour.callbacks ?? world.callbacks)
      : [{ status: 'failed', afterMs: 20, errorCode } as const];
  void fetchMedia(world, message).then((fetched) =>
    report(world, message, fetched ? steps : [{ status: 'failed', afterMs: 0, errorCode: 63_019 }]),
  );
  return message;
}

/** The provider fetches the picture itself, and fails the message when it cannot. */
async function fetchMedia(world: World, { sid, mediaUrl }: AcceptedMessage): Promise<boolean> {
  if (mediaUrl == null) return true;
  try {
    const answer = await fetch(mediaUrl, { signal: AbortSignal.timeout(5_000) });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok || answer.headers.get('content-type') !== 'image/png') return false;
    world.media.set(sid, bytes);
    return true;
  } catch {
    return false;
  }
}

/** WhatsApp's own refusals come after the message was accepted. */
function whatsAppError(world: World, form: URLSearchParams): number | null {
  const contentSid = form.get('ContentSid');
  const number = (form.get('To') ?? '').slice('whatsapp:'.length);
  if (contentSid === null) return world.sessions.has(number) ? null : 63016;
  const wanted = new Set(variablesOf(world.templates.get(contentSid) ?? TEMPLATE)).size;
  return contentVariables(form)?.size === wanted ? null : 63028;
}

const variablesOf = (text: string): number[] => [...text.matchAll(/\{\{(\d+)\}\}/g)].map(([, name]) => Number(name));

function fill(world: World, form: URLSearchParams, contentSid: string): string {
  const variables = contentVariables(form) ?? new Map<string, string>();
  const text = world.templates.get(contentSid) ?? TEMPLATE;
  return text.replace(/\{\{(\d+)\}\}/g, (written, name: string) => variables.get(name) ?? written);
}

async function report(world: World, message: AcceptedMessage, steps: readonly CallbackStep[]): Promise<void> {
  for (const step of steps) {
    await pause(world, step.afterMs);
    message.status = step.status;
    message.errorCode = step.errorCode ?? null;
    message.sentAtMs ??= world.nowMs();
    if (message.statusCallback === null) continue;
    for (let time = 0; time < (step.times ?? 1); time += 1) {
      const form = callbackForm(message, { status: step.status, errorCode: step.errorCode });
      world.posted.push(await postCallback(message, { authToken: world.authToken, form }));
    }
  }
}

function pause(world: World, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      world.timers.delete(timer);
      resolve();
    }, ms);
    world.timers.add(timer);
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new Error('a body larger than any message');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(body));
}

function answerError(
  response: ServerResponse,
  options: { code: number; http?: number; to?: string; from?: string; path?: string },
): void {
  const error = errorAnswer(options.code, options);
  answer(response, error.http, error.body);
}
