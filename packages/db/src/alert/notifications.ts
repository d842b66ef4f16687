import { decimalOf } from '@ubot/contracts';
import { withTransaction, type Database, type Executor, type Transaction } from '../database.ts';
import { CLAIMED, claimed, type ClaimedNotification, type ClaimedRow } from './claimedRow.ts';
import { uncount } from './counts.ts';
import { announcedWithMembers, MEMBERS_FOLLOW, NOT_A_MEMBER } from './digestMembers.ts';
import { change, iso } from './ledgerChange.ts';

/**
 * Locks due notifications of one lane (null: of channels that are gone) until the transaction ends: for each of these users
 * his oldest `perUser`. Those that another notifier has locked are passed over.
 */
export async function lockDueNotifications(
  tx: Transaction,
  options: { lane: string | null; userIds: readonly string[]; perUser: number; nowMs: number },
): Promise<ClaimedNotification[]> {
  const { lane, userIds, perUser, nowMs } = options;
  const inLane = lane === null ? 'n.lane is null' : 'n.lane = $4';
  const due = `n.state = 'queued' and n.next_attempt_at <= $1 and ${NOT_A_MEMBER} and ${inLane}`;
  const rows = await tx.query<ClaimedRow>(
    // Found once, as an array, and read by their ids; the state is asked again of a row that has changed meanwhile, in words that
    // lead to no index of everything that is queued.
    `${CLAIMED}
     where n.state || '' = 'queued' and n.next_attempt_at <= $1 and n.id = any(array(
       select due.id from unnest($2::uuid[]) as u (user_id) cross join lateral (
         select n.id from alert.notifications n where ${due} and n.user_id = u.user_id
         order by n.next_attempt_at, n.id limit $3
       ) due
     ))
     order by n.next_attempt_at, n.id for update of n skip locked`,
    [iso(nowMs), userIds, perUser, ...(lane === null ? [] : [lane])],
  );
  return rows.map((row) => claimed(row, options.nowMs));
}

export interface Lease {
  /** New for every claim: whoever records an outcome shows that the claim is still his. */
  readonly owner: string;
  readonly untilMs: number;
}

// What a hold that is over (or begins anew) has taken; `$now` is a parameter.
const heldUntil = (now: string): string =>
  `held_ms + coalesce(greatest(0, extract(epoch from least(${now}::timestamptz, next_attempt_at) - held_since) * 1000), 0)::bigint`;

/** A message that is about to be sent. What was written down at an earlier attempt stays. */
export interface Sending {
  readonly id: string;
  readonly body: string;
  /** SMS only. */
  readonly segments: number | null;
  /** What it is thought to cost, money in millionths; null: nobody knows. */
  readonly estimate: { readonly micros: number; readonly currency: string } | null;
  /** The day in its user's time zone on which it counts against the caps; null: it does not count, or has been counted. */
  readonly countedDay: string | null;
}

/** Writes down that sends are about to happen; committed before the provider is called. */
export async function markSending(
  tx: Transaction,
  options: {
    sends: readonly Sending[];
    provider: string;
    lease: Lease;
    /** When the provider is asked what they have cost; null: it cannot be. */
    priceAtMs: number | null;
    nowMs: number;
  },
): Promise<void> {
  const { sends, provider, lease, priceAtMs, nowMs } = options;
  if (sends.length === 0) return;
  await tx.query(
    `with changed as (
       update alert.notifications n set state = 'sending', attempts = attempts + 1, body = coalesce(n.body, s.body),
         provider = $3, lease_owner = $4, lease_until = $5, first_attempt_at = coalesce(first_attempt_at, $6),
         held_ms = ${heldUntil('$6')}, held_since = null, updated_at = $6,
         segments = coalesce(n.segments, s.segments), price = coalesce(n.price, s.price),
         currency = coalesce(n.currency, s.currency), price_estimated = coalesce(n.price_estimated, case when s.price is not null then true end),
         counted_at = coalesce(n.counted_at, case when s.counted_day is not null then $6::timestamptz end),
         counted_day = coalesce(n.counted_day, s.counted_day), price_due_at = coalesce(n.price_due_at, $11::timestamptz)
       from unnest($1::uuid[], $2::text[], $7::integer[], $8::numeric[], $9::text[], $10::text[])
         as s (id, body, segments, price, currency, counted_day)
       where n.id = s.id returning n.*
     ) ${MEMBERS_FOLLOW}
     select id from changed`,
    [
      sends.map(({ id }) => id),
      sends.map(({ body }) => body),
      provider,
      lease.owner,
      iso(lease.untilMs),
      iso(nowMs),
      sends.map(({ segments }) => segments),
      sends.map(({ estimate }) => (estimate === null ? null : decimalOf(estimate.micros))),
      sends.map(({ estimate }) => estimate?.currency ?? null),
      sends.map(({ countedDay }) => countedDay),
      priceAtMs === null ? null : iso(priceAtMs),
    ],
  );
}

