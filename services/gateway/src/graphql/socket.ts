import { LIVE_LIMITS, UbotError } from '@ubot/contracts';
import { bearerToken, type CallIdentity } from '@ubot/service-kit';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { Identities } from '../identities.ts';
import { createMessageCount } from '../live/socket.ts';
import type { SocketMeter } from '../socketMetrics.ts';
import type { GraphqlBody } from './body.ts';
import { CLOSE, parseMessage, PROTOCOL, type ClientMessage, type Close, type ServerMessage } from './protocol.ts';

/** Of one connection. */
export const SUBSCRIPTIONS = 32;
/** An event that a reader does not take within this time ends the connection; alerts resume where they were. */
const TAKEN_LIMIT_MS = 30_000;
/** Answers that a client asked for and does not read; past this it is not worth having. */
const UNREAD_BYTES = 256 * 1024;

export type User = Extract<CallIdentity, { kind: 'user' }>;

export interface SocketOptions {
  readonly identities: Identities;
  readonly nowMs: () => number;
  /** Whether this user may open one more; asked once. */
  readonly admit: (userId: string) => boolean;
  /** The events of a subscription. Errors: throws what `errorsOf` can tell. */
  readonly subscribe: (body: GraphqlBody, identity: User) => Promise<AsyncGenerator<ExecutionResult, void, void>>;
  /** An event as it goes out. */
  readonly payloadOf: (event: ExecutionResult) => unknown;
  /** What was thrown as the errors of an answer. */
  readonly errorsOf: (thrown: unknown) => readonly unknown[];
  readonly meter: SocketMeter;
}

export interface GraphqlSocket {
  userId(): string | null;
  /** Asks again whose token it is, and ends the connection when it is nobody's any more. */
  recheck(): Promise<void>;
  close(reason: Close): void;
}

/** One connection: connection_init with a token (or the one of the request), then subscriptions, which end with it. */
export function createGraphqlSocket(
  socket: WebSocket,
  requestToken: string | null,
  options: SocketOptions,
): GraphqlSocket {
  const { identities } = options;
  const line = createLine(socket, options.meter);
  const mayTake = createMessageCount(options.nowMs);
  const running = new Map<string, { stop: (() => void) | null }>();
  let signedIn: { token: string; identity: User } | null = null;
  let isAsked = false;

  const signIn = async (payload: unknown): Promise<void> => {
    if (isAsked) return line.close(CLOSE.initTwice);
    isAsked = true;
    const token = tokenIn(payload) ?? requestToken;
    if (token === null) return line.close(CLOSE.initRefused);
    const asked = await identities.identify(token);
    if (!asked.ok) {
      return line.close(asked.failure.code === 'UNAUTHENTICATED' ? CLOSE.initRefused : CLOSE.unavailable);
    }
    const { userId, role } = asked.value;
    if (!options.admit(userId)) return line.close(CLOSE.tooManySockets);
    clearTimeout(initTimer);
    signedIn = { token, identity: { kind: 'user', userId, role } };
    line.say({ type: 'connection_ack' });
  };
  const follow = async (id: string, body: GraphqlBody, identity: User): Promise<void> => {
    const entry: { stop: (() => void) | null } = { stop: null };
    running.set(id, entry);
    const isMine = (): boolean => running.get(id) === entry && line.isOpen();
    try {
      const events = await options.subscribe(body, identity);
      entry.stop = () => void events.return();
      if (!isMine()) return entry.stop();
      for await (const event of events) {
        if (!isMine()) break;
        await line.deliver({ type: 'next', id, payload: options.payloadOf(event) });
      }
      if (isMine()) line.say({ type: 'complete', id });
    } catch (thrown) {
      if (isMine()) line.say({ type: 'error', id, payload: options.errorsOf(thrown) });
    } finally {
      if (running.get(id) === entry) running.delete(id);
    }
  };
  const take = async (message: ClientMessage): Promise<void> => {
    if (message.type === 'ping') return line.say({ type: 'pong' });
    if (message.type === 'pong') return;
    if (message.type === 'connection_init') return signIn(message.payload);
    if (signedIn === null) return line.close(CLOSE.notSignedIn);
    const { id } = message;
    if (message.type === 'complete') {
      const entry = running.get(id);
      running.delete(id);
      return entry?.stop?.();
    }
    if (running.has(id)) return line.close(CLOSE.idTaken);
    if (running.size >= SUBSCRIPTIONS) {
      const full = new UbotError('LIMIT_REACHED', `A connection may have ${SUBSCRIPTIONS} subscriptions.`);
      return line.say({ type: 'error', id, payload: options.errorsOf(full) });
    }
    void follow(id, message.payload, signedIn.identity);
  };

  const initTimer = setTimeout(() => line.close(CLOSE.initTimeout), LIVE_LIMITS.signInMs);
  if (socket.protocol !== PROTOCOL) line.close(CLOSE.otherProtocol);
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!line.isOpen()) return;
    if (!mayTake()) return line.close(CLOSE.tooManyMessages);
    if (data.length > LIVE_LIMITS.messageBytes) return line.close(CLOSE.tooLarge);
    const message = isBinary ? null : parseMessage(data.toString());
    if (message === null) return line.close(CLOSE.badMessage);
    take(message).catch(() => line.close(CLOSE.unavailable));
  });
  socket.on('ping', () => {
    if (!mayTake()) line.close(CLOSE.tooManyMessages);
  });
  socket.on('close', () => {
    clearTimeout(initTimer);
    const ended = [...running.values()];
    running.clear();
    for (const { stop } of ended) stop?.();
  });

  return {
    userId: () => signedIn?.identity.userId ?? null,
    close: line.close,
    async recheck() {
      if (signedIn === null) return;
      const asked = await identities.identify(signedIn.token);
      if (!asked.ok && asked.failure.code === 'UNAUTHENTICATED') line.close(CLOSE.notSignedIn);
    },
  };
}

