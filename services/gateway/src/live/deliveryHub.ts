import type { Bus } from '@ubot/bus';
import { NotificationSchema, Uuid, type Notification } from '@ubot/contracts';
import { unwrap, type Logger, type ServiceClient } from '@ubot/service-kit';
import { Type } from 'typebox';

const ByIdSchema = Type.Object({
  deliveries: Type.Array(Type.Object({ userId: Uuid, notification: NotificationSchema })),
});

const READ_AT_ONCE = 100;
/** Announced and not yet looked at; past this everybody's list is read again instead. */
const WAITING = 5_000;
const RETRY_MS = 1_000;

interface HubReader {
  readonly userId: string;
  offer(notification: Notification): void;
  /** Changes may have been missed: begin again from the list. */
  restart(): void;
}

export interface DeliveryHub {
  /** Returns what ends the following. */
  follow(reader: HubReader): () => void;
  close(): Promise<void>;
}

/**
 * The delivery ledger's changes, read once for all connections. One read after the other, so that of two states of a
 * notification the newer one always comes last.
 */
export function createDeliveryHub(options: { bus: Bus; notifier: ServiceClient; logger: Logger }): DeliveryHub {
  const { notifier, logger } = options;
  const readers = new Map<string, Set<HubReader>>();
  const waiting = new Set<string>();
  let listening: Promise<() => Promise<void>> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let isReading = false;
  let isClosed = false;

  const restartAll = (): void => {
    waiting.clear();
    for (const ofUser of readers.values()) for (const reader of ofUser) reader.restart();
  };
  const readSome = async (): Promise<void> => {
    const ids = [...waiting].slice(0, READ_AT_ONCE);
    // Taken out first: one that changes while it is read is announced, and read, again.
    for (const id of ids) waiting.delete(id);
    const request = { method: 'POST', path: '/notifications-by-id', body: { ids } } as const;
    const answer = await notifier.request({ ...request, answer: ByIdSchema });
    if (!answer.ok) for (const id of ids) waiting.add(id);
    const { deliveries } = unwrap(answer);
    for (const { userId, notification } of deliveries) {
      for (const reader of readers.get(userId) ?? []) reader.offer(notification);
    }
  };
  const readAll = (): void => {
    if (isReading || isClosed || waiting.size === 0 || retry !== null) return;
    isReading = true;
    readSome()
      .then(() => {
        isReading = false;
        readAll();
      })
      .catch((error: unknown) => {
        isReading = false;
        logger.warn({ event: 'live.deliveries_unavailable', error });
        retry = setTimeout(() => {
          retry = null;
          readAll();
        }, RETRY_MS);
      });
  };
  const onWake = (id: string): void => {
    if (readers.size === 0) return;
    if (id !== '') waiting.add(id);
    if (id === '' || waiting.size > WAITING) restartAll();
    readAll();
  };

  return {
    follow(reader) {
      listening ??= options.bus.listen('notification', onWake);
      const ofUser = readers.get(reader.userId) ?? new Set();
      ofUser.add(reader);
      readers.set(reader.userId, ofUser);
      return () => {
        ofUser.delete(reader);
        if (ofUser.size === 0 && readers.get(reader.userId) === ofUser) readers.delete(reader.userId);
      };
    },
    async close() {
      isClosed = true;
      if (retry !== null) clearTimeout(retry);
      if (listening !== null) await (await listening)();
    },
  };
}
