import type { CoinMatch, CoinWire } from '@ubot/contracts';
import { asc, eq, inArray, or, sql } from 'drizzle-orm';
import type { Executor } from '../database.ts';
import { coins } from './tables.ts';

/** Adds coins and brings changed ones up to date; the id is the identity, everything else may change. */
export async function upsertCoins(
  executor: Executor,
  changed: readonly CoinWire[],
  options: { nowMs: number },
): Promise<void> {
  if (changed.length === 0) return;
  await executor.query(
    `insert into market.coins (id, symbol, name, slug, rank, updated_at)
     select *, $6::timestamptz from unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::integer[])
     on conflict (id) do update set symbol = excluded.symbol, name = excluded.name, slug = excluded.slug,
       rank = excluded.rank, updated_at = excluded.updated_at`,
    [
      changed.map((coin) => coin.id),
      changed.map((coin) => coin.symbol),
      changed.map((coin) => coin.name),
      changed.map((coin) => coin.slug),
      changed.map((coin) => coin.rank),
      new Date(options.nowMs).toISOString(),
    ],
  );
}

const COLUMNS = { id: coins.id, symbol: coins.symbol, name: coins.name, slug: coins.slug, rank: coins.rank };

/** In the order of the ids; a coin that is not known is left out. */
export async function coinsByIds(executor: Executor, ids: readonly number[]): Promise<CoinWire[]> {
  if (ids.length === 0) return [];
  const rows = await executor.orm
    .select(COLUMNS)
    .from(coins)
    .where(inArray(coins.id, [...ids]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id)).filter((coin) => coin !== undefined);
}

/** All coins ever seen. */
export async function allCoins(executor: Executor): Promise<CoinWire[]> {
  return executor.orm.select(COLUMNS).from(coins).orderBy(asc(coins.id));
}

/**
 * The coins that texts name: by slug or id, and those whose symbol it is, which a reader may have meant. Case is of no
 * account; unknown names give nothing.
 */
export async function coinsNamed(executor: Executor, names: readonly string[]): Promise<CoinWire[]> {
  if (names.length === 0) return [];
  const texts = names.map((name) => name.trim().toLowerCase());
  return executor.orm
    .select(COLUMNS)
    .from(coins)
    .where(
      or(
        inArray(sql`lower(${coins.slug})`, texts),
        inArray(sql`lower(${coins.symbol})`, texts),
        inArray(sql`${coins.id}::text`, texts),
      ),
    )
    .orderBy(sql`${coins.rank} asc nulls last`, asc(coins.id))
    .limit(NAMED_COINS);
}

const NAMED_COINS = 500;
const LIKE_SPECIAL = /[\\%_]/g;

/**
 * Coins whose symbol, name or slug holds the text, or whose id it is, best first: exactly it, then beginning with it, then
 * the rest; by rank within each. An empty text lists all by rank.
 */
export async function searchCoins(
  executor: Executor,
  options: { search: string; limit: number },
): Promise<CoinMatch[]> {
  const text = options.search.trim().toLowerCase();
  const escaped = text.replace(LIKE_SPECIAL, (special) => `\\${special}`);
  return executor.query<CoinMatch>(
    `select c.id, c.symbol, c.name, c.slug, c.rank, f.match,
       shared.count::int - 1 as "symbolSharedWith"
     from market.coins c
     join (select lower(symbol) as symbol, count(*) as count from market.coins group by 1) shared
       on shared.symbol = lower(c.symbol)
     cross join lateral (select case
         when c.id::text = $1 then 'id' when lower(c.symbol) = $1 then 'symbol' when lower(c.slug) = $1 then 'slug'
         when lower(c.name) = $1 then 'name'
         when lower(c.symbol) like $2 or lower(c.name) like $2 or lower(c.slug) like $2 then 'beginning'
         when lower(c.symbol) like $3 or lower(c.name) like $3 or lower(c.slug) like $3 then 'inside' end as match) f
     where f.match is not null
     order by case f.match when 'beginning' then 1 when 'inside' then 2 else 0 end, c.rank asc nulls last, c.id
     limit $4`,
    [text, `${escaped}%`, `%${escaped}%`, options.limit],
  );
}

/** One coin; null when it is not known. */
export async function coinById(executor: Executor, id: number): Promise<CoinWire | null> {
  const [row] = await executor.orm.select(COLUMNS).from(coins).where(eq(coins.id, id));
  return row ?? null;
}
