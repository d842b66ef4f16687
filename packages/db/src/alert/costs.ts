import {
  decimalOf,
  kindOfLane,
  microsOf,
  type AdminCostLine,
  type Caps,
  type ChannelKind,
  type CostLine,
  type QuotaOverrides,
} from '@ubot/contracts';
import type { Executor } from '../database.ts';

interface SumRow {
  lane: string | null;
  messages: number;
  segments: number;
  currency: string | null;
  amount: string;
  estimated: string;
}

// Of the ledger as `n`. A digest's members are not counted, so that each row is one message.
const SUMS = `n.lane, n.currency, count(*)::int as messages, coalesce(sum(n.segments), 0)::int as segments,
  coalesce(sum(n.price), 0) as amount, coalesce(sum(n.price) filter (where n.price_estimated), 0) as estimated`;

function amountsOf({ currency, amount, estimated, messages, segments, lane }: SumRow) {
  return {
    kind: kindOf(lane),
    messages,
    segments,
    currency,
    amount: decimalOf(microsOf(amount)),
    estimatedAmount: decimalOf(microsOf(estimated)),
  };
}

const kindOf = (lane: string | null): ChannelKind => kindOfLane(lane ?? '') ?? 'log';

/** What one user's messages of a month ('2026-11') of his own time zone cost, by channel, kind and currency. */
export async function readCosts(
  db: Executor,
  { userId, month }: { userId: string; month: string },
): Promise<CostLine[]> {
  const rows = await db.query<SumRow & { channel_id: string; name: string | null }>(
    `select n.channel_id, c.name, ${SUMS}
     from alert.notifications n left join account.channels c on c.id = n.channel_id and c.user_id = n.user_id
     where n.user_id = $1 and n.counted_day >= $2 || '-01' and n.counted_day <= $2 || '-31'
     group by n.channel_id, c.name, n.lane, n.currency
     order by amount desc, messages desc, n.channel_id, n.lane, n.currency`,
    [userId, month],
  );
  return rows.map((row) => ({ channelId: row.channel_id, channelName: row.name, ...amountsOf(row) }));
}

/** The same of every user, each in a month of his own time zone, by kind and currency; those who paid most first. */
export async function readAllCosts(db: Executor, { month }: { month: string }): Promise<AdminCostLine[]> {
  const rows = await db.query<SumRow & { user_id: string; email: string | null }>(
    `select n.user_id, u.email, ${SUMS}
     from alert.notifications n left join account.users u on u.id = n.user_id
     -- No time zone is further from UTC than a day.
     where n.counted_at >= ($1 || '-01')::timestamp at time zone 'UTC' - interval '1 day'
       and n.counted_at < (($1 || '-01')::timestamp + interval '1 month') at time zone 'UTC' + interval '1 day'
       and n.counted_day >= $1 || '-01' and n.counted_day <= $1 || '-31'
     group by n.user_id, u.email, n.lane, n.currency
     order by sum(n.price) desc nulls last, messages desc, n.user_id, n.lane, n.currency`,
    [month],
  );
  return rows.map((row) => ({ userId: row.user_id, email: row.email, ...amountsOf(row) }));
}

/** What beside his messages decides about a user's caps; null: there is no such user. */
export interface CapFacts {
  readonly timeZone: string | null;
  readonly ownCaps: Caps | null;
  /** What the operator has set for this user alone. */
  readonly operatorCaps: Caps;
}

export async function readCapFacts(db: Executor, userId: string): Promise<CapFacts | null> {
  const [row] = await db.query<{ time_zone: string | null; own_caps: Caps | null; quotas: QuotaOverrides }>(
    `select settings ->> 'timeZone' as time_zone, settings -> 'caps' as own_caps, quotas
     from account.users where id = $1`,
    [userId],
  );
  if (row === undefined) return null;
  return { timeZone: row.time_zone, ownCaps: row.own_caps, operatorCaps: row.quotas.caps ?? {} };
}
