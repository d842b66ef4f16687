import type { Executor } from '../database.ts';

export interface SilenceRow {
  readonly id: string;
  readonly userId: string;
  readonly strategyId: string | null;
  readonly coinId: number | null;
  readonly tag: string | null;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly comment: string;
  readonly createdAtMs: number;
}

interface Row {
  id: string;
  user_id: string;
  strategy_id: string | null;
  coin_id: number | null;
  tag: string | null;
  starts_at: Date;
  ends_at: Date;
  comment: string;
  created_at: Date;
}

const COLUMNS = 'id, user_id, strategy_id, coin_id, tag, starts_at, ends_at, comment, created_at';
const iso = (atMs: number): string => new Date(atMs).toISOString();

function silenceOf(row: Row): SilenceRow {
  return {
    id: row.id,
    userId: row.user_id,
    strategyId: row.strategy_id,
    coinId: row.coin_id,
    tag: row.tag,
    startsAtMs: row.starts_at.getTime(),
    endsAtMs: row.ends_at.getTime(),
    comment: row.comment,
    createdAtMs: row.created_at.getTime(),
  };
}

/** The silences of some users that are in force. */
export async function readSilencesInForce(
  db: Executor,
  { userIds, nowMs }: { userIds: readonly string[]; nowMs: number },
): Promise<SilenceRow[]> {
  const rows = await db.query<Row>(
    `select ${COLUMNS} from alert.silences where user_id = any($1::uuid[]) and starts_at <= $2 and ends_at > $2`,
    [userIds, iso(nowMs)],
  );
  return rows.map(silenceOf);
}

export async function insertSilence(db: Executor, silence: SilenceRow & { snoozedBy?: string }): Promise<boolean> {
  const rows = await db.query(
    `insert into alert.silences (${COLUMNS}, snoozed_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (snoozed_by) do nothing returning id`,
    [
      silence.id,
      silence.userId,
      silence.strategyId,
      silence.coinId,
      silence.tag,
      iso(silence.startsAtMs),
      iso(silence.endsAtMs),
      silence.comment,
      iso(silence.createdAtMs),
      silence.snoozedBy ?? null,
    ],
  );
  return rows.length > 0;
}
