import { followFeed, type Bus, type Feed } from '@ubot/bus';
import { AlertPageSchema, AlertWithNotificationsSchema, type AlertWithNotifications } from '@ubot/contracts';
import { unwrap, type CallIdentity, type Logger, type ServiceClient } from '@ubot/service-kit';
import { Type } from 'typebox';

const AlertsAfterSchema = Type.Object({ alerts: Type.Array(AlertWithNotificationsSchema) });

const PAGE = 100;
/** Without any announcement new alerts are looked for this often. */
const IDLE_CHECK_MS = 120_000;

export interface AlertStreamOptions {
  notifier: ServiceClient;
  bus: Pick<Bus, 'listen'>;
  identity: CallIdentity;
  /** The last alert the reader has. */
  after: string;
  /** Resolves when the reader has taken it; the next alert is read no sooner. */
  deliver(alert: AlertWithNotifications): Promise<void>;
  logger: Logger;
}

/**
 * A user's own alerts after a position, each once and in order. The ledger is the queue: nothing is held here but the
 * alert being sent, so a slow reader costs no memory and misses nothing.
 */
export function startAlertStream(options: AlertStreamOptions): Feed {
  const { notifier, bus, identity, deliver, logger } = options;
  return followFeed<AlertWithNotifications>({
    bus,
    topic: 'alert',
    from: options.after,
    idleCheckMs: IDLE_CHECK_MS,
    read: async (after) => {
      const request = { method: 'GET', path: '/alerts-after', query: { sequence: after, limit: PAGE } } as const;
      return unwrap(await notifier.request({ ...request, identity, answer: AlertsAfterSchema })).alerts;
    },
    positionOf: ({ sequence }) => sequence,
    handle: deliver,
    onError: (error) => logger.warn({ event: 'live.alerts_unavailable', error }),
  });
}

/** The user's newest alert, "0" when there is none: where a reader begins that has no position of its own. */
export async function newestAlertSequence(notifier: ServiceClient, identity: CallIdentity): Promise<string> {
  const request = { method: 'GET', path: '/alerts', query: { limit: 1 } } as const;
  const page = unwrap(await notifier.request({ ...request, identity, answer: AlertPageSchema }));
  return page.alerts[0]?.sequence ?? '0';
}