/** As clients send it: `token`, or an `authorization` as in a header. */
function tokenIn(payload: unknown): string | null {
  const { token, authorization, Authorization } = (payload ?? {}) as Readonly<Record<string, unknown>>;
  const header = authorization ?? Authorization;
  if (typeof token === 'string') return bearerToken({ authorization: `Bearer ${token}` });
  return typeof header === 'string' ? bearerToken({ authorization: header }) : null;
}

interface Line {
  isOpen(): boolean;
  say(message: ServerMessage): void;
  /** Resolves when the network has taken it; rejects when the connection is gone. */
  deliver(message: ServerMessage): Promise<void>;
  close(reason: Close): void;
}

function createLine(socket: WebSocket, meter: SocketMeter): Line {
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  const close = ({ code, reason }: Close): void => {
    if (isOpen()) socket.close(code, reason);
  };
  const encode = (message: ServerMessage): string => {
    const text = JSON.stringify(message);
    meter.sent(Buffer.byteLength(text));
    return text;
  };
  const cut = (): void => {
    meter.slow('cut');
    socket.terminate();
  };
  return {
    isOpen,
    close,
    say(message) {
      if (!isOpen()) return;
      if (socket.bufferedAmount > UNREAD_BYTES) return cut();
      socket.send(encode(message), { compress: false });
    },
    deliver: (message) =>
      new Promise((resolve, reject) => {
        if (!isOpen()) return reject(new Error('the connection is closed'));
        const limit = setTimeout(() => {
          close(CLOSE.tooSlow);
          // The closing frame waits behind what the reader does not read.
          cut();
        }, TAKEN_LIMIT_MS);
        socket.send(encode(message), { compress: false }, (error) => {
          clearTimeout(limit);
          if (error === undefined || error === null) resolve();
          else reject(error);
        });
      }),
  };
}