/** Puts claimed notifications off until their sender or target may be used again. Nothing was tried. */
export async function postpone(
  tx: Transaction,
  options: {
    waits: readonly { readonly id: string; readonly untilMs: number; readonly body: string }[];
    errorCode: string;
    errorDetail: string;
    nowMs: number;
  },
): Promise<void> {
  const { waits, errorCode, errorDetail, nowMs } = options;
  if (waits.length === 0) return;
  await tx.query(
    `with changed as (
       update alert.notifications n set next_attempt_at = w.until, error_code = $3, error_detail = $4,
         held_ms = ${heldUntil('$5')}, held_since = null, updated_at = $5,
         body = coalesce(n.body, w.body)
       from unnest($1::uuid[], $2::timestamptz[], $6::text[]) as w (id, until, body) where n.id = w.id returning n.*
     ) ${MEMBERS_FOLLOW}
     select id from changed`,
    [
      waits.map(({ id }) => id),
      waits.map(({ untilMs }) => iso(untilMs)),
      errorCode,
      errorDetail,
      iso(nowMs),
      waits.map(({ body }) => body),
    ],
  );
}

/** The channel is of another kind than when this was queued: it goes on in that kind's lane. */
export async function changeLane(tx: Transaction, options: { id: string; lane: string }): Promise<void> {
  await tx.query('update alert.notifications set lane = $2 where id = $1', [options.id, options.lane]);
}

/** Ends a notification that was not handed to any provider. */
export async function endUnsent(
  tx: Transaction,
  options: {
    id: string;
    state: 'failed' | 'not_sent';
    errorCode: string;
    errorDetail: string;
    /** The silence or rule that muted it. */
    mutedBy: string | null;
    nowMs: number;
  },
): Promise<boolean> {
  return change(tx, {
    set: `state = $3, error_code = $4, error_detail = $5, muted_by = $6, held_ms = ${heldUntil('$2')}, held_since = null,
      lease_owner = null, lease_until = null`,
    where: `state = 'queued'`,
    id: options.id,
    nowMs: options.nowMs,
    values: [options.state, options.errorCode, options.errorDetail, options.mutedBy],
  });
}

/** Keeps a queued notification back until a time, with the reason; the wait does not count as its alert's age. */
export async function holdNotification(
  tx: Transaction,
  options: { id: string; untilMs: number; errorCode: string; errorDetail: string; nowMs: number },
): Promise<boolean> {
  return change(tx, {
    set: `error_code = $3, error_detail = $4, held_ms = ${heldUntil('$2')}, held_since = $2::timestamptz,
      next_attempt_at = $5`,
    where: `state = 'queued'`,
    id: options.id,
    nowMs: options.nowMs,
    values: [options.errorCode, options.errorDetail, iso(options.untilMs)],
  });
}

/**
 * Sends whose lease has ended: their notifier died. Those of providers that a repeat does not harm go back to the queue,
 * the others wait as unknown until they can be looked up.
 */
export async function expireLeases(
  db: Executor,
  options: { nowMs: number; lookUpAtMs: number; repeatable: readonly string[] },
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `with expired as (
       select id, coalesce(provider = any($3::text[]), false) as repeatable from alert.notifications
       where state = 'sending' and lease_until <= $1 and (digest_id is null or digest_id = id)
       for update skip locked
     ), changed as (
       update alert.notifications n set
         state = case when e.repeatable then 'queued' else 'unknown' end,
         next_attempt_at = case when e.repeatable then $1::timestamptz else $2::timestamptz end,
         error_code = 'CHANNEL_OUTCOME_UNKNOWN', error_detail = 'The notifier was stopped while it sent this.',
         lease_owner = null, lease_until = null, updated_at = $1
       from expired e where n.id = e.id returning n.*
     ) ${announcedWithMembers}`,
    [iso(options.nowMs), iso(options.lookUpAtMs), options.repeatable],
  );
  return rows.map(({ id }) => id);
}

