import type { Executor, Transaction } from '../database.ts';

/** The alert machine of one (strategy version, coin) that is not at rest; `state` is @ubot/alerting's, as stored. */
export interface AlertStateRow {
  readonly strategyId: string;
  readonly strategyVersionId: string;
  readonly coinId: number;
  readonly state: unknown;
}

/** All machines that are not at rest. */
export async function readAlertStates(db: Executor): Promise<AlertStateRow[]> {
  const rows = await db.query<{ strategy_id: string; strategy_version_id: string; coin_id: number; state: unknown }>(
    'select strategy_id, strategy_version_id, coin_id, state from alert.alert_state',
  );
  return rows.map((row) => ({
    strategyId: row.strategy_id,
    strategyVersionId: row.strategy_version_id,
    coinId: row.coin_id,
    state: row.state,
  }));
}

/** Stores what changed; a machine whose state is null is at rest and needs no row. */
export async function saveAlertStates(
  tx: Transaction,
  options: { changes: readonly AlertStateRow[]; nowMs: number },
): Promise<void> {
  const kept = options.changes.filter(({ state }) => state !== null);
  const gone = options.changes.filter(({ state }) => state === null);
  if (kept.length > 0) {
    await tx.query(
      `insert into alert.alert_state (strategy_id, strategy_version_id, coin_id, state, updated_at)
       select *, $5::timestamptz from unnest($1::uuid[], $2::uuid[], $3::integer[], $4::jsonb[])
       on conflict (strategy_version_id, coin_id) do update set state = excluded.state, updated_at = excluded.updated_at`,
      [
        kept.map(({ strategyId }) => strategyId),
        kept.map(({ strategyVersionId }) => strategyVersionId),
        kept.map(({ coinId }) => coinId),
        kept.map(({ state }) => JSON.stringify(state)),
        new Date(options.nowMs).toISOString(),
      ],
    );
  }
  if (gone.length > 0) {
    await tx.query(
      `delete from alert.alert_state s using unnest($1::uuid[], $2::integer[]) as g (version_id, coin_id)
       where s.strategy_version_id = g.version_id and s.coin_id = g.coin_id`,
      [gone.map(({ strategyVersionId }) => strategyVersionId), gone.map(({ coinId }) => coinId)],
    );
  }
}

/** Forgets the machines of versions that are no longer evaluated. */
export async function deleteAlertStates(tx: Executor, versionIds: readonly string[]): Promise<void> {
  if (versionIds.length === 0) return;
  await tx.query('delete from alert.alert_state where strategy_version_id = any($1::uuid[])', [versionIds]);
}
