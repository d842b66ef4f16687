import type { Alert, ChannelOptions, ChannelTarget, Digest, NotificationState, QuietHours } from '@ubot/contracts';
import type { Executor, Transaction } from '../database.ts';
import { announcedWithMembers, MEMBERS_FOLLOW, NOT_A_MEMBER } from './digestMembers.ts';

/** A row of the delivery ledger with everything that a delivery needs to know. */
export interface ClaimedNotification {
  readonly id: string;
  readonly userId: string;
  readonly channelId: string;
  /** Its own id: it is the one of a digest that is sent, with the text of all. */
  readonly digestId: string | null;
  /** 'notice': the text is uBot's own and was there from the beginning. */
  readonly purpose: 'alert' | 'notice';
  /** When it was counted against the caps; null: not counted. */
  readonly countedAtMs: number | null;
  readonly alert: Alert;
  readonly attempts: number;
  /** Why it has not gone out yet; null: it is new. */
  readonly errorCode: string | null;
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
    readonly options: ChannelOptions;
    /** null: as is configured for channels of its kind. */
    readonly digest: Digest | null;
  } | null;
  /** The kind it goes by when that is another than its channel's. */
  readonly sentAs: 'sms' | null;
  /** Messages that the provider took and then failed, before another was sent in their place. */
  readonly earlierMessageIds: readonly string[];
  /** The strategy's own message; null for the default text. */
  readonly template: string | null;
  readonly maxAgeMs: number | null;
  readonly timeZone: string | null;
  readonly quietHours: QuietHours | null;
  /** Of the strategy version that fired. */
  readonly tags: readonly string[];
  /** The strategy passes what would hold it back. */
  readonly urgent: boolean;
  /** How long it has been held back on purpose until now, which does not make its alert older. */
  readonly heldMs: number;
  readonly acknowledgedAtMs: number | null;
}

export interface ClaimedRow {
  id: string;
  user_id: string;
  error_code: string | null;
  channel_id: string;
  digest_id: string | null;
  purpose: 'alert' | 'notice';
  counted_at: Date | null;
  digest: Digest | null;
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
  options: ChannelOptions | null;
  sent_as: 'sms' | null;
  earlier_message_ids: string[];
  template: string | null;
  max_age_ms: string | null;
  time_zone: string | null;
  quiet_hours: QuietHours | null;
  tags: string[] | null;
  urgent: boolean | null;
  held_ms: string;
  held_since: Date | null;
  next_attempt_at: Date;
  acknowledged_at: Date | null;
}

/** `n` is the ledger. */
export const CLAIMED = `
  select n.id, n.user_id, n.error_code, n.channel_id, n.digest_id, n.purpose, n.counted_at, c.digest, n.alert_id,
    a.sequence, a.body as alert_body, a.created_at as alert_created_at, n.attempts, n.body,
    n.provider, n.first_attempt_at, c.target, c.enabled, c.signing_secret, c.options,
    n.sent_as, n.earlier_message_ids,
    c.verified_at is not null as verified, v.definition ->> 'message' as template,
    v.definition #>> '{trigger,maxAgeMs}' as max_age_ms, u.settings ->> 'timeZone' as time_zone, u.settings -> 'quietHours' as quiet_hours,
    v.definition -> 'tags' as tags, (v.definition ->> 'urgent')::boolean as urgent,
    n.held_ms, n.held_since, n.next_attempt_at,
    -- A message of several alerts is not ended by the acknowledgement of one.
    case when n.digest_id is null then a.acknowledged_at end as acknowledged_at
  from alert.notifications n
  join alert.alerts a on a.id = n.alert_id
  left join account.channels c on c.id = n.channel_id and c.user_id = n.user_id
  left join account.strategy_versions v on v.id = a.strategy_version_id
  left join account.users u on u.id = n.user_id`;

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** A hold lasts until the next attempt is due, or until now when it was cut short. */
function heldMsOf(row: ClaimedRow, nowMs: number): number {
  const { held_since: since, next_attempt_at: until } = row;
  const currentMs = since === null ? 0 : Math.min(nowMs, until.getTime()) - since.getTime();
  return Number(row.held_ms) + Math.max(0, currentMs);
}

