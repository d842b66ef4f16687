import type { Alert, Caps, ChannelOptions, ChannelTarget, Digest, QuietHours, QuotaOverrides } from '@ubot/contracts';

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
  /** null: the user has set none. */
  readonly locale: string | null;
  readonly quietHours: QuietHours | null;
  /** The user's own; null: none. */
  readonly ownCaps: Caps | null;
  /** What the operator has set for this user alone. */
  readonly operatorCaps: Caps;
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
  locale: string | null;
  quiet_hours: QuietHours | null;
  own_caps: Caps | null;
  quotas: QuotaOverrides | null;
  tags: string[] | null;
  urgent: boolean | null;
  held_ms: string;
  held_since: Date | null;
  next_attempt_at: Date;
  acknowledged_at: Date | null;
}

/** When all that a row of the ledger `n` tells of, alert `a` or the alerts of its digest, had been seen. */
export const SEEN_AT = `
    case when n.digest_id is null then a.acknowledged_at else (
      select case when bool_and(told.acknowledged_at is not null) then max(told.acknowledged_at) end
      from alert.notifications m join alert.alerts told on told.id = m.alert_id where m.digest_id = n.digest_id
    ) end`;

/** `n` is the ledger. */
export const CLAIMED = `
  select n.id, n.user_id, n.error_code, n.channel_id, n.digest_id, n.purpose, n.counted_at, c.digest, n.alert_id,
    a.sequence, a.body as alert_body, a.created_at as alert_created_at, n.attempts, n.body,
    n.provider, n.first_attempt_at, c.target, c.enabled, c.signing_secret, c.options,
    n.sent_as, n.earlier_message_ids,
    c.verified_at is not null as verified, v.definition ->> 'message' as template,
    v.definition #>> '{trigger,maxAgeMs}' as max_age_ms, u.settings ->> 'timeZone' as time_zone, u.settings ->> 'locale' as locale, u.settings -> 'quietHours' as quiet_hours,
    u.settings -> 'caps' as own_caps, u.quotas,
    v.definition -> 'tags' as tags, (v.definition ->> 'urgent')::boolean as urgent,
    n.held_ms, n.held_since, n.next_attempt_at,
    ${SEEN_AT} as acknowledged_at
  from alert.notifications n
  join alert.alerts a on a.id = n.alert_id
  left join account.channels c on c.id = n.channel_id and c.user_id = n.user_id
  left join account.strategy_versions v on v.id = a.strategy_version_id
  left join account.users u on u.id = n.user_id`;

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
    locale: row.locale,
    quietHours: row.quiet_hours,
    ownCaps: row.own_caps,
    operatorCaps: row.quotas?.caps ?? {},
    tags: row.tags ?? [],
    urgent: row.urgent === true,
    heldMs: heldMsOf(row, nowMs),
    acknowledgedAtMs: row.acknowledged_at?.getTime() ?? null,
  };
}
