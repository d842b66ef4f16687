import type { Transaction, Executor } from '../database.ts';

/** By what file a strategy is managed; null: made by hand. */
export interface AppliedMark {
  readonly set: string;
  readonly key: string;
}

interface MarkRow {
  id: string;
  applied_set: string | null;
  applied_key: string | null;
}

function markOf({ applied_set: set, applied_key: key }: MarkRow): AppliedMark | null {
  return set === null || key === null ? null : { set, key };
}

/** The mark of every strategy of a user, by its id. */
export async function appliedMarks(db: Executor, userId: string): Promise<ReadonlyMap<string, AppliedMark | null>> {
  const rows = await db.query<MarkRow>(
    'select id, applied_set, applied_key from account.strategies where user_id = $1 and deleted_at is null',
    [userId],
  );
  return new Map(rows.map((row) => [row.id, markOf(row)]));
}

/** As `appliedMarks`, with all strategies of the user locked until the transaction ends. */
export async function lockAppliedMarks(
  tx: Transaction,
  userId: string,
): Promise<ReadonlyMap<string, AppliedMark | null>> {
  await tx.query('select 1 from account.strategies where user_id = $1 and deleted_at is null order by id for update', [
    userId,
  ]);
  return appliedMarks(tx, userId);
}

/** No other strategy of the user that is there may have this mark. */
export async function markApplied(
  tx: Transaction,
  { userId, id, mark }: { userId: string; id: string; mark: AppliedMark },
): Promise<void> {
  await tx.query('update account.strategies set applied_set = $3, applied_key = $4 where user_id = $1 and id = $2', [
    userId,
    id,
    mark.set,
    mark.key,
  ]);
}
