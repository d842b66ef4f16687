import type { Alert, ChannelTarget, NotificationState } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { announcedWithMembers, MEMBERS_FOLLOW, NOT_A_MEMBER } from './digestMembers.ts';

/** A row of the delivery ledger with everything that a delivery needs to know. */
export interface ClaimedNotification {
  readonly id: string;
  readonly alert: Alert;
  readonly attempts: number;
  /** As rendered for the first attempt; null before it. */
  readonly body: string | null;
  readonly provider: string | null;
  readonly firstAttemptAtMs: number | null;
  /** null: the channel is gone. */
  readonly channel: {
    readonly target: ChannelTarget;
    readonly enabled: boolean;
    readonly verified: boolean;
    readonly signingSecret: string | null;
  } | null;
  /** The strategy's own message; null for the default text. */
  readonly template: string | null;
  readonly maxAgeMs: number | null;
  readonly timeZone: string | null;
  /** Of the strategy version that fired. */
  readonly tags: readonly string[];
  /** The strategy passes what would hold it back. */
  readonly urgent: boolean;
  /** How long it has been held back on purpose until now, which does not make its alert older. */
  readonly heldMs: number;
  readonly acknowledgedAtMs: number | null;
}

interface Row {
  id: string;
  alert_id: string;
  sequence: string;
  alert_body: Omit<Alert, 'id' | 'sequence' | 'createdAtMs'>;
  alert_created_at: Date;
  attempts: number;
  body: string | null;
  provider: string | null;
  first_attempt_at: Date | null;
  target: ChannelTarget | null;
  enabled: boolean | null;
  verified: boolean;
  signing_secret: string | null;
  template: string | null;
  max_age_ms: string | null;
  time_zone: string | null;
  tags: string[] | null;
  urgent: boolean | null;
  held_ms: string;
  held_since: Date | null;
  next_attempt_at: Date;
  acknowledged_at: Date | null;
}

const CLAIMED = `
  select n.id, n.alert_id, a.sequence, a.body as alert_body, a.created_at as alert_created_at, n.attempts, n.body,
    n.provider, n.first_attempt_at, c.target, c.enabled, c.signing_secret,
    c.verified_at is not null as verified, v.definition ->> 'message' as template,
    v.definition #>> '{trigger,maxAgeMs}' as max_age_ms, u.settings ->> 'timeZone' as time_zone,
    v.definition -> 'tags' as tags, (v.definition ->> 'urgent')::boolean as urgent,
    n.held_ms, n.held_since, n.next_attempt_at, a.acknowledged_at
  from alert.notifications n
  join alert.alerts a on a.id = n.alert_id
  left join account.channels c on c.id = n.channel_id and c.user_id = n.user_id
  left join account.strategy_versions v on v.id = a.strategy_version_id
  left join account.users u on u.id = n.user_id`;

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** A hold lasts until the next attempt is due, or until now when it was cut short. */
function heldMsOf(row: Row, nowMs: number): number {
  const { held_since: since, next_attempt_at: until } = row;
  const currentMs = since === null ? 0 : Math.min(nowMs, until.getTime()) - since.getTime();
  return Number(row.held_ms) + Math.max(0, currentMs);
}

function claimed(row: Row, nowMs: number): ClaimedNotification {
  const { target, enabled, verified } = row;
  return {
    id: row.id,
    alert: {
      ...row.alert_body,
      id: row.alert_id,
      sequence: row.sequence,
      createdAtMs: row.alert_created_at.getTime(),
    },
    attempts: row.attempts,
    body: row.body,
    provider: row.provider,
    firstAttemptAtMs: row.first_attempt_at?.getTime() ?? null,
    channel:
      target === null ? null : { target, enabled: enabled === true, verified, signingSecret: row.signing_secret },
    template: row.template,
    maxAgeMs: row.max_age_ms === null ? null : Number(row.max_age_ms),
    timeZone: row.time_zone,
    tags: row.tags ?? [],
    urgent: row.urgent === true,
    heldMs: heldMsOf(row, nowMs),
    acknowledgedAtMs: row.acknowledged_at?.getTime() ?? null,
  };
}

/**
 * Locks due notifications of one channel kind (null: of channels that are gone) until the transaction ends. Those that
 * another notifier has locked are passed over.
 */
