import type { Duplex } from 'node:stream';
import { LIVE_CLOSE, LIVE_LIMITS, LiveClientMessageSchema, type LiveClientMessage } from '@ubot/contracts';
import { asUbotError, schemaIssues, type CallIdentity } from '@ubot/service-kit';
import type { WebSocket } from 'ws';
import type { Identities } from '../identities.ts';
import type { SocketMeter } from '../socketMetrics.ts';
import { createLine } from './line.ts';
import { createSubscriptions, type LiveSources, type Subscriptions } from './subscriptions.ts';

export interface SocketOptions {
  readonly identities: Identities;
  readonly sources: LiveSources;
  readonly nowMs: () => number;
  /** Between two pings; told to the client. */
  readonly heartbeatMs: number;
  /** Whether this user may open one more; asked once, when the socket has signed in. */
  readonly admit: (userId: string) => boolean;
  readonly meter?: SocketMeter | undefined;
}

export interface LiveSocket {
  userId(): string | null;
  /** Asks again whose token it is, and ends the connection when it is nobody's any more. */
  recheck(): Promise<void>;
  /** Says when to come back, and ends the connection; resolves when what is under way has been answered. */
  goAway(reconnectAfterMs: number): Promise<void>;
}

interface SignedIn {
  token: string;
  readonly identity: Extract<CallIdentity, { kind: 'user' }>;
  readonly subscriptions: Subscriptions;
}

/**
 * One connection: sign-in first (`token` from its request, or a message), then subscriptions. Everything that it started
 * ends with it. Whatever it does wrong ends this connection and no other.
 */
export function createLiveSocket(
  { socket, stream, token: requestToken }: { socket: WebSocket; stream: Duplex; token: string | null },
  options: SocketOptions,
): LiveSocket {
  const { identities, sources } = options;
  const { logger } = sources;
  const line = createLine(socket, stream, options.meter);
  const mayTake = createMessageCount(options.nowMs);
  const signInTimer = setTimeout(() => line.close(LIVE_CLOSE.signInTimeout), LIVE_LIMITS.signInMs);
  let signedIn: SignedIn | null = null;
  let queue: Promise<void> = Promise.resolve();

  const signIn = async (token: string): Promise<void> => {
    const asked = await identities.identify(token);
    if (!line.isOpen()) return;
    if (!asked.ok) {
      return line.close(asked.failure.code === 'UNAUTHENTICATED' ? LIVE_CLOSE.notSignedIn : LIVE_CLOSE.unavailable);
    }
    const identity = { kind: 'user', ...asked.value } as const;
    if (signedIn === null) {
      if (!options.admit(identity.userId)) return line.close(LIVE_CLOSE.tooManySockets);
      clearTimeout(signInTimer);
      signedIn = { token, identity, subscriptions: createSubscriptions({ line, identity, sources }) };
    } else if (signedIn.identity.userId === identity.userId) {
      // A newer token of the same user: the connection now lives as long as that one.
      signedIn.token = token;
    } else {
      return line.close(LIVE_CLOSE.notSignedIn);
    }
    line.say({ type: 'signed_in', userId: identity.userId, heartbeatMs: options.heartbeatMs });
  };
  const take = async (message: LiveClientMessage): Promise<void> => {
    if (message.type === 'sign_in') return signIn(message.token);
    if (message.type === 'ping') return line.say({ ...message, type: 'pong' });
    if (signedIn === null) return line.close(LIVE_CLOSE.notSignedIn);
    const { subscriptions } = signedIn;
    try {
      if (message.type === 'subscribe') await subscriptions.subscribe(message);
      else subscriptions[message.type](message.id);
    } catch (thrown) {
      const error = asUbotError(thrown);
      if (error.code === 'INTERNAL') logger.error({ event: 'live.message_failed', error: error.cause ?? error });
      line.say({ type: 'error', id: message.id, code: error.code, detail: error.message });
    }
  };
  /** In the order of arrival, one at a time: a subscription may follow the sign-in without waiting for its answer. */
  const enqueue = (work: () => Promise<void>): void => {
    queue = queue.then(work).catch((error: unknown) => {
      logger.warn({ event: 'live.message_failed', error });
      line.close(LIVE_CLOSE.unavailable);
    });
  };

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!line.isOpen()) return;
    if (!mayTake()) return line.close(LIVE_CLOSE.tooManyMessages);
    if (data.length > LIVE_LIMITS.messageBytes) return line.close(LIVE_CLOSE.tooLarge);
    const message = isBinary ? null : parseMessage(data.toString());
    if (message === null) return line.close(LIVE_CLOSE.badMessage);
    enqueue(() => take(message));
  });
  // Each is answered with a pong that a client which does not read lets pile up.
  socket.on('ping', () => {
    if (!mayTake()) line.close(LIVE_CLOSE.tooManyMessages);
  });
  socket.on('close', () => {
    clearTimeout(signInTimer);
    signedIn?.subscriptions.stop();
  });
  if (requestToken !== null) enqueue(() => signIn(requestToken));

  return {
    userId: () => signedIn?.identity.userId ?? null,
    async recheck() {
      if (signedIn === null) return;
      const asked = await identities.identify(signedIn.token);
      if (!asked.ok && asked.failure.code === 'UNAUTHENTICATED') line.close(LIVE_CLOSE.notSignedIn);
    },
    async goAway(reconnectAfterMs) {
      await queue;
      line.say({ type: 'goodbye', reconnectAfterMs });
      line.close(LIVE_CLOSE.goingAway);
    },
  };
}

/** null: not a message that this server knows. */
function parseMessage(text: string): LiveClientMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return schemaIssues(LiveClientMessageSchema, value).length === 0 ? (value as LiveClientMessage) : null;
}

/** false once more messages came within the window than a client has reason to send. */
export function createMessageCount(nowMs: () => number): () => boolean {
  let sinceMs = nowMs();
  let count = 0;
  return () => {
    if (nowMs() - sinceMs >= LIVE_LIMITS.messagesWindowMs) {
      sinceMs = nowMs();
      count = 0;
    }
    count += 1;
    return count <= LIVE_LIMITS.messages;
  };
}
