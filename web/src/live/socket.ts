import type { LiveServerMessage, LiveSubscribe } from '@ubot/contracts';
import { createStore, type Store } from '../lib/store.ts';

/**
 * The one socket to /ws: subscriptions by what they ask for, kept over reconnects. Frames reach their listeners in
 * order: a gap is answered with a resync here, and alerts resume after the last one that came.
 */
type Without<T, K extends string> = T extends unknown ? Omit<T, K> : never;
/** A subscription without its id and type, which the socket gives. */
export type LiveSpec = Without<LiveSubscribe, 'id' | 'type' | 'afterSequence'>;
/** A message of the server that belongs to a subscription, or a binary market frame. */
export type LiveFrame = LiveServerMessage | { type: 'bytes'; view: DataView };

/** offline: it was tried and there is no connection now. */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'offline';
export interface Connection {
  state: ConnectionState;
  /** When the connection was lost; null while there is one. */
  lostAtMs: number | null;
}

export interface LiveSocket {
  subscribe(spec: LiveSpec, take: (frame: LiveFrame) => void): () => void;
  readonly connection: Store<Connection>;
  /** Lets go of the connection until the next subscription: after signing out. */
  close(): void;
}

interface Subscription {
  readonly id: string;
  readonly spec: LiveSpec;
  readonly takers: Set<(frame: LiveFrame) => void>;
  topic: number | null;
  /** Of the last frame; null: a snapshot has to come first. */
  sequence: number | null;
  /** Of alerts: resume after this. */
  afterSequence: string | null;
}

const FIRST_RETRY_MS = 500;
const MOST_RETRY_MS = 15_000;
/** Nothing heard for this long, and the server is asked whether it is there. */
const QUIET_MS = 20_000;
const PONG_LIMIT_MS = 8_000;
const BINARY_HEAD = { kind: 4, topic: 8, sequence: 12 } as const;
const SNAPSHOT = 1;