/** Takes unknown notifications that are due to be looked up. */
export async function claimUnknown(
  tx: Transaction,
  options: { limit: number; nowMs: number; lease: Lease },
): Promise<ClaimedNotification[]> {
  const now = iso(options.nowMs);
  const rows = await tx.query<ClaimedRow>(
    `${CLAIMED}
     where n.state = 'unknown' and n.next_attempt_at <= $1 and (n.lease_until is null or n.lease_until <= $1)
       and ${NOT_A_MEMBER}
     order by n.next_attempt_at, n.id limit $2 for update of n skip locked`,
    [now, options.limit],
  );
  if (rows.length > 0) {
    await tx.query(
      `update alert.notifications set lease_owner = $2, lease_until = $3
       where id = any($1::uuid[]) or digest_id = any($1::uuid[])`,
      [rows.map(({ id }) => id), options.lease.owner, iso(options.lease.untilMs)],
    );
  }
  return rows.map((row) => claimed(row, options.nowMs));
}

export interface Accepted {
  readonly id: string;
  readonly providerMessageId: string | null;
  readonly providerStatus: string | null;
  /** As the provider counts them; null: it does not. */
  readonly segments: number | null;
  readonly nowMs: number;
}

const OPEN = `n.state in ('queued', 'sending', 'unknown')`;

/** The provider has them. True whatever became of the claim meanwhile; a later status is never set back. */
export async function markAccepted(db: Executor, accepted: readonly Accepted[]): Promise<void> {
  await db.query(
    `with changed as (
       update alert.notifications n set
         state = case when ${OPEN} then 'sent' else n.state end,
         provider_status = case when ${OPEN} then a.status else n.provider_status end,
         provider_message_id = case when ${OPEN} then coalesce(a.message_id, n.provider_message_id)
           else coalesce(n.provider_message_id, a.message_id) end,
         error_code = case when n.state = 'failed' then n.error_code end,
         error_detail = case when n.state = 'failed' then n.error_detail end,
         sent_at = coalesce(n.sent_at, a.at), lease_owner = null, lease_until = null, updated_at = a.at,
         segments = case when n.price_estimated is false then n.segments else coalesce(a.segments, n.segments) end
       from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::integer[])
         as a (id, message_id, status, at, segments)
       -- What has failed already, by a word that came before this, was taken all the same.
       where n.id = a.id and (a.message_id is null or not a.message_id = any(n.earlier_message_ids)) returning n.*
     ) ${announcedWithMembers}`,
    [
      accepted.map(({ id }) => id),
      accepted.map(({ providerMessageId }) => providerMessageId),
      accepted.map(({ providerStatus }) => providerStatus),
      accepted.map(({ nowMs }) => iso(nowMs)),
      accepted.map(({ segments }) => segments),
    ],
  );
}

export interface EndOfAttempt {
  readonly id: string;
  readonly owner: string;
  readonly state: 'queued' | 'unknown' | 'failed';
  readonly errorCode: string;
  readonly errorDetail: string;
  /** When it is tried or looked up next. */
  readonly nextAttemptAtMs: number;
  /** false: nothing was tried, so the attempt is taken back. */
  readonly counts: boolean;
  readonly nowMs: number;
}

/** How sends or look-ups ended that did not find the message taken. One whose claim is lost stays as it is. */
export async function endAttempts(db: Database, ends: readonly EndOfAttempt[]): Promise<void> {
  const refused = new Set(ends.filter(wasNotTaken).map(({ id }) => id));
  if (refused.size === 0) {
    await writeEnds(db, ends);
    return;
  }
  await withTransaction(db, async (tx) => {
    const ended = await writeEnds(tx, ends);
    await uncount(
      tx,
      ended.filter((id) => refused.has(id)),
    );
  });
}

/** For good, and surely without anybody having it: it cost nothing, and makes room for another. */
const wasNotTaken = ({ state, errorCode }: EndOfAttempt): boolean =>
  state === 'failed' && errorCode !== 'CHANNEL_OUTCOME_UNKNOWN';

async function writeEnds(db: Executor, ends: readonly EndOfAttempt[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `with changed as (
       update alert.notifications n set state = e.state, error_code = e.code, error_detail = e.detail,
         next_attempt_at = e.next_at, attempts = n.attempts - case when e.counts then 0 else 1 end,
         lease_owner = null, lease_until = null, updated_at = e.at
       from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[],
         $8::timestamptz[]) as e (id, owner, state, code, detail, next_at, counts, at)
       where n.id = e.id and n.state in ('sending', 'unknown') and n.lease_owner = e.owner returning n.*
     ) ${announcedWithMembers}`,
    [
      ends.map(({ id }) => id),
      ends.map(({ owner }) => owner),
      ends.map(({ state }) => state),
      ends.map(({ errorCode }) => errorCode),
      ends.map(({ errorDetail }) => errorDetail),
      ends.map(({ nextAttemptAtMs }) => iso(nextAttemptAtMs)),
      ends.map(({ counts }) => counts),
      ends.map(({ nowMs }) => iso(nowMs)),
    ],
  );
  return rows.map(({ id }) => id);
}
