-- The provider is asked what a message has cost, and users are told that a cap is reached.

alter table alert.notifications
  add column price_due_at timestamptz, -- when the provider is asked next; null: not, or not any more
  add column price_tries smallint not null default 0;
create index notifications_price_due on alert.notifications (price_due_at) where price_due_at is not null;

alter table alert.notices
  add column told_at timestamptz, -- null: not told yet by another of the user's channels
  add column told_channel_id uuid; -- by which; null: there was none that costs nothing
create index notices_untold on alert.notices (at) where told_at is null;
