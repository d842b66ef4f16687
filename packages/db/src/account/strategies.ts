import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Strategy, StrategyAt, StrategyVersion } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import type { OwnedId } from './channels.ts';
import { strategies, strategyVersions, type StrategyDefinition } from './tables.ts';

const row = {
  id: strategies.id,
  userId: strategies.userId,
  enabled: strategies.enabled,
  version: strategies.version,
  versionId: strategies.versionId,
  createdAtMs: strategies.createdAtMs,
  updatedAtMs: strategies.updatedAtMs,
  definition: strategyVersions.definition,
};

interface Row extends Omit<Strategy, keyof StrategyDefinition> {
  definition: StrategyDefinition;
}

function strategyOf({ definition, ...head }: Row): Strategy {
  return { ...head, ...LATER_FIELDS, ...definition };
}

/** What versions that were stored before these fields existed had. */
const LATER_FIELDS: Pick<StrategyDefinition, 'tags' | 'urgent'> = { tags: [], urgent: false };

const currentVersion = eq(strategyVersions.id, strategies.versionId);

// "uBot", then which lock.
const CHANGE_LOCK = 0x75_42_6f_02;

/**
 * The next position in the feed of strategy changes. The lock is held until the transaction ends, so a lower position
 * never becomes visible after a higher one. Take it after the row locks of the transaction, never before.
 */
async function takeNextChange(tx: Transaction): Promise<bigint> {
  await lockChanges(tx);
  const rows = await tx.query<{ change: string }>(`select nextval('account.strategy_change')::text as change`);
  return BigInt(rows[0]?.change ?? 0);
}

/** Until the transaction ends nobody else takes a position in the feed. */
export async function lockChanges(tx: Transaction): Promise<void> {
  await tx.orm.execute(sql`select pg_advisory_xact_lock(${CHANGE_LOCK}::bigint)`);
}

export interface Changed {
  strategy: Strategy;
  /** The position of this change in the feed. */
  change: string;
}

function definitionOf(strategy: Strategy): StrategyDefinition {
  const { name, universe, timeframe, indicators, condition, trigger, message, channelIds, tags, urgent } = strategy;
  return { name, universe, timeframe, indicators, condition, trigger, message, channelIds, tags, urgent };
}

export async function insertStrategy(tx: Transaction, strategy: Strategy): Promise<Changed> {
  const change = await takeNextChange(tx);
  const { id, userId, enabled, version, versionId, createdAtMs, updatedAtMs } = strategy;
  await tx.orm
    .insert(strategies)
    .values({ id, userId, enabled, version, versionId, createdAtMs, updatedAtMs, deletedAtMs: null, change });
  await insertVersion(tx, strategy);
  return { strategy, change: change.toString() };
}

async function insertVersion(tx: Transaction, strategy: Strategy): Promise<void> {
  await tx.orm.insert(strategyVersions).values({
    id: strategy.versionId,
    strategyId: strategy.id,
    version: strategy.version,
    definition: definitionOf(strategy),
    createdAtMs: strategy.updatedAtMs,
  });
}

/** Writes a strategy as it now is; a version that is not stored yet is added. The row must be locked by this transaction. */
export async function updateStrategy(tx: Transaction, strategy: Strategy, isNewVersion: boolean): Promise<Changed> {
  const change = await takeNextChange(tx);
  const { id, userId, enabled, version, versionId, updatedAtMs } = strategy;
  if (isNewVersion) await insertVersion(tx, strategy);
  await tx.orm
    .update(strategies)
    .set({ enabled, version, versionId, updatedAtMs, change })
    .where(and(eq(strategies.userId, userId), eq(strategies.id, id), isNull(strategies.deletedAtMs)));
  return { strategy, change: change.toString() };
}

/** Its versions stay, so that an old alert can still name the one that fired. */
export async function deleteStrategy(
  tx: Transaction,
  { userId, id, deletedAtMs }: OwnedId & { deletedAtMs: number },
): Promise<{ change: string }> {
  const change = await takeNextChange(tx);
  await tx.orm
    .update(strategies)
    .set({ enabled: false, deletedAtMs, updatedAtMs: deletedAtMs, change })
    .where(and(eq(strategies.userId, userId), eq(strategies.id, id), isNull(strategies.deletedAtMs)));
  return { change: change.toString() };
}

