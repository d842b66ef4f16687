-- Accounts, channels and strategies: written by user-manager alone.
create schema account;

create table account.users (
  id uuid primary key,
  email text not null, -- lower case
  role text not null check (role in ('user', 'operator')),
  password_hash text, -- scrypt, with its parameters; null: no password sign-in
  password_once boolean not null default false, -- true: the password works once and must be replaced
  settings jsonb not null default '{}',
  created_at timestamptz not null
);
create unique index users_email on account.users (email);

-- Bearer tokens, stored as SHA-256; the token itself is shown once.
create table account.tokens (
  token_hash bytea primary key,
  user_id uuid not null references account.users (id) on delete cascade,
  kind text not null check (kind in ('session', 'preset')),
  created_at timestamptz not null,
  expires_at timestamptz
);
create index tokens_user on account.tokens (user_id);

create table account.channels (
  id uuid primary key,
  user_id uuid not null references account.users (id) on delete cascade,
  name text not null,
  kind text not null,
  target jsonb not null,
  signing_secret text, -- webhooks only
  enabled boolean not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index channels_user on account.channels (user_id);

create table account.strategies (
  id uuid primary key,
  user_id uuid not null references account.users (id) on delete cascade,
  enabled boolean not null,
  version integer not null,
  version_id uuid not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  -- Position in the feed that the scanner follows. Taken under an advisory lock, so that a lower one never commits
  -- after a higher one.
  change bigint not null unique
);
create index strategies_user on account.strategies (user_id) where deleted_at is null;
create sequence account.strategy_change;

create table account.strategy_versions (
  id uuid primary key,
  strategy_id uuid not null references account.strategies (id) on delete cascade,
  version integer not null,
  definition jsonb not null, -- everything of a strategy that makes a new version when it changes
  created_at timestamptz not null,
  unique (strategy_id, version)
);

-- Every change, written in the transaction of the change.
create table account.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  user_id uuid,
  action text not null, -- 'strategy.create', 'channel.delete', 'auth.sign_in', ...
  subject_id uuid,
  detail jsonb not null default '{}'
);
