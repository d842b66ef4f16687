import { type Bus } from '@ubot/bus';
import { AlertSchema } from '@ubot/contracts';
import { unwrap, type Logger, type ServiceClient } from '@ubot/service-kit';
import { Type } from 'typebox';

const AlertsAfterSchema = Type.Object({ alerts: Type.Array(AlertSchema) });
const PAGE = 200;

/** Wakes those whose user has a new alert. Thousands of connections follow their alerts; one of them has news. */
export interface AlertWakes {
  /** The bus as one user's alert stream listens to it. */
  busOf(userId: string): Pick<Bus, 'listen'>;
  close(): Promise<void>;
}

/**
 * Reads everybody's new alerts once and wakes only the users they are of. What it cannot tell (at the start, after a
 * broken bus, when the notifier is away) it makes up for by waking everybody: each stream reads its own ledger anyway.
 */
export function createAlertWakes(options: { bus: Bus; notifier: ServiceClient; logger: Logger }): AlertWakes {
  const { bus, notifier, logger } = options;
  const byUser = new Map<string, Set<() => void>>();
  /** The last alert whose user was woken; null: not known. */
  let position: string | null = null;
  let listening: Promise<() => Promise<void>> | null = null;
  let working: Promise<void> = Promise.resolve();

  const wakeAll = (): void => {
    for (const wakes of byUser.values()) for (const wake of wakes) wake();
  };
  const readOn = async (from: string): Promise<void> => {
    for (;;) {
      const request = {
        method: 'GET',
        path: '/alerts-after',
        query: { sequence: position ?? from, limit: PAGE },
      } as const;
      const { alerts } = unwrap(await notifier.request({ ...request, answer: AlertsAfterSchema }));
      for (const userId of new Set(alerts.map((alert) => alert.userId))) {
        for (const wake of byUser.get(userId) ?? []) wake();
      }
      position = alerts.at(-1)?.sequence ?? position;
      if (alerts.length < PAGE) return;
    }
  };
  const take = async (announced: string): Promise<void> => {
    if (byUser.size === 0) {
      position = null;
    } else if (position === null || announced === '') {
      wakeAll();
      // Everything up to the announced one is committed: alerts are claimed one transaction after the other.
      position = announced === '' ? null : announced;
    } else if (BigInt(announced) > BigInt(position)) {
      await readOn(position);
    }
  };
  const onWake = (announced: string): void => {
    working = working
      .then(() => take(announced))
      .catch((error: unknown) => {
        logger.warn({ event: 'live.alerts_unavailable', error });
        position = null;
        wakeAll();
      });
  };

  return {
    busOf: (userId) => ({
      async listen(_topic, wake) {
        listening ??= bus.listen('alert', onWake);
        const wakes = byUser.get(userId) ?? new Set();
        // A function of its own: the same one may listen twice.
        const entry = (): void => wake('');
        wakes.add(entry);
        byUser.set(userId, wakes);
        await listening;
        return async () => {
          wakes.delete(entry);
          if (wakes.size === 0 && byUser.get(userId) === wakes) byUser.delete(userId);
        };
      },
    }),
    async close() {
      if (listening !== null) await (await listening)();
      await working;
    },
  };
}