export function createLiveSocket(options: { url: () => string; onUnauthenticated: () => void }): LiveSocket {
  const connection = createStore<Connection>({ state: 'idle', lostAtMs: null });
  const byKey = new Map<string, Subscription>();
  let socket: WebSocket | null = null;
  let retryMs = FIRST_RETRY_MS;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let quietTimer: ReturnType<typeof setTimeout> | undefined;
  let lastId = 0;

  const send = (message: unknown): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const follow = (subscription: Subscription): void => {
    const { id, spec, afterSequence } = subscription;
    subscription.topic = null;
    subscription.sequence = null;
    send({ type: 'subscribe', id, ...spec, ...(afterSequence !== null && { afterSequence }) });
  };
  const find = (test: (subscription: Subscription) => boolean): Subscription | undefined => {
    for (const subscription of byKey.values()) if (test(subscription)) return subscription;
    return undefined;
  };
  const give = (subscription: Subscription, frame: LiveFrame): void => {
    for (const take of subscription.takers) take(frame);
  };

  /** Whether a frame follows the one before it; where it does not, a snapshot is asked for. */
  const isNext = (subscription: Subscription, sequence: number, isSnapshot: boolean): boolean => {
    if (!isSnapshot && subscription.sequence === null) return false;
    if (!isSnapshot && sequence !== (subscription.sequence ?? 0) + 1) {
      subscription.sequence = null;
      send({ type: 'resync', id: subscription.id });
      return false;
    }
    subscription.sequence = sequence;
    return true;
  };

  const takeBytes = (bytes: ArrayBuffer): void => {
    const view = new DataView(bytes);
    const topic = view.getUint32(BINARY_HEAD.topic, true);
    const subscription = find((each) => each.topic === topic);
    if (subscription === undefined) return;
    const isSnapshot = view.getUint8(BINARY_HEAD.kind) === SNAPSHOT;
    if (isNext(subscription, view.getUint32(BINARY_HEAD.sequence, true), isSnapshot)) {
      give(subscription, { type: 'bytes', view });
    }
  };

  const takeMessage = (message: LiveServerMessage): void => {
    switch (message.type) {
      case 'goodbye':
        retryMs = message.reconnectAfterMs;
        return;
      case 'snapshot':
      case 'delta': {
        const subscription = find((each) => each.topic === message.topic);
        if (subscription === undefined) return;
        if (isNext(subscription, message.sequence, message.type === 'snapshot')) give(subscription, message);
        return;
      }
      case 'subscribed': {
        const subscription = find((each) => each.id === message.id);
        if (subscription === undefined) return;
        subscription.topic = message.topic ?? null;
        subscription.afterSequence ??= message.afterSequence ?? null;
        return;
      }
      case 'alert': {
        const subscription = find((each) => each.id === message.id);
        if (subscription === undefined) return;
        subscription.afterSequence = message.alert.sequence;
        give(subscription, message);
        return;
      }
      case 'deliveries':
      case 'delivery':
      case 'error': {
        const subscription = find((each) => each.id === message.id);
        if (subscription !== undefined) give(subscription, message);
        return;
      }
      default:
    }
  };

  const heard = (): void => {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(() => {
      send({ type: 'ping' });
      quietTimer = setTimeout(() => socket?.close(), PONG_LIMIT_MS);
    }, QUIET_MS);
  };

  const lost = (): void => {
    clearTimeout(quietTimer);
    socket = null;
    if (byKey.size === 0) return connection.set({ state: 'idle', lostAtMs: null });
    connection.set({ state: 'offline', lostAtMs: connection.get().lostAtMs ?? Date.now() });
    clearTimeout(retryTimer);
    // A little apart from each other, so that all tabs do not come back in the same instant.
    retryTimer = setTimeout(connect, retryMs * (0.75 + Math.random() / 2));
    retryMs = Math.min(MOST_RETRY_MS, Math.max(FIRST_RETRY_MS, retryMs) * 2);
  };

  const connect = (): void => {
    clearTimeout(retryTimer);
    if (socket !== null || byKey.size === 0) return;
    if (connection.get().state === 'idle') connection.set({ state: 'connecting', lostAtMs: null });
    const opened = new WebSocket(options.url());
    opened.binaryType = 'arraybuffer';
    socket = opened;
    opened.addEventListener('open', () => {
      retryMs = FIRST_RETRY_MS;
      connection.set({ state: 'open', lostAtMs: null });
      heard();
      for (const subscription of byKey.values()) follow(subscription);
    });
    opened.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (socket !== opened) return;
      heard();
      if (typeof data === 'string') takeMessage(JSON.parse(data) as LiveServerMessage);
      else takeBytes(data);
    });
    opened.addEventListener('close', ({ reason }) => {
      if (socket !== opened) return;
      if (reason.startsWith('UNAUTHENTICATED')) options.onUnauthenticated();
      lost();
    });
  };

  const wake = (): void => {
    if (connection.get().state !== 'offline') return;
    retryMs = FIRST_RETRY_MS;
    connect();
  };
  window.addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') wake();
  });

  return {
    connection,
    subscribe(spec, take) {
      const key = JSON.stringify(spec);
      let subscription = byKey.get(key);
      if (subscription === undefined) {
        lastId += 1;
        const id = `s${lastId}`;
        subscription = { id, spec, takers: new Set(), topic: null, sequence: null, afterSequence: null };
        byKey.set(key, subscription);
        if (socket?.readyState === WebSocket.OPEN) follow(subscription);
        else connect();
      } else if (subscription.topic !== null) {
        // One more listener has not seen the snapshot that the others build on.
        send({ type: 'resync', id: subscription.id });
      }
      const followed = subscription;
      followed.takers.add(take);
      return () => {
        followed.takers.delete(take);
        if (followed.takers.size > 0 || byKey.get(key) !== followed) return;
        byKey.delete(key);
        send({ type: 'unsubscribe', id: followed.id });
      };
    },
    close() {
      byKey.clear();
      clearTimeout(retryTimer);
      const open = socket;
      lost();
      open?.close();
    },
  };
}
