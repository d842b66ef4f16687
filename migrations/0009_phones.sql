-- What the people behind phone numbers have said, channels that nothing gets to, and messages that went another way.
-- Written by the notifier, but for the options of a channel, which are user-manager's.

create table alert.phone_numbers (
  number text primary key, -- E.164
  opted_out_at timestamptz, -- STOP counts for SMS, WhatsApp and calls, whoever's channels they are; START ends it
  opted_out_by text, -- 'word', or 'provider': told by its refusal
  whatsapp_inbound_at timestamptz, -- last wrote by WhatsApp, which allows free text for 24 hours
  updated_at timestamptz not null
);

-- A signed message counts once, whoever posts it again and whenever. Nothing but its id is kept.
create table alert.inbound_messages (
  sid text primary key,
  received_at timestamptz not null
);

-- Channels that nothing will get to until their user does something. Counts only while the channel leads to `target`.
create table alert.channel_pauses (
  channel_id uuid primary key,
  user_id uuid not null,
  target jsonb not null,
  reason text not null check (reason in ('unreachable', 'opted_out')),
  detail text not null,
  paused_at timestamptz not null,
  told_at timestamptz, -- when the user was told of it by another channel, or could not be
  told_channel_id uuid
);
create index channel_pauses_user on alert.channel_pauses (user_id);
create index channel_pauses_untold on alert.channel_pauses (paused_at) where told_at is null;

alter table alert.notifications
  add column sent_as text, -- the kind it goes by when that is another than its channel's
  add column sent_as_reason text,
  -- Messages that the provider took and then failed, before another was sent in their place.
  add column earlier_message_ids text[] not null default '{}';

alter table account.channels add column options jsonb not null default '{}';
