import type { Timeframe } from '@ubot/contracts';
import type { Executor } from '../database.ts';

export interface InhibitionRow {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly sourceStrategyId: string;
  readonly sourceCoinId: number | null;
  readonly sameCoin: boolean;
  readonly targetTags: string[] | null;
  readonly targetStrategyIds: string[] | null;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

interface Row {
  id: string;
  user_id: string;
  name: string;
  enabled: boolean;
  source_strategy_id: string;
  source_coin_id: number | null;
  same_coin: boolean;
  target_tags: string[] | null;
  target_strategy_ids: string[] | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = `id, user_id, name, enabled, source_strategy_id, source_coin_id, same_coin, target_tags, target_strategy_ids,
  created_at, updated_at`;
const iso = (atMs: number): string => new Date(atMs).toISOString();

function inhibitionOf(row: Row): InhibitionRow {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    enabled: row.enabled,
    sourceStrategyId: row.source_strategy_id,
    sourceCoinId: row.source_coin_id,
    sameCoin: row.same_coin,
    targetTags: row.target_tags,
    targetStrategyIds: row.target_strategy_ids,
    createdAtMs: row.created_at.getTime(),
    updatedAtMs: row.updated_at.getTime(),
  };
}

/** The rules of some users that are switched on, oldest first. */
export async function readInhibitionsInForce(db: Executor, userIds: readonly string[]): Promise<InhibitionRow[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from alert.inhibitions where user_id = any($1::uuid[]) and enabled order by created_at, id`,
    [userIds],
  );
  return rows.map(inhibitionOf);
}

/** A strategy that fires for a coin; `confirmedAtMs` is when the scanner last said so. */
export interface FiringSource {
  readonly strategyId: string;
  readonly strategyName: string;
  readonly coinId: number;
  /** null: a coin that the market has not shown. */
  readonly coinSymbol: string | null;
  readonly timeframe: Timeframe;
  readonly confirmedAtMs: number;
}

/**
 * Which of some strategies fire, in the version that they have now. Paused, deleted and expired ones do not.
 *
 * Shape: of each strategy the coin that was confirmed last, and those named in `coinIds`.
 */
export async function readFiringSources(
  db: Executor,
  { strategyIds, coinIds, nowMs }: { strategyIds: readonly string[]; coinIds: readonly number[]; nowMs: number },
): Promise<FiringSource[]> {
  const rows = await db.query<{
    strategy_id: string;
    strategy_name: string;
    coin_id: number;
    symbol: string | null;
    timeframe: Timeframe;
    updated_at: Date;
  }>(
    `select s.id as strategy_id, v.definition ->> 'name' as strategy_name, m.coin_id, c.symbol,
       v.definition ->> 'timeframe' as timeframe, m.updated_at
     from account.strategies s
     join account.strategy_versions v on v.id = s.version_id
     join alert.alert_state m on m.strategy_version_id = s.version_id
     left join market.coins c on c.id = m.coin_id
     where s.id = any($1::uuid[]) and s.enabled and s.deleted_at is null and m.state ->> 'phase' = 'firing'
       and coalesce((v.definition #>> '{trigger,expiresAtMs}')::bigint > $3, true)
       and (m.coin_id = any($2::integer[]) or m.coin_id = (
         select newest.coin_id from alert.alert_state newest
         where newest.strategy_version_id = s.version_id and newest.state ->> 'phase' = 'firing'
         order by newest.updated_at desc, newest.coin_id limit 1))
     order by m.updated_at desc, s.id, m.coin_id`,
    [strategyIds, coinIds, nowMs],
  );
  return rows.map((row) => ({
    strategyId: row.strategy_id,
    strategyName: row.strategy_name,
    coinId: row.coin_id,
    coinSymbol: row.symbol,
    timeframe: row.timeframe,
    confirmedAtMs: row.updated_at.getTime(),
  }));
}

export interface FiringMachineKey {
  readonly strategyVersionId: string;
  readonly coinId: number;
}

/** The stored machines that fire and that a rule follows. */
export async function readFollowedFiring(db: Executor): Promise<FiringMachineKey[]> {
  const rows = await db.query<{ strategy_version_id: string; coin_id: number }>(
    `select strategy_version_id, coin_id from alert.alert_state
     where strategy_id in (select source_strategy_id from alert.inhibitions where enabled)
       and state ->> 'phase' = 'firing'`,
  );
  return rows.map((row) => ({ strategyVersionId: row.strategy_version_id, coinId: row.coin_id }));
}

/** Writes down that machines which fire still do. */
export async function confirmFiring(
  db: Executor,
  { machines, nowMs }: { machines: readonly FiringMachineKey[]; nowMs: number },
): Promise<void> {
  if (machines.length === 0) return;
  await db.query(
    `update alert.alert_state m set updated_at = greatest(m.updated_at, $3::timestamptz)
     from unnest($1::uuid[], $2::integer[]) as k (version_id, coin_id)
     where m.strategy_version_id = k.version_id and m.coin_id = k.coin_id and m.state ->> 'phase' = 'firing'`,
    [machines.map(({ strategyVersionId }) => strategyVersionId), machines.map(({ coinId }) => coinId), iso(nowMs)],
  );
}

export interface ListedInhibition extends InhibitionRow {
  /** Alerts of which it kept at least one message from being sent. */
  readonly mutedAlerts: number;
}

const LISTED = `select ${COLUMNS}, (select count(distinct n.alert_id)::int from alert.notifications n
  where n.muted_by = i.id) as muted from alert.inhibitions i`;

type ListedRow = Row & { muted: number };
const listed = (row: ListedRow): ListedInhibition => ({ ...inhibitionOf(row), mutedAlerts: row.muted });

/** A user's rules, oldest first. */
export async function listInhibitions(db: Executor, userId: string): Promise<ListedInhibition[]> {
  const rows = await db.query<ListedRow>(`${LISTED} where user_id = $1 order by created_at, id`, [userId]);
  return rows.map(listed);
}

export async function inhibitionById(
  db: Executor,
  { userId, id }: { userId: string; id: string },
): Promise<ListedInhibition | null> {
  const rows = await db.query<ListedRow>(`${LISTED} where user_id = $1 and id = $2`, [userId, id]);
  return rows[0] === undefined ? null : listed(rows[0]);
}

export async function countInhibitions(db: Executor, userId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from alert.inhibitions where user_id = $1',
    [userId],
  );
  return row?.count ?? 0;
}

/** Stores a rule, or another shape of one that is there. */
export async function saveInhibition(db: Executor, rule: InhibitionRow): Promise<void> {
  await db.query(
    `insert into alert.inhibitions as i (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (id) do update set name = excluded.name, enabled = excluded.enabled,
       source_strategy_id = excluded.source_strategy_id, source_coin_id = excluded.source_coin_id,
       same_coin = excluded.same_coin, target_tags = excluded.target_tags,
       target_strategy_ids = excluded.target_strategy_ids, updated_at = excluded.updated_at
     where i.user_id = excluded.user_id`,
    [
      rule.id,
      rule.userId,
      rule.name,
      rule.enabled,
      rule.sourceStrategyId,
      rule.sourceCoinId,
      rule.sameCoin,
      rule.targetTags,
      rule.targetStrategyIds,
      iso(rule.createdAtMs),
      iso(rule.updatedAtMs),
    ],
  );
}

/** false: there is none of the user's. */
export async function deleteInhibition(db: Executor, { userId, id }: { userId: string; id: string }): Promise<boolean> {
  const rows = await db.query('delete from alert.inhibitions where user_id = $1 and id = $2 returning id', [
    userId,
    id,
  ]);
  return rows.length > 0;
}
