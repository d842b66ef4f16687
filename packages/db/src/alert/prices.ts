import { decimalOf, microsOf } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { addToCounts, countsOf } from './counts.ts';

/** What a provider says that a message has cost. */
export interface ProviderPrice {
  readonly providerMessageId: string;
  /** Millionths of the currency's unit, zero or more. */
  readonly micros: number;
  readonly currency: string;
  /** null: it does not say. */
  readonly segments: number | null;
}

/**
 * Writes down the provider's own price in the place of the estimate, and corrects the counts of the day on which the
 * message was counted. Told once more, or in whatever order, it comes to the same.
 *
 * Shape: → whether there is such a message.
 * Edges: a price of a message that was replaced by another changes nothing; the counts stay as estimated where the
 *        provider bills in another currency than that of the configured prices.
 */
export async function settlePrice(
  tx: Transaction,
  options: { id: string; price: ProviderPrice; countsIn: string | null },
): Promise<boolean> {
  const { id, price, countsIn } = options;
  const [row] = await tx.query<{
    user_id: string;
    counted_at: Date | null;
    counted_day: string | null;
    price: string | null;
    currency: string | null;
  }>(
    `select user_id, counted_at, counted_day, price, currency from alert.notifications
     where id = $1 and provider_message_id = $2 for update`,
    [id, price.providerMessageId],
  );
  if (row === undefined) return false;
  await tx.query(
    `update alert.notifications set price = $2, currency = $3, price_estimated = false, segments = coalesce($4, segments),
       price_due_at = null
     where id = $1`,
    [id, decimalOf(price.micros), price.currency, price.segments],
  );
  const { user_id: userId, counted_at: countedAt, counted_day: countedDay } = row;
  if (countedAt === null || countedDay === null || price.currency !== countsIn) return true;
  const before = row.currency === countsIn ? microsOf(row.price ?? '0') : 0;
  const micros = price.micros - before;
  if (micros === 0) return true;
  const counted = { userId, countedAtMs: countedAt.getTime(), countedDay };
  await addToCounts(tx, countsOf(counted, { messages: 0, micros }));
  return true;
}

export interface PriceDue {
  readonly id: string;
  readonly provider: string;
  readonly providerMessageId: string;
}

/** So long after each asking the provider is asked again; after the last it is given up, and the estimate stands. */
const ASK_AGAIN = `(array['10 minutes', '1 hour', '6 hours', '1 day', '3 days'])[price_tries + 1]::interval`;

/**
 * Takes messages whose price has to be asked for, the longest due first. Each is put off to its next asking at once, so
 * that whoever asks may die.
 *
 * Edges: a message that no provider has taken yet is looked at again later; one that ended without, not again.
 */
export async function takePricesDue(
  db: Executor,
  options: { limit: number; nowMs: number },
): Promise<{ due: PriceDue[]; taken: number }> {
  const rows = await db.query<{ id: string; provider: string | null; provider_message_id: string | null }>(
    `with due as (
       select id from alert.notifications where price_due_at <= $1 order by price_due_at limit $2 for update skip locked
     )
     update alert.notifications n set price_tries = price_tries + 1,
       price_due_at = case when n.provider_message_id is null and n.state in ('failed', 'not_sent') then null
         else $1::timestamptz + ${ASK_AGAIN} end
     from due where n.id = due.id returning n.id, n.provider, n.provider_message_id`,
    [new Date(options.nowMs).toISOString(), options.limit],
  );
  const due = rows.flatMap(({ id, provider, provider_message_id: providerMessageId }) =>
    provider === null || providerMessageId === null ? [] : [{ id, provider, providerMessageId }],
  );
  return { due, taken: rows.length };
}
