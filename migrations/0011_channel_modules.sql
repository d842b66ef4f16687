-- The channel modules that notifiers have loaded, written at their start: what user-manager checks a new channel's module
-- and address against. Every notifier is given the same modules.
create table alert.channel_modules (
  name text primary key,
  handles jsonb not null, -- what its config answered: label, address
  updated_at timestamptz not null
);
