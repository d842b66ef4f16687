import type { Bus, Feed } from '@ubot/bus';
import type { Alert } from '@ubot/contracts';
import type { CallIdentity, Logger, ServiceClient } from '@ubot/service-kit';
import type { WebSocket } from 'ws';
import { newestAlertSequence, startAlertStream } from './alertStream.ts';
import type { Identities } from './identities.ts';
import { CLOSE, parseLiveMessage, type CloseReason, type LiveMessage, type Stream } from './liveMessages.ts';
import { createMarketPump } from './marketPump.ts';

const SIGN_IN_LIMIT_MS = 5_000;
/** An alert that a reader does not take within this time ends the connection; it resumes where it was. */
const ALERT_TAKEN_LIMIT_MS = 30_000;
const MESSAGES = 30;
const MESSAGES_WINDOW_MS = 10_000;

export interface LiveOptions {
  identities: Identities;
  notifier: ServiceClient;
  bus: Bus;
  logger: Logger;
  nowMs: () => number;
  /** The newest market frame; null when there is none yet. */
  newestFrame: () => Buffer | null;
  /** Whether this user may open one more; asked once, when the socket has signed in. */
  admit: (userId: string) => boolean;
}

export interface LiveSocket {
  userId(): string | null;
  offerMarket(frame: Buffer): void;
  /** Asks again whose token it is, and ends the connection when it is nobody's any more. */
  recheck(): Promise<void>;
}

/** One connection: sign-in first (header or message), then subscriptions; everything it started ends with it. */
export function createLiveSocket(socket: WebSocket, headerToken: string | null, options: LiveOptions): LiveSocket {
  const { identities, logger } = options;
  const line = createLine(socket);
  const subscriptions = createSubscriptions(line, options);
  const countMessage = createMessageCount(options.nowMs);
  const signInTimer = setTimeout(() => line.close(CLOSE.signInTimeout), SIGN_IN_LIMIT_MS);
  let signedIn: { token: string; identity: CallIdentity & { kind: 'user' } } | null = null;
  let queue: Promise<void> = Promise.resolve();

  const signIn = async (token: string): Promise<void> => {
    if (signedIn !== null) return line.close(CLOSE.badMessage);
    const asked = await identities.identify(token);
    if (!line.isOpen()) return;
    if (!asked.ok) return line.close(asked.failure.code === 'UNAUTHENTICATED' ? CLOSE.signInFailed : CLOSE.unavailable);
    if (!options.admit(asked.value.userId)) return line.close(CLOSE.tooMany);
    clearTimeout(signInTimer);
    signedIn = { token, identity: { kind: 'user', ...asked.value } };
    line.say({ type: 'signed_in' });
  };
  const take = async (message: LiveMessage): Promise<void> => {
    if (message.type === 'sign_in') return signIn(message.token);
    if (signedIn === null) return line.close(CLOSE.signInFailed);
    return subscriptions.change(message, signedIn.identity);
  };
  /** In the order of arrival, one at a time: a subscription may follow the sign-in without waiting for its answer. */
  const enqueue = (work: () => Promise<void>): void => {
    queue = queue.then(work).catch((error: unknown) => {
      logger.warn({ event: 'live.message_failed', error });
      line.close(CLOSE.unavailable);
    });
  };

  socket.on('message', (data, isBinary) => {
    if (!countMessage()) return line.close(CLOSE.tooMany);
    const message = isBinary ? null : parseLiveMessage(data.toString());
    if (message === null) return line.close(CLOSE.badMessage);
    enqueue(() => take(message));
  });
  // A broken frame or a vanished peer; `close` follows and cleans up.
  socket.on('error', (error) => logger.debug({ event: 'live.socket_error', error }));
  socket.on('close', () => {
    clearTimeout(signInTimer);
    subscriptions.stop();
  });
  if (headerToken !== null) enqueue(() => signIn(headerToken));

  return {
    userId: () => signedIn?.identity.userId ?? null,
    offerMarket: subscriptions.offerMarket,
    async recheck() {
      if (signedIn === null) return;
      const asked = await identities.identify(signedIn.token);
      if (!asked.ok && asked.failure.code === 'UNAUTHENTICATED') line.close(CLOSE.signInFailed);
    },
  };
}

interface Line {
  isOpen(): boolean;
  say(message: Readonly<Record<string, unknown>>): void;
  /** Resolves when the reader has taken the alert; rejects when the connection is gone. */
  deliver(alert: Alert): Promise<void>;
  sendFrame(frame: Buffer, done: () => void): void;
  close(reason: CloseReason): void;
}

function createLine(socket: WebSocket): Line {
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  const close = ({ code, reason }: CloseReason): void => {
    if (isOpen()) socket.close(code, reason);
  };
  return {
    isOpen,
    close,
    say(message) {
      if (isOpen()) socket.send(JSON.stringify(message));
    },
    deliver: (alert) =>
      new Promise((resolve, reject) => {
        if (!isOpen()) return reject(new Error('the connection is closed'));
        const limit = setTimeout(() => {
          close(CLOSE.tooSlow);
          // The closing frame waits behind what the reader does not read.
          socket.terminate();
        }, ALERT_TAKEN_LIMIT_MS);
        socket.send(JSON.stringify({ type: 'alert', alert }), (error) => {
          clearTimeout(limit);
          if (error === undefined || error === null) resolve();
          else reject(error);
        });
      }),
    sendFrame: (frame, done) => socket.send(frame, { binary: false }, () => done()),
  };
}

interface Subscriptions {
  change(message: Extract<LiveMessage, { type: 'subscribe' }>, identity: CallIdentity): Promise<void>;
  offerMarket(frame: Buffer): void;
  stop(): void;
}

function createSubscriptions(line: Line, options: LiveOptions): Subscriptions {
  const { notifier, bus, logger } = options;
  const pump = createMarketPump({ send: line.sendFrame });
  let streams: ReadonlySet<Stream> = new Set();
  let alertFeed: Feed | null = null;

  return {
    async change({ streams: wanted, afterAlertSequence }, identity) {
      const wantsAlerts = wanted.includes('alerts');
      const mustStart = wantsAlerts && (alertFeed === null || afterAlertSequence !== undefined);
      const after = mustStart ? (afterAlertSequence ?? (await newestAlertSequence(notifier, identity))) : null;
      if (!line.isOpen()) return;
      if (alertFeed !== null && (mustStart || !wantsAlerts)) {
        void alertFeed.stop();
        alertFeed = null;
      }
      streams = new Set(wanted);
      line.say({ type: 'subscribed', streams: wanted });
      if (after !== null) {
        alertFeed = startAlertStream({ notifier, bus, identity, after, deliver: line.deliver, logger });
      }
      const frame = streams.has('market') ? options.newestFrame() : null;
      if (frame !== null) pump.offer(frame);
    },
    offerMarket(frame) {
      if (streams.has('market') && line.isOpen()) pump.offer(frame);
    },
    stop() {
      pump.stop();
      void alertFeed?.stop();
    },
  };
}

/** false once more messages came within the window than a client has reason to send. */
function createMessageCount(nowMs: () => number): () => boolean {
  let sinceMs = nowMs();
  let count = 0;
  return () => {
    if (nowMs() - sinceMs >= MESSAGES_WINDOW_MS) {
      sinceMs = nowMs();
      count = 0;
    }
    count += 1;
    return count <= MESSAGES;
  };
}