/** One page, oldest first: ids grow with time. `after` null begins at the first. */
export async function listStrategies(
  db: Executor,
  { userId, after, limit }: { userId: string; after: string | null; limit: number },
): Promise<Strategy[]> {
  const later = after === null ? undefined : gt(strategies.id, after);
  const rows = await db.orm
    .select(row)
    .from(strategies)
    .innerJoin(strategyVersions, currentVersion)
    .where(and(eq(strategies.userId, userId), isNull(strategies.deletedAtMs), later))
    .orderBy(asc(strategies.id))
    .limit(limit);
  return rows.map(strategyOf);
}

/** One page of the versions of a user's strategy, newest first; `before` null begins at the present one. */
export async function listStrategyVersions(
  db: Executor,
  { userId, id, before, limit }: OwnedId & { before: number | null; limit: number },
): Promise<StrategyVersion[]> {
  const older = before === null ? undefined : lt(strategyVersions.version, before);
  const rows = await db.orm
    .select({
      versionId: strategyVersions.id,
      version: strategyVersions.version,
      definition: strategyVersions.definition,
      createdAtMs: strategyVersions.createdAtMs,
    })
    .from(strategyVersions)
    .innerJoin(strategies, eq(strategies.id, strategyVersions.strategyId))
    .where(and(eq(strategies.userId, userId), eq(strategies.id, id), isNull(strategies.deletedAtMs), older))
    .orderBy(desc(strategyVersions.version))
    .limit(limit);
  return rows.map(({ definition, ...head }) => ({ ...head, ...LATER_FIELDS, ...definition }));
}

/** A user's strategy as it was at an instant; null when there is none, or it has been deleted since. */
export async function strategyAt(
  db: Executor,
  { userId, id, atMs }: OwnedId & { atMs: number },
): Promise<StrategyAt | null> {
  const current = await strategyById(db, { userId, id });
  if (current === null) return null;
  const saved = { definition: strategyVersions.definition, createdAtMs: strategyVersions.createdAtMs };
  const versions = db.orm.select({ version: strategyVersions.version, versionId: strategyVersions.id, ...saved });
  const ofStrategy = eq(strategyVersions.strategyId, id);
  const [then] = await versions
    .from(strategyVersions)
    .where(and(ofStrategy, or(lte(strategyVersions.createdAtMs, atMs), eq(strategyVersions.version, 1))))
    .orderBy(desc(strategyVersions.version))
    .limit(1);
  if (then === undefined) return null;
  const { definition, createdAtMs: versionSavedAtMs, version, versionId } = then;
  return {
    strategy: { ...current, ...definition, version, versionId },
    versionSavedAtMs,
    currentVersion: current.version,
    enabledThen: await enabledAt(db, current, atMs),
  };
}

/** By what the audit log says: the last change before the instant, or that there was none since. */
async function enabledAt(db: Executor, current: Strategy, atMs: number): Promise<boolean | null> {
  const changes = "('strategy.create', 'strategy.change', 'strategy.switch_off')";
  const [row] = await db.query<{ action: string | null; enabled: boolean | null; later: boolean }>(
    `select last.action, (last.detail ->> 'enabled')::boolean as enabled, exists (
       select 1 from account.audit_log where subject_id = $1 and action in ${changes} and at > $2) as later
     from (values (1)) one left join lateral (
       select action, detail from account.audit_log where subject_id = $1 and action in ${changes} and at <= $2
       order by at desc, id desc limit 1) last on true`,
    [current.id, new Date(atMs).toISOString()],
  );
  if (row?.action === 'strategy.switch_off') return false;
  if (row?.enabled != null) return row.enabled;
  return row?.later === false ? current.enabled : null;
}

/** The names of all strategies of a user, switched on or off. */
export async function strategyNames(db: Executor, userId: string): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ name: string }>(
    `select v.definition ->> 'name' as name from account.strategies s
     join account.strategy_versions v on v.id = s.version_id where s.user_id = $1 and s.deleted_at is null`,
    [userId],
  );
  return new Set(rows.map(({ name }) => name));
}

