import type { Bus, Feed } from '@ubot/bus';
import type { Alert, Identity } from '@ubot/contracts';
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
  close(reason: CloseReason): void;
}

/** One connection: sign-in first (header or message), then subscriptions; everything it started ends with it. */
export function createLiveSocket(socket: WebSocket, headerToken: string | null, options: LiveOptions): LiveSocket {
  const { identities, nowMs, logger } = options;
  let signedIn: { token: string; identity: CallIdentity & { kind: 'user' } } | null = null;
  let streams: ReadonlySet<Stream> = new Set();
  let alertFeed: Feed | null = null;
  let messages: { sinceMs: number; count: number } = { sinceMs: nowMs(), count: 0 };
  let queue: Promise<void> = Promise.resolve();

  const close = ({ code, reason }: CloseReason): void => {
    if (socket.readyState === socket.OPEN) socket.close(code, reason);
  };
  const say = (message: Readonly<Record<string, unknown>>): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const pump = createMarketPump({
    send: (frame, done) => socket.send(frame, { binary: false }, () => done()),
  });
  const signInTimer = setTimeout(() => close(CLOSE.signInTimeout), SIGN_IN_LIMIT_MS);

  const deliver = (alert: Alert): Promise<void> =>
    new Promise((resolve, reject) => {
      if (socket.readyState !== socket.OPEN) return reject(new Error('the connection is closed'));
      const limit = setTimeout(() => {
        // Polite closing would wait behind what the reader does not read.
        close(CLOSE.tooSlow);
        socket.terminate();
      }, ALERT_TAKEN_LIMIT_MS);
      socket.send(JSON.stringify({ type: 'alert', alert }), (error) => {
        clearTimeout(limit);
        if (error === undefined || error === null) resolve();
        else reject(error);
      });
    });

  const signIn = async (token: string): Promise<void> => {
    if (signedIn !== null) return close(CLOSE.badMessage);
    const asked = await identities.identify(token);
    if (socket.readyState !== socket.OPEN) return;
    if (!asked.ok) return close(asked.failure.code === 'UNAUTHENTICATED' ? CLOSE.signInFailed : CLOSE.unavailable);
    if (!options.admit(asked.value.userId)) return close(CLOSE.tooMany);
    clearTimeout(signInTimer);
    signedIn = { token, identity: asUser(asked.value) };
    say({ type: 'signed_in' });
  };

  const subscribe = async (message: Extract<LiveMessage, { type: 'subscribe' }>): Promise<void> => {
    if (signedIn === null) return close(CLOSE.signInFailed);
    const { identity } = signedIn;
    const wantsAlerts = message.streams.includes('alerts');
    const mustStart = wantsAlerts && (alertFeed === null || message.afterAlertSequence !== undefined);
    const after = !mustStart
      ? null
      : (message.afterAlertSequence ?? (await newestAlertSequence(options.notifier, identity)));
    if (socket.readyState !== socket.OPEN) return;
    if (alertFeed !== null && (mustStart || !wantsAlerts)) {
      void alertFeed.stop();
      alertFeed = null;
    }
    streams = new Set(message.streams);
    say({ type: 'subscribed', streams: message.streams });
    if (after !== null) {
      const { notifier, bus } = options;
      alertFeed = startAlertStream({ notifier, bus, identity, after, deliver, logger });
    }
    const frame = streams.has('market') ? options.newestFrame() : null;
    if (frame !== null) pump.offer(frame);
  };

  const isOverMessageLimit = (): boolean => {
    if (nowMs() - messages.sinceMs >= MESSAGES_WINDOW_MS) messages = { sinceMs: nowMs(), count: 0 };
    messages.count += 1;
    return messages.count > MESSAGES;
  };

  /** In the order of arrival, one at a time: a subscription may follow the sign-in without waiting for its answer. */
  const enqueue = (work: () => Promise<void>): void => {
    queue = queue.then(work).catch((error: unknown) => {
      logger.warn({ event: 'live.message_failed', error });
      close(CLOSE.unavailable);
    });
  };

  socket.on('message', (data, isBinary) => {
    if (isOverMessageLimit()) return close(CLOSE.tooMany);
    const message = isBinary ? null : parseLiveMessage(data.toString());
    if (message === null) return close(CLOSE.badMessage);
    enqueue(() => (message.type === 'sign_in' ? signIn(message.token) : subscribe(message)));
  });
  // A broken frame or a vanished peer; `close` follows and cleans up.
  socket.on('error', (error) => logger.debug({ event: 'live.socket_error', error }));
  socket.on('close', () => {
    clearTimeout(signInTimer);
    pump.stop();
    void alertFeed?.stop();
  });
  if (headerToken !== null) enqueue(() => signIn(headerToken));

  return {
    userId: () => signedIn?.identity.userId ?? null,
    offerMarket(frame) {
      if (streams.has('market') && socket.readyState === socket.OPEN) pump.offer(frame);
    },
    async recheck() {
      if (signedIn === null) return;
      const asked = await identities.identify(signedIn.token);
      if (!asked.ok && asked.failure.code === 'UNAUTHENTICATED') close(CLOSE.signInFailed);
    },
    close,
  };
}

function asUser({ userId, role }: Identity): CallIdentity & { kind: 'user' } {
  return { kind: 'user', userId, role };
}
