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
