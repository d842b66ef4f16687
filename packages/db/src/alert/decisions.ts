import { DECISION_REASONS, type DecisionReason } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';

/** A decision that kept a true condition from being sent. */
export interface DecisionRow {
  readonly strategyId: string;
  readonly strategyVersionId: string;
  readonly coinId: number;
  readonly evaluatedAtMs: number;
  readonly reason: DecisionReason;
}

export async function insertDecisions(tx: Transaction, decisions: readonly DecisionRow[]): Promise<void> {
  if (decisions.length === 0) return;
  await tx.query(
    `insert into alert.decisions (strategy_id, strategy_version_id, coin_id, evaluated_at, reason)
     select * from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[], $5::text[])`,
    [
      decisions.map(({ strategyId }) => strategyId),
      decisions.map(({ strategyVersionId }) => strategyVersionId),
      decisions.map(({ coinId }) => coinId),
      decisions.map(({ evaluatedAtMs }) => new Date(evaluatedAtMs).toISOString()),
      decisions.map(({ reason }) => reason),
    ],
  );
}

/** The newest stored decision about a strategy and a coin; null when there is none. */
export async function lastDecision(
  db: Executor,
  options: { strategyId: string; coinId: number },
): Promise<DecisionRow | null> {
  const [row] = await db.query<{ strategy_version_id: string; evaluated_at: Date; reason: string }>(
    `select strategy_version_id, evaluated_at, reason from alert.decisions
     where strategy_id = $1 and coin_id = $2 order by evaluated_at desc, id desc limit 1`,
    [options.strategyId, options.coinId],
  );
  const reason = DECISION_REASONS.find((each) => each === row?.reason);
  if (row === undefined || reason === undefined) return null;
  const { strategy_version_id: strategyVersionId, evaluated_at: evaluatedAt } = row;
  return { ...options, strategyVersionId, evaluatedAtMs: evaluatedAt.getTime(), reason };
}

/** The newest stored decision about a version and a coin up to an instant; null when there is none. */
export async function lastDecisionOf(
  db: Executor,
  options: { strategyId: string; strategyVersionId: string; coinId: number; upToMs: number },
): Promise<DecisionRow | null> {
  const { strategyId, strategyVersionId, coinId, upToMs } = options;
  const [row] = await db.query<{ evaluated_at: Date; reason: string }>(
    `select evaluated_at, reason from alert.decisions
     where strategy_id = $1 and coin_id = $2 and evaluated_at <= $3 and strategy_version_id = $4
     order by evaluated_at desc, id desc limit 1`,
    [strategyId, coinId, new Date(upToMs).toISOString(), strategyVersionId],
  );
  const reason = DECISION_REASONS.find((each) => each === row?.reason);
  if (row === undefined || reason === undefined) return null;
  return { strategyId, strategyVersionId, coinId, evaluatedAtMs: row.evaluated_at.getTime(), reason };
}

/** Forgets decisions from before an instant; returns how many. */
export async function deleteDecisionsBefore(db: Executor, beforeMs: number): Promise<number> {
  const rows = await db.query<{ count: number }>(
    `with gone as (delete from alert.decisions where evaluated_at < $1 returning 1) select count(*)::int as count from gone`,
    [new Date(beforeMs).toISOString()],
  );
  return rows[0]?.count ?? 0;
}
