import { decimalOf, microsOf } from '@ubot/contracts';
import type { Transaction } from '../database.ts';

/** Who all users together are in `alert.message_counts`. */
export const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** Whose messages of which day ('2026-11-21') or month ('2026-11'): a user's in his time zone, everybody's in UTC. */
export interface CountKey {
  readonly owner: string;
  readonly period: string;
}

/** Money is in millionths of the unit of the configured currency. */
export interface MessageCount extends CountKey {
  readonly messages: number;
  readonly micros: number;
}

export const countKey = ({ owner, period }: CountKey): string => `${owner} ${period}`;

/**
 * Messages and money so far, locked until the transaction ends, in an order that is the same for all. A needed count that
 * is not kept yet begins with what the ledger says; the others are there only where they are kept.
 *
 * Shape: by `countKey`.
 */
export async function lockCounts(
  tx: Transaction,
  options: { needed: readonly CountKey[]; ifKept: readonly CountKey[]; currency: string | null },
): Promise<Map<string, MessageCount>> {
  const { needed, ifKept, currency } = options;
  const found = await lockThose(tx, [...needed, ...ifKept]);
  const missing = needed.filter((key) => !found.has(countKey(key)));
  if (missing.length === 0) return found;
  await begin(tx, missing, currency);
  return new Map([...found, ...(await lockThose(tx, missing))]);
}

async function lockThose(tx: Transaction, keys: readonly CountKey[]): Promise<Map<string, MessageCount>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.query<CountRow>(
    `select c.owner, c.period, c.messages, c.money from alert.message_counts c
     join unnest($1::uuid[], $2::text[]) as k (owner, period) on k.owner = c.owner and k.period = c.period
     order by c.owner, c.period for update of c`,
    columnsOf(keys),
  );
  return new Map(rows.map((row) => [countKey(row), countOf(row)]));
}

interface CountRow {
  owner: string;
  period: string;
  messages: number;
  money: string;
}

const countOf = ({ owner, period, messages, money }: CountRow): MessageCount => ({
  owner,
  period,
  messages,
  micros: microsOf(money),
});

const columnsOf = (keys: readonly CountKey[]): [string[], string[]] => [
  keys.map(({ owner }) => owner),
  keys.map(({ period }) => period),
];

/** A user's rows are found by the day in his time zone, everybody's by the instant. */
async function begin(tx: Transaction, keys: readonly CountKey[], currency: string | null): Promise<void> {
  await tx.query(
    `insert into alert.message_counts (owner, period, messages, money)
     select k.owner, k.period, sum(s.messages)::int, sum(s.money)
     from (
       select owner, period, length(period) = 7 as is_month,
         case when length(period) = 7 then period || '-01' else period end as first
       from unnest($1::uuid[], $2::text[]) as asked (owner, period)
     ) k
     cross join lateral (
       select count(*) as messages, coalesce(sum(n.price) filter (where n.currency = $3), 0) as money
       from alert.notifications n
       where k.owner <> $4 and n.user_id = k.owner and n.counted_day >= k.first
         and n.counted_day <= case when k.is_month then k.period || '-31' else k.period end
       union all
       select count(*), coalesce(sum(n.price) filter (where n.currency = $3), 0)
       from alert.notifications n
       where k.owner = $4 and n.counted_at >= k.first::timestamp at time zone 'UTC' and n.counted_at < (k.first::timestamp
         + case when k.is_month then interval '1 month' else interval '1 day' end) at time zone 'UTC'
     ) s
     group by k.owner, k.period order by k.owner, k.period on conflict do nothing`,
    [...columnsOf(keys), currency, EVERYBODY],
  );
}

/** Adds to counts that are kept; of those that nobody has asked for yet the ledger knows enough. */
export async function addToCounts(tx: Transaction, changes: readonly MessageCount[]): Promise<void> {
  const kept = await lockThose(tx, changes);
  const known = changes.filter((change) => kept.has(countKey(change)));
  if (known.length === 0) return;
  await tx.query(
    `update alert.message_counts c set messages = greatest(0, c.messages + a.messages), money = greatest(0, c.money + a.money)
     from (
       select owner, period, sum(messages)::int as messages, sum(money) as money
       from unnest($1::uuid[], $2::text[], $3::integer[], $4::numeric[]) as x (owner, period, messages, money)
       group by owner, period
     ) a where a.owner = c.owner and a.period = c.period`,
    [...columnsOf(known), known.map(({ messages }) => messages), known.map(({ micros }) => decimalOf(micros))],
  );
}

/** A message that was counted: on which day of its user, and on which of everybody's. */
interface Counted {
  readonly userId: string;
  readonly countedAtMs: number;
  readonly countedDay: string;
}

/** The same addition for the user's day and month and for everybody's. */
export function countsOf(
  { userId, countedAtMs, countedDay }: Counted,
  { messages, micros }: { messages: number; micros: number },
): MessageCount[] {
  const day = new Date(countedAtMs).toISOString().slice(0, 10);
  const keys = [
    { owner: EVERYBODY, period: day },
    { owner: EVERYBODY, period: day.slice(0, 7) },
    { owner: userId, period: countedDay },
    { owner: userId, period: countedDay.slice(0, 7) },
  ];
  return keys.map((key) => ({ ...key, messages, micros }));
}

/** Takes back the counting of messages that were surely not taken by any provider; those that were not counted stay. */
export async function uncount(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const rows = await tx.query<{
    user_id: string;
    counted_at: Date;
    counted_day: string;
    price: string | null;
  }>(
    `with counted as (
       select id, user_id, counted_at, counted_day, price from alert.notifications
       where id = any($1::uuid[]) and counted_at is not null order by id for update
     ), freed as (
       update alert.notifications n set counted_at = null, counted_day = null, segments = null, price = null,
         currency = null, price_estimated = null, price_due_at = null, price_tries = 0
       from counted c where c.id = n.id
     )
     select user_id, counted_at, counted_day, price from counted`,
    [ids],
  );
  await addToCounts(
    tx,
    rows.flatMap((row) =>
      countsOf(
        { userId: row.user_id, countedAtMs: row.counted_at.getTime(), countedDay: row.counted_day },
        { messages: -1, micros: -microsOf(row.price ?? '0') },
      ),
    ),
  );
}
