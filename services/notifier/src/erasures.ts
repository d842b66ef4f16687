import type { Bus } from '@ubot/bus';
import { ErasuresSchema } from '@ubot/contracts';
import { eraseAlertsOf, withTransaction, type Database } from '@ubot/db';
import type { Logger, ServiceClient } from '@ubot/service-kit';

/** How often accounts that were deleted are asked for, beside whenever an identity changes. */
const CHECK_MS = 60_000;

/**
 * Forgets accounts that were deleted. user-manager names each for a while, so that what was being evaluated or sent in
 * that moment goes too; to forget once more harms nothing.
 */
export function startErasures(options: { db: Database; bus: Bus; userManager: ServiceClient; log: Logger }): {
  stop(): Promise<void>;
} {
  const { db, bus, userManager, log } = options;
  let running = Promise.resolve();

  const eraseAll = async (): Promise<void> => {
    const asked = await userManager.request({ method: 'GET', path: '/erasures', answer: ErasuresSchema });
    if (!asked.ok) return;
    for (const erasure of asked.value.erasures) {
      const { alerts } = await withTransaction(db, (tx) => eraseAlertsOf(tx, erasure));
      await userManager.request({ method: 'POST', path: `/erasures/${erasure.userId}/done` });
      if (alerts > 0) log.info({ event: 'account.erased', alerts });
    }
  };
  const look = (): void => {
    running = running.then(eraseAll).catch((error: unknown) => log.warn({ event: 'account.erasure_failed', error }));
  };

  const listening = bus.listen('identity', look);
  const timer = setInterval(look, CHECK_MS);
  look();
  return {
    async stop() {
      clearInterval(timer);
      await (
        await listening
      )();
      await running;
    },
  };
}