export async function lockDueNotifications(
  tx: Transaction,
  options: { kind: string | null; limit: number; nowMs: number },
): Promise<ClaimedNotification[]> {
  const rows = await tx.query<Row>(
    `${CLAIMED}
     where n.state = 'queued' and n.next_attempt_at <= $1 and c.kind is not distinct from $2 and ${NOT_A_MEMBER}
     order by n.next_attempt_at, n.id limit $3 for update of n skip locked`,
    [iso(options.nowMs), options.kind, options.limit],
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

/** Writes down that a send is about to happen; committed before the provider is called. */
export async function markSending(
  tx: Transaction,
  options: { id: string; body: string; provider: string; lease: Lease; nowMs: number },
): Promise<void> {
  const { id, body, provider, lease, nowMs } = options;
  await tx.query(
    `with changed as (
       update alert.notifications set state = 'sending', attempts = attempts + 1, body = coalesce(body, $2),
         provider = $3, lease_owner = $4, lease_until = $5, first_attempt_at = coalesce(first_attempt_at, $6),
         held_ms = ${heldUntil('$6')}, held_since = null, updated_at = $6
       where id = $1 returning *
     ) ${MEMBERS_FOLLOW}
     select id from changed`,
    [id, body, provider, lease.owner, iso(lease.untilMs), iso(nowMs)],
  );
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
  const rows = await tx.query<Row>(
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

/** The provider has it. True whatever became of the claim meanwhile; a later status is never set back. */
export async function markAccepted(
  db: Executor,
  options: { id: string; providerMessageId: string | null; providerStatus: string | null; nowMs: number },
): Promise<boolean> {
  return change(db, {
    set: `state = case when state in ('queued', 'sending', 'unknown') then 'sent' else state end,
      provider_status = case when state in ('queued', 'sending', 'unknown') then $4 else provider_status end,
      provider_message_id = case when state in ('queued', 'sending', 'unknown') then coalesce($3, provider_message_id)
        else coalesce(provider_message_id, $3) end,
      error_code = case when state = 'failed' then error_code end,
      error_detail = case when state = 'failed' then error_detail end,
      sent_at = coalesce(sent_at, $2), lease_owner = null, lease_until = null`,
    where: 'true',
    id: options.id,
    nowMs: options.nowMs,
    values: [options.providerMessageId, options.providerStatus],
  });
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

/** How a send or a look-up ended that did not find the message taken. Nothing changes when the claim is lost. */
export async function endAttempt(db: Executor, end: EndOfAttempt): Promise<boolean> {
  return change(db, {
    set: `state = $3, error_code = $4, error_detail = $5, next_attempt_at = $6,
      attempts = attempts - case when $7 then 0 else 1 end, lease_owner = null, lease_until = null`,
    where: `state in ('sending', 'unknown') and lease_owner = $8`,
    id: end.id,
    nowMs: end.nowMs,
    values: [end.state, end.errorCode, end.errorDetail, iso(end.nextAttemptAtMs), end.counts, end.owner],
  });
}

/** What a provider's word about a message is judged by. */
export interface Delivery {
  readonly state: NotificationState;
  readonly provider: string | null;
  readonly providerMessageId: string | null;
  readonly providerStatus: string | null;
}

/** Locks a notification until the transaction ends; null: there is none. */
export async function lockDelivery(tx: Transaction, id: string): Promise<Delivery | null> {
  const rows = await tx.query<{
    state: NotificationState;
    provider: string | null;
    provider_message_id: string | null;
    provider_status: string | null;
  }>(`select state, provider, provider_message_id, provider_status from alert.notifications where id = $1 for update`, [
    id,
  ]);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    state: row.state,
    provider: row.provider,
    providerMessageId: row.provider_message_id,
    providerStatus: row.provider_status,
  };
}

/** Records what the provider says has become of a message. */
export async function saveDelivery(
  tx: Transaction,
  options: {
    id: string;
    state: 'sent' | 'delivered' | 'failed';
    providerMessageId: string;
    providerStatus: string;
    error: { code: string; detail: string } | null;
    nowMs: number;
  },
): Promise<boolean> {
  const { id, state, providerMessageId, providerStatus, error, nowMs } = options;
  return change(tx, {
    set: `state = $3, provider_message_id = $4, provider_status = $5, error_code = $6, error_detail = $7,
      sent_at = coalesce(sent_at, $2),
      delivered_at = case when $3 = 'delivered' then coalesce(delivered_at, $2) else delivered_at end,
      lease_owner = null, lease_until = null`,
    where: 'true',
    id,
    nowMs,
    values: [state, providerMessageId, providerStatus, error?.code ?? null, error?.detail ?? null],
  });
}

/** When the next notification wants something; null: none does. */
export async function nextNotificationDueMs(db: Executor): Promise<number | null> {
  const rows = await db.query<{ due: Date | null }>(
    `select min(case when state = 'sending' then lease_until
                     else greatest(next_attempt_at, coalesce(lease_until, next_attempt_at)) end) as due
     from alert.notifications n where state in ('queued', 'sending', 'unknown') and ${NOT_A_MEMBER}`,
  );
  return rows[0]?.due?.getTime() ?? null;
}

/**
 * One update of one notification, and with it of the members of its digest, announced with the commit. `$1` is the id,
 * `$2` now, the values follow.
 */
async function change(
  db: Executor,
  options: { set: string; where: string; id: string; nowMs: number; values: readonly unknown[] },
): Promise<boolean> {
  const rows = await db.query(
    `with changed as (
       update alert.notifications set ${options.set}, updated_at = $2::timestamptz
       where id = $1 and ${options.where} returning *
     ) ${announcedWithMembers}`,
    [options.id, iso(options.nowMs), ...options.values],
  );
  return rows.length > 0;
}
