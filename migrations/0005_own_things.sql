-- What a user has beside strategies and channels. Written by user-manager alone.

create table account.watchlists (
  id uuid primary key,
  user_id uuid not null references account.users (id) on delete cascade,
  name text not null,
  coin_ids integer[] not null, -- in the user's order
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (user_id, name)
);

-- What an operator allows one user beside the configured defaults: {"strategies": 10}.
alter table account.users add column quotas jsonb not null default '{}';

-- Which strategies come from a file ("alerts as code"), and by what key the file knows them; null: made by hand.
alter table account.strategies
  add column applied_set text,
  add column applied_key text;
create unique index strategies_applied on account.strategies (user_id, applied_set, applied_key)
  where applied_key is not null and deleted_at is null;

-- Proof that a channel is its user's. Alerts go to verified channels only; those of before count as verified.
alter table account.channels add column verified_at timestamptz;
update account.channels set verified_at = created_at;

-- One per user and address, so that a channel made anew does not begin to count anew.
create table account.channel_verifications (
  user_id uuid not null references account.users (id) on delete cascade,
  address text not null, -- kind and number, or kind and URL
  code_hash bytea not null, -- HMAC; the code itself is nowhere
  code_expires_at timestamptz not null,
  sends integer not null,
  checks integer not null,
  window_ends_at timestamptz not null, -- then both are counted from 0 again
  primary key (user_id, address)
);

-- Accounts that were deleted: what the scanner still has to hear of their strategies, and what the other services have
-- still to forget. Nothing here says whose they were.
create table account.strategy_tombstones (
  strategy_id uuid primary key,
  change bigint not null unique -- position in the feed
);
create table account.erasures (
  user_id uuid primary key,
  strategy_ids uuid[] not null,
  asked_at timestamptz not null
);
