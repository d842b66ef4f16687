-- What keeps an alert from being sent, or keeps it for later: holds, silences, inhibitions, acknowledgements.
-- Written by the notifier alone.

-- A held notification stays 'queued' until next_attempt_at; the wait does not make its alert too late.
alter table alert.notifications
  add column held_since timestamptz, -- not null: held until next_attempt_at
  add column held_ms bigint not null default 0, -- of holds that have ended
  add column muted_by uuid; -- the silence or inhibition that ended it
create index notifications_muted on alert.notifications (muted_by) where muted_by is not null;

alter table alert.alerts
  add column acknowledged_at timestamptz,
  add column acknowledged_by text; -- the way: 'api', 'link', 'call', ...

-- Nothing named: everything of the user. What is named must all fit.
create table alert.silences (
  id uuid primary key,
  user_id uuid not null,
  strategy_id uuid,
  coin_id integer,
  tag text,
  starts_at timestamptz not null,
  ends_at timestamptz not null, -- moved to the present when it is ended early
  comment text not null,
  snoozed_by uuid unique, -- the alert whose link made it, which works once
  created_at timestamptz not null,
  check (ends_at >= starts_at)
);
create index silences_user on alert.silences (user_id, ends_at);

-- While the source strategy fires, alerts of the targets are muted.
create table alert.inhibitions (
  id uuid primary key,
  user_id uuid not null,
  name text not null,
  enabled boolean not null,
  source_strategy_id uuid not null,
  source_coin_id integer, -- null: while it fires for any coin
  same_coin boolean not null, -- only alerts of the coin that it fires for
  target_tags text[], -- null and target_strategy_ids null: all other strategies
  target_strategy_ids uuid[],
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index inhibitions_user on alert.inhibitions (user_id);
