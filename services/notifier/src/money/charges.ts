import { settlePrice, takePricesDue, withTransaction, type Database } from '@ubot/db';
import type { ChannelDriver } from '@ubot/notify';
import { withTimeLimit, type Logger } from '@ubot/service-kit';

const CHECK_MS = 30_000;
const AT_ONCE = 20;
const ASK_LIMIT_MS = 20_000;

export interface ChargesOptions {
  readonly db: Database;
  readonly drivers: readonly ChannelDriver[];
  /** The currency that money is counted in; null: in none. */
  readonly countsIn: string | null;
  readonly nowMs: () => number;
  readonly log: Logger;
}

/** Asks providers what messages have cost: they say so minutes after the message, and call nobody. */
export function startCharges(options: ChargesOptions): { stop(): Promise<void> } {
  const { log } = options;
  const stopping = new AbortController();
  let running = Promise.resolve();
  const look = (): void => {
    running = running
      .then(async () => {
        while (!stopping.signal.aborted && (await settleDue(options)) === AT_ONCE);
      })
      .catch((error: unknown) => log.warn({ event: 'charges.failed', error }));
  };
  const timer = setInterval(look, CHECK_MS);
  look();
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await running;
    },
  };
}

/**
 * Asks for the messages that have waited longest. What the provider does not say yet is asked again later, a few times.
 *
 * Shape: → how many were looked at.
 */
export async function settleDue({ db, drivers, countsIn, nowMs, log }: ChargesOptions): Promise<number> {
  const { due, taken } = await takePricesDue(db, { limit: AT_ONCE, nowMs: nowMs() });
  await Promise.all(
    due.map(async ({ id, provider, providerMessageId }) => {
      const driver = drivers.find(({ name }) => name === provider);
      if (driver?.chargeOf === undefined) return;
      try {
        const said = await withTimeLimit(driver.chargeOf(providerMessageId), ASK_LIMIT_MS);
        if (said?.charge == null) return;
        const price = { ...said.charge, providerMessageId, segments: said.segments };
        await withTransaction(db, (tx) => settlePrice(tx, { id, price, countsIn }));
      } catch (error) {
        log.warn({ event: 'charge.unknown', notificationId: id, error });
      }
    }),
  );
  return taken;
}