export function claimed(row: ClaimedRow, nowMs: number): ClaimedNotification {
  const { target, enabled, verified } = row;
  return {
    id: row.id,
    userId: row.user_id,
    errorCode: row.error_code,
    channelId: row.channel_id,
    digestId: row.digest_id,
    purpose: row.purpose,
    countedAtMs: row.counted_at?.getTime() ?? null,
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
      target === null
        ? null
        : {
            target,
            enabled: enabled === true,
            verified,
            signingSecret: row.signing_secret,
            options: row.options ?? {},
            digest: row.digest,
          },
    sentAs: row.sent_as,
    earlierMessageIds: row.earlier_message_ids,
    template: row.template,
    maxAgeMs: row.max_age_ms === null ? null : Number(row.max_age_ms),
    timeZone: row.time_zone,
    quietHours: row.quiet_hours,
    tags: row.tags ?? [],
    urgent: row.urgent === true,
    heldMs: heldMsOf(row, nowMs),
    acknowledgedAtMs: row.acknowledged_at?.getTime() ?? null,
  };
}

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
    `${CLAIMED}
     where n.state = 'queued' and n.next_attempt_at <= $1 and n.id in (
       select due.id from unnest($2::uuid[]) as u (user_id) cross join lateral (
         select n.id from alert.notifications n where ${due} and n.user_id = u.user_id
         order by n.next_attempt_at, n.id limit $3
       ) due
     )
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

/** Writes down that sends are about to happen; committed before the provider is called. */
export async function markSending(
  tx: Transaction,
  options: {
    sends: readonly { readonly id: string; readonly body: string }[];
    provider: string;
    lease: Lease;
    nowMs: number;
  },
): Promise<void> {
  const { sends, provider, lease, nowMs } = options;
  if (sends.length === 0) return;
  await tx.query(
    `with changed as (
       update alert.notifications n set state = 'sending', attempts = attempts + 1, body = coalesce(n.body, s.body),
         provider = $3, lease_owner = $4, lease_until = $5, first_attempt_at = coalesce(first_attempt_at, $6),
         held_ms = ${heldUntil('$6')}, held_since = null, updated_at = $6
       from unnest($1::uuid[], $2::text[]) as s (id, body) where n.id = s.id returning n.*
     ) ${MEMBERS_FOLLOW}
     select id from changed`,
    [sends.map(({ id }) => id), sends.map(({ body }) => body), provider, lease.owner, iso(lease.untilMs), iso(nowMs)],
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
         sent_at = coalesce(n.sent_at, a.at), lease_owner = null, lease_until = null, updated_at = a.at
       from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) as a (id, message_id, status, at)
       -- What has failed already, by a word that came before this, was taken all the same.
       where n.id = a.id and (a.message_id is null or not a.message_id = any(n.earlier_message_ids)) returning n.*
     ) ${announcedWithMembers}`,
    [
      accepted.map(({ id }) => id),
      accepted.map(({ providerMessageId }) => providerMessageId),
      accepted.map(({ providerStatus }) => providerStatus),
      accepted.map(({ nowMs }) => iso(nowMs)),
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
export async function endAttempts(db: Executor, ends: readonly EndOfAttempt[]): Promise<void> {
  await db.query(
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
}

/** What a provider's word about a message is judged by. */
export interface Delivery {
  readonly state: NotificationState;
  readonly provider: string | null;
  readonly providerMessageId: string | null;
  readonly providerStatus: string | null;
  readonly earlierMessageIds: readonly string[];
  /** null: the channel is gone. */
  readonly target: ChannelTarget | null;
  readonly options: ChannelOptions;
  readonly sentAs: 'sms' | null;
}

/** Locks a notification until the transaction ends; null: there is none. */
export async function lockDelivery(tx: Transaction, id: string): Promise<Delivery | null> {
  const rows = await tx.query<{
    state: NotificationState;
    provider: string | null;
    provider_message_id: string | null;
    provider_status: string | null;
    earlier_message_ids: string[];
    target: ChannelTarget | null;
    options: ChannelOptions | null;
    sent_as: 'sms' | null;
  }>(
    `select n.state, n.provider, n.provider_message_id, n.provider_status, n.earlier_message_ids, n.sent_as,
       c.target, c.options
     from alert.notifications n left join account.channels c on c.id = n.channel_id where n.id = $1 for update of n`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    state: row.state,
    provider: row.provider,
    providerMessageId: row.provider_message_id,
    providerStatus: row.provider_status,
    earlierMessageIds: row.earlier_message_ids,
    target: row.target,
    options: row.options ?? {},
    sentAs: row.sent_as,
  };
}

/**
 * Queues a notification anew in the place of a message that has surely failed: by the same way, or once by another.
 * Whatever is heard of the failed message later changes nothing.
 *
 * Edges: with an owner only while the claim is his.
 */
export async function sendAnew(
  tx: Transaction,
  options: {
    id: string;
    owner: string | null;
    failedMessageId: string | null;
    sentAs: 'sms' | null;
    errorCode: string;
    reason: string;
    nowMs: number;
  },
): Promise<boolean> {
  const { id, owner, failedMessageId, sentAs, errorCode, reason, nowMs } = options;
  return change(tx, {
    set: `state = 'queued', next_attempt_at = $2::timestamptz, sent_as = coalesce($3, sent_as), lane = coalesce($3, lane),
      sent_as_reason = case when $3::text is null then sent_as_reason else $4 end,
      error_code = $5, error_detail = $4, provider_message_id = null, provider_status = null, sent_at = null,
      earlier_message_ids = case when $6::text is null then earlier_message_ids else earlier_message_ids || $6::text end,
      lease_owner = null, lease_until = null`,
    where: `($3::text is null or sent_as is null) and ($7::uuid is null or lease_owner = $7 and state = 'sending')`,
    id,
    nowMs,
    values: [sentAs, reason, errorCode, failedMessageId, owner],
  });
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
