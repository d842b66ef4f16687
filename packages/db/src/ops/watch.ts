import type { Database, Executor, Transaction } from '../database.ts';
import { NOT_A_MEMBER } from '../alert/digestMembers.ts';

/** How the whole stands, as the database knows it. null: there is none yet. */
export interface WatchFacts {
  readonly newestSnapshot: {
    readonly takenAtMs: number;
    readonly pollIntervalMs: number;
    readonly source: string;
  } | null;
  /** The newest snapshot that a scanner has evaluated. */
  readonly scannedAtMs: number | null;
  /** When the oldest notification that waits was due. */
  readonly oldestDueMs: number | null;
  /** When a notification last went out, those to the log left out. */
  readonly lastSentMs: number | null;
  /** When the oldest one was queued that should have gone out and did not: due, tried in vain, or failed lately. */
  readonly undeliveredSinceMs: number | null;
}

/** Errors: DATABASE_UNAVAILABLE. */
export async function readWatchFacts(
  db: Executor,
  { nowMs, failedAfterMs }: { nowMs: number; failedAfterMs: number },
): Promise<WatchFacts> {
  const rows = await db.query<{
    taken_at: Date | null;
    poll_interval_ms: number | null;
    source: string | null;
    scanned_at: Date | null;
    oldest_due: Date | null;
    last_sent: Date | null;
    undelivered: Date | null;
  }>(
    `select s.taken_at, s.poll_interval_ms, s.source,
       (select max(taken_at) from alert.scanner_cursor) as scanned_at,
       (select min(next_attempt_at) from alert.notifications n
        where n.state = 'queued' and ${NOT_A_MEMBER} and next_attempt_at <= $1) as oldest_due,
       (select sent_at from alert.notifications n where sent_at is not null and lane is distinct from 'log'
        order by sent_at desc limit 1) as last_sent,
       least(
         (select min(queued_at) from alert.notifications n where n.state = 'queued' and ${NOT_A_MEMBER}
            and held_since is null and (next_attempt_at <= $1 or attempts > 0)),
         (select min(queued_at) from alert.notifications n where n.state in ('sending') and lease_until is not null),
         (select min(queued_at) from alert.notifications n where n.state = 'unknown'),
         (select min(queued_at) from alert.notifications n where n.state = 'failed' and updated_at > $2)
       ) as undelivered
     from (select 1) one
     left join lateral (
       select taken_at, poll_interval_ms, source from market.snapshots order by taken_at desc limit 1) s on true`,
    [iso(nowMs), iso(failedAfterMs)],
  );
  const row = rows[0];
  return {
    newestSnapshot:
      row?.taken_at == null
        ? null
        : { takenAtMs: row.taken_at.getTime(), pollIntervalMs: row.poll_interval_ms ?? 0, source: row.source ?? '' },
    scannedAtMs: row?.scanned_at?.getTime() ?? null,
    oldestDueMs: row?.oldest_due?.getTime() ?? null,
    lastSentMs: row?.last_sent?.getTime() ?? null,
    undeliveredSinceMs: row?.undelivered?.getTime() ?? null,
  };
}

/** A trouble that has not ended. */
export interface OpenIncident {
  readonly id: string;
  readonly kind: string;
  /** What it is about where there may be several; else ''. */
  readonly subject: string;
  readonly state: 'suspected' | 'open';
  readonly detail: string;
  readonly badSinceMs: number;
  /** null while it lasts. */
  readonly goodSinceMs: number | null;
}

/** Troubles that have not ended, oldest first; in a transaction they are locked. */
export async function readOpenIncidents(db: Executor, options: { lock: boolean }): Promise<OpenIncident[]> {
  const rows = await db.query<{
    id: string;
    kind: string;
    subject: string;
    state: 'suspected' | 'open';
    detail: string;
    bad_since: Date;
    good_since: Date | null;
  }>(
    `select id, kind, subject, state, detail, bad_since, good_since from ops.incidents where state <> 'ended'
     order by bad_since, id ${options.lock ? 'for update' : ''}`,
  );
  return rows.map(({ bad_since, good_since, ...row }) => ({
    ...row,
    badSinceMs: bad_since.getTime(),
    goodSinceMs: good_since?.getTime() ?? null,
  }));
}

