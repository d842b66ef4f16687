import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorAnswer } from './twilio-server-answers.ts';
import type { CallbackStep, PostedCallback } from './twilio-server-callbacks.ts';
import type { PlacedCall } from './twilio-server-calls.ts';
import { createMessageStore } from './twilio-server-store.ts';

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

const CALLBACKS: readonly CallbackStep[] = [
  { status: 'sent', afterMs: 20 },
  { status: 'delivered', afterMs: 40 },
];

/** One request to the API. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly form: URLSearchParams;
  readonly response: ServerResponse;
}

/** What a server has, and how it behaves. */
export type World = ReturnType<typeof createWorld>;

export function createWorld(options: TwilioServerOptions) {
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

export function pause(world: World, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      world.timers.delete(timer);
      resolve();
    }, ms);
    world.timers.add(timer);
  });
}

/** 20429 when the sender has had its requests of this second. */
export function overLimit(world: World, form: URLSearchParams): number | null {
  const sender = form.get('From') ?? form.get('MessagingServiceSid') ?? '';
  const now = world.nowMs();
  const recent = (world.asked.get(sender) ?? []).filter((atMs) => atMs > now - 1_000);
  if (recent.length >= world.perSecond) return 20429;
  world.asked.set(sender, [...recent, now]);
  return null;
}

export function answer(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(body));
}

export function answerError(
  response: ServerResponse,
  options: { code: number; http?: number; to?: string; from?: string; path?: string },
): void {
  const error = errorAnswer(options.code, options);
  answer(response, error.http, error.body);
}
