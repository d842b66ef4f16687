import type { Bus } from '@ubot/bus';
import { recallQuiet, type Database } from '@ubot/db';
import type { Logger } from '@ubot/service-kit';

/**
 * Judges what quiet hours hold back anew when a user has changed them. A wake-up that is lost costs no alert: it is
 * sent when the hours end that it was held for.
 */
export function startRecalls(options: { db: Database; bus: Bus; nowMs: () => number; log: Logger }): {
  stop(): Promise<void>;
} {
  const { db, bus, nowMs, log } = options;
  let running = Promise.resolve();
  const recall = (userId: string): void => {
    running = running
      .then(async () => {
        const recalled = await recallQuiet(db, { userId: userId === '' ? null : userId, nowMs: nowMs() });
        if (recalled > 0) await bus.announce('notification', '');
      })
      .catch((error: unknown) => log.warn({ event: 'quiet_hours.recall_failed', error }));
  };
  const listening = bus.listen('identity', recall);
  return {
    async stop() {
      await (
        await listening
      )();
      await running;
    },
  };
}