/** Writes down how a trouble stands; one that is 'ended' leaves room for the next of its kind. */
export async function saveIncident(
  tx: Transaction,
  incident: Omit<OpenIncident, 'state'> & { readonly state: 'suspected' | 'open' | 'ended'; readonly nowMs: number },
): Promise<void> {
  const { id, kind, subject, state, detail, badSinceMs, goodSinceMs, nowMs } = incident;
  await tx.query(
    `insert into ops.incidents as i
       (id, kind, subject, state, detail, bad_since, good_since, opened_at, ended_at, updated_at)
     values ($1, $2, $3, $4::text, $5, $6, $7, case when $4 = 'open' then $8::timestamptz end,
       case when $4 = 'ended' then $8::timestamptz end, $8)
     on conflict (id) do update set state = excluded.state, detail = excluded.detail, good_since = excluded.good_since,
       opened_at = coalesce(i.opened_at, excluded.opened_at), ended_at = excluded.ended_at,
       updated_at = excluded.updated_at`,
    [id, kind, subject, state, detail, iso(badSinceMs), goodSinceMs === null ? null : iso(goodSinceMs), iso(nowMs)],
  );
}

/** A suspicion that did not come true. */
export async function dropIncident(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from ops.incidents where id = $1', [id]);
}

/** Old troubles go. */
export async function deleteIncidentsBefore(db: Executor, beforeMs: number): Promise<void> {
  await db.query(`delete from ops.incidents where state = 'ended' and ended_at < $1`, [iso(beforeMs)]);
}

export async function queueNotices(
  tx: Transaction,
  options: {
    incidentId: string;
    what: 'opened' | 'ended';
    notices: readonly { id: string; way: string }[];
    nowMs: number;
  },
): Promise<void> {
  const { incidentId, what, notices, nowMs } = options;
  await tx.query(
    `insert into ops.notices (id, incident_id, what, way, state, next_attempt_at, created_at)
     select id, $2, $3, way, 'due', $5, $5 from unnest($1::uuid[], $4::text[]) as n (id, way)
     on conflict (incident_id, what, way) do nothing`,
    [notices.map(({ id }) => id), incidentId, what, notices.map(({ way }) => way), iso(nowMs)],
  );
}

export interface ClaimedNotice {
  readonly id: string;
  readonly incidentId: string;
  readonly what: 'opened' | 'ended';
  readonly way: string;
  readonly attempts: number;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly badSinceMs: number;
  readonly endedAtMs: number | null;
}

/**
 * Claims the next notice that is to be told: it is 'sending' and committed when this returns.
 *
 * Edges: one that was claimed by a process that died is claimed again once its lease has ended: a notice twice is better
 *        than none. The end of a trouble is told after its beginning.
 */
export async function claimNotice(
  db: Database,
  options: { nowMs: number; leaseMs: number },
): Promise<ClaimedNotice | null> {
  const rows = await db.query<
    Omit<ClaimedNotice, 'badSinceMs' | 'endedAtMs'> & { bad_since: Date; ended_at: Date | null }
  >(
    `with next as (
       select n.id from ops.notices n
       where n.state in ('due', 'sending') and n.next_attempt_at <= $1 and (n.lease_until is null or n.lease_until <= $1)
         and not exists (
           select 1 from ops.notices first where first.incident_id = n.incident_id and first.way = n.way
             and first.what = 'opened' and n.what = 'ended' and first.state in ('due', 'sending'))
       order by n.created_at, n.id limit 1 for update skip locked
     ), claimed as (
       update ops.notices n set state = 'sending', attempts = attempts + 1, lease_until = $2
       from next where n.id = next.id returning n.*
     )
     select c.id, c.incident_id as "incidentId", c.what, c.way, c.attempts, i.kind, i.subject, i.detail, i.bad_since,
       i.ended_at
     from claimed c join ops.incidents i on i.id = c.incident_id`,
    [iso(options.nowMs), iso(options.nowMs + options.leaseMs)],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { bad_since, ended_at, ...rest } = row;
  return { ...rest, badSinceMs: bad_since.getTime(), endedAtMs: ended_at?.getTime() ?? null };
}

export async function endNotice(
  db: Executor,
  options: { id: string; state: 'due' | 'told' | 'failed'; nextAttemptAtMs: number },
): Promise<void> {
  await db.query('update ops.notices set state = $2, next_attempt_at = $3, lease_until = null where id = $1', [
    options.id,
    options.state,
    iso(options.nextAttemptAtMs),
  ]);
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
