import { AlertPageSchema, type Notification } from '@ubot/contracts';
import { unwrap, type CallIdentity, type Logger, type ServiceClient } from '@ubot/service-kit';
import type { DeliveryHub } from './deliveryHub.ts';
import type { Line } from './line.ts';

const RETRY_MS = 1_000;
/** The alerts whose deliveries a reader begins with. */
const RECENT_ALERTS = 50;
/** Changes that wait for a slow reader, one for each notification; past this it gets the list again. */
const CHANGES_WAITING = 500;

export interface DeliveryReader {
  restart(): void;
  stop(): void;
}

/**
 * One connection's deliveries: first those of the newest alerts, then the newest state of each that changes, one at a
 * time and in no reader's memory more than once.
 */
export function createDeliveryReader(options: {
  id: string;
  hub: DeliveryHub;
  notifier: ServiceClient;
  identity: Extract<CallIdentity, { kind: 'user' }>;
  line: Line;
  logger: Logger;
}): DeliveryReader {
  const { id, hub, notifier, identity, line, logger } = options;
  const changes = new Map<string, Notification>();
  let wantsList = true;
  let isBusy = false;
  let retry: NodeJS.Timeout | null = null;
  let isStopped = false;

  const sendList = async (): Promise<void> => {
    wantsList = false;
    // Whatever is read from here on is at least as new.
    changes.clear();
    const request = { method: 'GET', path: '/alerts', query: { limit: RECENT_ALERTS } } as const;
    const { alerts } = unwrap(await notifier.request({ ...request, identity, answer: AlertPageSchema }));
    await line.deliver({ type: 'deliveries', id, notifications: alerts.flatMap(({ notifications }) => notifications) });
  };
  const sendAll = async (): Promise<void> => {
    for (;;) {
      if (isStopped) return;
      if (wantsList) {
        await sendList();
        continue;
      }
      const [next] = changes.values();
      if (next === undefined) return;
      changes.delete(next.id);
      await line.deliver({ type: 'delivery', id, notification: next });
    }
  };
  const run = (): void => {
    if (isBusy || isStopped || retry !== null) return;
    isBusy = true;
    sendAll()
      .then(() => {
        isBusy = false;
        if (wantsList || changes.size > 0) run();
      })
      .catch((error: unknown) => {
        isBusy = false;
        if (isStopped || !line.isOpen()) return;
        logger.warn({ event: 'live.deliveries_unavailable', error });
        wantsList = true;
        retry = setTimeout(() => {
          retry = null;
          run();
        }, RETRY_MS);
      });
  };
  const restart = (): void => {
    wantsList = true;
    run();
  };
  const leave = hub.follow({
    userId: identity.userId,
    offer(notification) {
      changes.set(notification.id, notification);
      if (changes.size > CHANGES_WAITING) wantsList = true;
      run();
    },
    restart,
  });
  run();
  return {
    restart,
    stop() {
      isStopped = true;
      if (retry !== null) clearTimeout(retry);
      leave();
    },
  };
}
