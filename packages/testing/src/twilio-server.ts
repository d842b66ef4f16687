import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerCalls, callOf } from './twilio-server-call-requests.ts';
import { callbackForm, postCallback, type PostedCallback } from './twilio-server-callbacks.ts';
import { pressKey, reportCall, type KeyAnswer, type PlacedCall } from './twilio-server-calls.ts';
import { postInbound, type InboundAnswer, type InboundMessage } from './twilio-server-inbound.ts';
import { answerMessages, variablesOf } from './twilio-server-messages.ts';
import type { AcceptedMessage } from './twilio-server-store.ts';
import {
  answerError,
  createWorld,
  type TwilioBehaviour,
  type TwilioServerOptions,
  type World,
} from './twilio-server-world.ts';

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

const BODY_BYTES = 64 * 1024;
const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'YES', 'UNSTOP']);

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

async function handle(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://twilio.invalid');
  const body = await readBody(request);
  const expected = `Basic ${Buffer.from(`${world.accountSid}:${world.authToken}`).toString('base64')}`;
  if (request.headers.authorization !== expected) return answerError(response, { code: 20003 });
  const asked = { request, url, form: new URLSearchParams(body), response };
  return url.pathname.includes('/Calls') ? answerCalls(world, asked) : answerMessages(world, asked);
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
