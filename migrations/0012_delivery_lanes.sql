-- What is due is found by channel kind and user, however much of another kind or user waits: a provider that is away, or
-- one user's ten thousand alerts, must not make anybody else's claim slow.
alter table alert.notifications add column lane text; -- the channel's kind; null: not known yet, or the channel is gone
update alert.notifications n set lane = c.kind
from account.channels c where c.id = n.channel_id and n.state in ('queued', 'sending', 'unknown');

-- Members of a digest go with their leader; they are never due themselves.
create index notifications_lane_due on alert.notifications (lane, next_attempt_at)
  where state = 'queued' and (digest_id is null or digest_id = id);
create index notifications_lane_user on alert.notifications (lane, user_id, next_attempt_at)
  where state = 'queued' and (digest_id is null or digest_id = id);
create index notifications_leases on alert.notifications (lease_until) where state = 'sending';
create index notifications_unknown on alert.notifications (next_attempt_at) where state = 'unknown';
drop index alert.notifications_due;

-- When the last one went out, for whoever watches over the whole.
create index notifications_sent on alert.notifications (sent_at) where sent_at is not null;
create index notifications_failed on alert.notifications (updated_at) where state = 'failed';

-- Troubles of the whole that an operator has to know of. One row is one trouble from its first sign to its end.
create table ops.incidents (
  id uuid primary key,
  kind text not null,
  subject text not null, -- what it is about where there may be several, as the driver's name; else ''
  -- 'suspected': not for long enough yet to be told; 'open': told, or about to be; 'ended'.
  state text not null check (state in ('suspected', 'open', 'ended')),
  detail text not null,
  bad_since timestamptz not null,
  good_since timestamptz, -- null while the trouble lasts
  opened_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz not null
);
create unique index incidents_current on ops.incidents (kind, subject) where state <> 'ended';
create index incidents_ended on ops.incidents (ended_at) where state = 'ended';

-- What the operator is told of them: claimed before it is sent, so that each is told once whoever is restarted.
create table ops.notices (
  id uuid primary key,
  incident_id uuid not null references ops.incidents (id) on delete cascade,
  what text not null check (what in ('opened', 'ended')),
  way text not null, -- 'webhook', 'email'
  state text not null check (state in ('due', 'sending', 'told', 'failed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  lease_until timestamptz,
  created_at timestamptz not null,
  unique (incident_id, what, way)
);
create index notices_due on ops.notices (next_attempt_at) where state in ('due', 'sending');
