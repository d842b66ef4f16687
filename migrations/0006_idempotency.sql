-- Answers to POST requests that carried an Idempotency-Key: the same request again gets the first answer again.
create table account.idempotency_keys (
  user_id uuid not null references account.users (id) on delete cascade,
  key_hash bytea not null, -- of the client's key; the key itself opens the answer and is not stored
  request_hash bytea not null,
  claim uuid not null, -- whose work it is; a claim that was taken over can neither finish nor release
  claimed_until timestamptz not null,
  status integer, -- null: under way
  answer bytea, -- sealed with the client's key
  created_at timestamptz not null,
  primary key (user_id, key_hash)
);
create index idempotency_keys_age on account.idempotency_keys (created_at);

-- A user's deliveries, newest first: ids begin with the time at which they were made.
create index notifications_user on alert.notifications (user_id, id desc);
