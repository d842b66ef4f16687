-- Alerts and their delivery. Alerts, state and cursor are written by the scanner; the ledger's progress by the notifier.
create schema alert;

create table alert.alerts (
  id uuid primary key,
  sequence bigint generated always as identity unique,
  user_id uuid not null,
  strategy_id uuid not null,
  strategy_version_id uuid not null,
  coin_id integer not null,
  triggered_at timestamptz not null,
  body jsonb not null, -- the alert as contracts' AlertSchema has it, without id, sequence and createdAtMs
  created_at timestamptz not null,
  -- The identity of an alert: a restart, a second scanner or a replay cannot claim it twice.
  unique (strategy_version_id, coin_id, triggered_at)
);
create index alerts_user on alert.alerts (user_id, sequence desc);

-- The delivery ledger: one row per alert and channel.
create table alert.notifications (
  id uuid primary key,
  alert_id uuid not null references alert.alerts (id) on delete cascade,
  user_id uuid not null,
  channel_id uuid not null,
  state text not null check (state in ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'not_sent')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  lease_owner uuid,
  lease_until timestamptz,
  body text, -- as rendered for the first attempt; a retry or a look-up uses the same text
  provider text,
  provider_message_id text,
  provider_status text,
  error_code text,
  error_detail text,
  queued_at timestamptz not null,
  first_attempt_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  updated_at timestamptz not null,
  unique (alert_id, channel_id)
);
create index notifications_due on alert.notifications (next_attempt_at) where state in ('queued', 'sending', 'unknown');
create index notifications_provider on alert.notifications (provider_message_id) where provider_message_id is not null;

-- The alert machine of each (strategy version, coin) that is not in its resting state.
create table alert.alert_state (
  strategy_version_id uuid not null,
  coin_id integer not null,
  strategy_id uuid not null,
  state jsonb not null,
  updated_at timestamptz not null,
  primary key (strategy_version_id, coin_id)
);

-- Decisions that kept a true condition from being sent (cooling_down, over_daily_cap, too_late, …), kept for the
-- question "why no alert?". The ordinary not_true is answered live.
create table alert.decisions (
  id bigint generated always as identity primary key,
  strategy_version_id uuid not null,
  strategy_id uuid not null,
  coin_id integer not null,
  evaluated_at timestamptz not null,
  reason text not null,
  detail jsonb not null default '{}'
);
create index decisions_strategy on alert.decisions (strategy_id, coin_id, evaluated_at desc);

-- How far the scanner has come, moved in the transaction that claims a snapshot's alerts.
create table alert.scanner_cursor (
  scanner text primary key, -- the shard, '0/1' for one scanner
  snapshot_id bigint not null,
  taken_at timestamptz not null,
  updated_at timestamptz not null
);

-- Snapshots that came by POST rather than from the market tables, stored before they are acknowledged.
create table alert.pushed_snapshots (
  id bigint generated always as identity primary key,
  taken_at timestamptz not null unique,
  message jsonb not null,
  received_at timestamptz not null
);
