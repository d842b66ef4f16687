-- Digests (several alerts in one message), caps on messages and money, and what each message costs.

-- How alerts to a channel are gathered: {"waitMs": 30000, "intervalMs": 300000}; null: the configured defaults.
-- Written by user-manager like the rest of the row.
alter table account.channels add column digest jsonb;

alter table alert.notifications
  -- The leader of a digest refers to itself, its members to the leader. Only the leader is sent, looked up and paid for;
  -- the members take over each of its changes.
  add column digest_id uuid references alert.notifications (id) on delete set null,
  -- 'notice': words of uBot's own about the alert; no stage but the sending concerns it.
  add column purpose text not null default 'alert' check (purpose in ('alert', 'notice')),
  add column segments integer,
  add column price numeric(14, 6),
  add column currency text,
  add column price_estimated boolean, -- false: the provider's own price
  -- When it was counted against the caps, and the day in the user's time zone then; null: not counted, or no more.
  add column counted_at timestamptz,
  add column counted_day text;
-- What waits for a channel: looked at when one of its alerts is due.
create index notifications_waiting on alert.notifications (channel_id) where state = 'queued';
create index notifications_digest on alert.notifications (digest_id) where digest_id is not null;
create index notifications_counted_user on alert.notifications (user_id, counted_day) where counted_day is not null;
create index notifications_counted on alert.notifications (counted_at) where counted_at is not null;

-- When a channel had its last message of gathered alerts; the row is also the lock under which a digest is made.
create table alert.channel_digests (
  channel_id uuid primary key,
  user_id uuid not null,
  last_at timestamptz -- null: never
);

-- Messages and money so far, reserved in the transaction that claims a message.
create table alert.message_counts (
  owner uuid not null, -- a user; 00000000-…: everybody together
  period text not null, -- '2026-11-21' or '2026-11': in the user's time zone, in UTC for everybody
  messages integer not null default 0,
  money numeric(14, 6) not null default 0, -- in the currency of the configured prices
  primary key (owner, period)
);

-- What a user has to be told outside the channels that are concerned, once per subject.
create table alert.notices (
  id uuid primary key,
  user_id uuid not null,
  kind text not null, -- 'over_cap'
  subject text not null, -- what it is said once about: 'user/messages/2026-11-21'
  text text not null,
  at timestamptz not null,
  unique (user_id, kind, subject)
);
create index notices_user on alert.notices (user_id, id desc);
