import type { Executor } from '../database.ts';
import { NOT_A_MEMBER } from './digestMembers.ts';

/** Due rows that are looked through for their users; beyond this the users are walked through instead. */
const ROWS_LOOKED_THROUGH = 10_000;
const USERS_AT_ONCE = 10_000;
/** As the index by user has it. */
const QUEUED = `alert.notifications n where n.state = 'queued' and ${NOT_A_MEMBER}`;
/** As the index by time has it: with words that are always true, so that no other question is answered by it. */
const QUEUED_BY_TIME = `${QUEUED} and n.attempts >= 0`;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface DueTimes {
  /** When the oldest queued notification of each lane is due; lanes without one are absent. null: channels that are gone. */
  readonly lanes: ReadonlyMap<string | null, number>;
  /** When the first lease of a send ends. */
  readonly leaseMs: number | null;
  /** When the next unknown one is to be looked up. */
  readonly lookUpMs: number | null;
}

/** When the next notification wants something, by what it wants. Costs the same however much waits. */
export async function readDueTimes(db: Executor, lanes: readonly string[]): Promise<DueTimes> {
  const queued = `select n.next_attempt_at from ${QUEUED_BY_TIME}`;
  const rows = await db.query<{ what: string; lane: string | null; at: Date | null }>(
    `select 'lane' as what, l.lane, (${queued} and n.lane = l.lane order by n.next_attempt_at limit 1) as at
     from unnest($1::text[]) as l (lane)
     union all
     select 'lane', null, (${queued} and n.lane is null order by n.next_attempt_at limit 1)
     union all
     select 'lease', null, (
       -- Members have their leader's lease: without a word about them the index answers by itself.
       select lease_until from alert.notifications n where state = 'sending' order by lease_until limit 1)
     union all
     select 'look_up', null, (
       select min(greatest(next_attempt_at, coalesce(lease_until, next_attempt_at)))
       from alert.notifications n where state = 'unknown' and ${NOT_A_MEMBER})`,
    [lanes],
  );
  const timeOf = (what: string): number | null => rows.find((row) => row.what === what)?.at?.getTime() ?? null;
  return {
    lanes: new Map(
      rows.flatMap(({ what, lane, at }) => (what === 'lane' && at !== null ? [[lane, at.getTime()] as const] : [])),
    ),
    leaseMs: timeOf('lease'),
    lookUpMs: timeOf('look_up'),
  };
}

/**
 * Users with something due in a lane, in no sequence that a caller may rely on.
 *
 * Shape: `isWhole` false: there may be more of them, with ids above the last one's; ask again with it as `after`.
 * Edges: while little is due its rows are read; behind much, each user costs one look into the index, so that neither a
 *        backlog of one user nor thousands of users who wait for a later time make this slow.
 */
export async function readDueUsers(
  db: Executor,
  options: { lane: string | null; after: string | null; nowMs: number },
): Promise<{ userIds: string[]; isWhole: boolean }> {
  const now = new Date(options.nowMs).toISOString();
  const lane = options.lane === null ? 'n.lane is null' : 'n.lane = $2';
  const values = options.lane === null ? [now] : [now, options.lane];
  const near = await db.query<{ user_id: string; rows: string }>(
    `select user_id, sum(count(*)) over () as rows from (
       select n.user_id from ${QUEUED_BY_TIME} and ${lane} and n.next_attempt_at <= $1
       order by n.next_attempt_at limit ${ROWS_LOOKED_THROUGH}
     ) due group by user_id`,
    values,
  );
  if (Number(near[0]?.rows ?? 0) < ROWS_LOOKED_THROUGH) {
    return { userIds: near.map((row) => row.user_id), isWhole: true };
  }
  const first = (after: string): string =>
    `(select n.user_id, n.next_attempt_at from ${QUEUED} and ${lane} and n.user_id > ${after}
      order by n.user_id, n.next_attempt_at limit 1)`;
  const walked = await db.query<{ user_id: string }>(
    `with recursive walk as (
       ${first(`$${values.length + 1}`)}
       union all
       select next.user_id, next.next_attempt_at from walk cross join lateral ${first('walk.user_id')} next
     )
     select user_id from walk where next_attempt_at <= $1 limit ${USERS_AT_ONCE}`,
    [...values, options.after ?? BEFORE_ALL],
  );
  return { userIds: walked.map((row) => row.user_id), isWhole: walked.length < USERS_AT_ONCE };
}
