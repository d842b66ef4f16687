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

export interface ListedSilence extends SilenceRow {
  /** Alerts of which it kept at least one message from being sent. */
  readonly mutedAlerts: number;
}

const LISTED = `select ${COLUMNS}, (select count(distinct n.alert_id)::int from alert.notifications n
  where n.muted_by = s.id) as muted from alert.silences s`;

type ListedRow = Row & { muted: number };
const listed = (row: ListedRow): ListedSilence => ({ ...silenceOf(row), mutedAlerts: row.muted });

/** A user's silences, newest first; `state` as it is at `nowMs`. */
export async function listSilences(
  db: Executor,
  options: {
    userId: string;
    state: 'scheduled' | 'active' | 'ended' | null;
    before: string | null;
    limit: number;
    nowMs: number;
  },
): Promise<ListedSilence[]> {
  const rows = await db.query<ListedRow>(
    `${LISTED} where user_id = $1 and ($2::uuid is null or id < $2)
       and ($3::text is null or $3 = case when ends_at <= $4 then 'ended' when starts_at > $4 then 'scheduled'
         else 'active' end)
     order by id desc limit $5`,
    [options.userId, options.before, options.state, iso(options.nowMs), options.limit],
  );
  return rows.map(listed);
}

export async function silenceById(
  db: Executor,
  { userId, id }: { userId: string; id: string },
): Promise<ListedSilence | null> {
  const rows = await db.query<ListedRow>(`${LISTED} where user_id = $1 and id = $2`, [userId, id]);
  return rows[0] === undefined ? null : listed(rows[0]);
}

/** How many of a user's silences have not ended. */
export async function countOpenSilences(
  db: Executor,
  { userId, nowMs }: { userId: string; nowMs: number },
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from alert.silences where user_id = $1 and ends_at > $2',
    [userId, iso(nowMs)],
  );
  return row?.count ?? 0;
}

/** Ends a silence now; one that has not begun never does. false: there is none of the user's, or it has ended. */
export async function endSilence(
  db: Executor,
  { userId, id, nowMs }: { userId: string; id: string; nowMs: number },
): Promise<boolean> {
  const rows = await db.query(
    `update alert.silences set starts_at = least(starts_at, $3), ends_at = $3
     where user_id = $1 and id = $2 and ends_at > $3 returning id`,
    [userId, id, iso(nowMs)],
  );
  return rows.length > 0;
}

/** Forgets silences of a user that ended before an instant. */
export async function forgetSilences(
  db: Executor,
  { userId, endedBeforeMs }: { userId: string; endedBeforeMs: number },
): Promise<void> {
  await db.query('delete from alert.silences where user_id = $1 and ends_at < $2', [userId, iso(endedBeforeMs)]);
}

/** How a silence stands at an instant. */
export function silenceState(
  { startsAtMs, endsAtMs }: Pick<SilenceRow, 'startsAtMs' | 'endsAtMs'>,
  nowMs: number,
): 'scheduled' | 'active' | 'ended' {
  if (endsAtMs <= nowMs) return 'ended';
  return startsAtMs > nowMs ? 'scheduled' : 'active';
}