export async function strategyById(db: Executor, { userId, id }: OwnedId): Promise<Strategy | null> {
  const rows = await db.orm
    .select(row)
    .from(strategies)
    .innerJoin(strategyVersions, currentVersion)
    .where(and(eq(strategies.userId, userId), eq(strategies.id, id), isNull(strategies.deletedAtMs)));
  return rows[0] === undefined ? null : strategyOf(rows[0]);
}

/** Those of the ids that are the user's strategies, in no order. */
export async function strategiesByIds(db: Executor, userId: string, ids: readonly string[]): Promise<Strategy[]> {
  if (ids.length === 0) return [];
  const rows = await db.orm
    .select(row)
    .from(strategies)
    .innerJoin(strategyVersions, currentVersion)
    .where(and(eq(strategies.userId, userId), inArray(strategies.id, [...ids]), isNull(strategies.deletedAtMs)));
  return rows.map(strategyOf);
}

/** The user's strategy, locked until the transaction ends. */
export async function lockStrategy(tx: Transaction, owned: OwnedId): Promise<Strategy | null> {
  const locked = await tx.query(
    'select 1 from account.strategies where user_id = $1 and id = $2 and deleted_at is null for update',
    [owned.userId, owned.id],
  );
  return locked.length === 0 ? null : strategyById(tx, owned);
}

/** Whose strategy it is, for a service that names it by its id alone; null when there is none. */
export async function ownerOfStrategy(db: Executor, id: string): Promise<string | null> {
  const rows = await db.orm
    .select({ userId: strategies.userId })
    .from(strategies)
    .where(and(eq(strategies.id, id), isNull(strategies.deletedAtMs)));
  return rows[0]?.userId ?? null;
}

const LARGEST_CHANGE = 2n ** 63n - 1n;

export interface StrategyChange {
  change: string;
  strategyId: string;
  /** null: deleted or switched off. */
  strategy: Strategy | null;
}

/**
 * Strategies changed after a position, in order of change, all users'. From "0" only those that are on are listed:
 * a follower that begins knows of no others. A position beyond what 64 bits hold has nothing after it.
 */
export async function readStrategyChanges(
  db: Executor,
  { after, limit }: { after: string; limit: number },
): Promise<StrategyChange[]> {
  const on = and(eq(strategies.enabled, true), isNull(strategies.deletedAtMs));
  const afterChange = BigInt(after);
  if (afterChange > LARGEST_CHANGE) return [];
  // Both tables are read up to here: what commits between the two queries waits for the next page.
  const [newest] = await db.query<{ change: string | null }>(
    `select greatest((select max(change) from account.strategies),
       (select max(change) from account.strategy_tombstones))::text as change`,
  );
  const upTo = BigInt(newest?.change ?? 0);
  const later = and(gt(strategies.change, afterChange), lte(strategies.change, upTo));
  const rows = await db.orm
    .select({ ...row, change: strategies.change, deletedAtMs: strategies.deletedAtMs })
    .from(strategies)
    .innerJoin(strategyVersions, currentVersion)
    .where(afterChange === 0n ? and(later, on) : later)
    .orderBy(asc(strategies.change))
    .limit(limit);
  const changes: StrategyChange[] = rows.map(({ change, deletedAtMs, ...strategy }) => ({
    change: change.toString(),
    strategyId: strategy.id,
    strategy: strategy.enabled && deletedAtMs === null ? strategyOf(strategy) : null,
  }));
  // A follower that begins knows nothing that could have gone.
  if (afterChange === 0n) return changes;
  const gone = await db.query<{ change: string; id: string }>(
    `select change::text, strategy_id as id from account.strategy_tombstones
     where change > $1 and change <= $2 order by account.strategy_tombstones.change limit $3`,
    [afterChange.toString(), upTo.toString(), limit],
  );
  return [...changes, ...gone.map(({ change, id }) => ({ change, strategyId: id, strategy: null }))]
    .toSorted((a, b) => (BigInt(a.change) < BigInt(b.change) ? -1 : 1))
    .slice(0, limit);
}
