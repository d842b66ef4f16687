-- The key pair that this uBot shows to browsers' push services (VAPID), made on the first start. Browsers subscribe to the
-- public key: with another pair every subscription would be lost. Written by the notifier alone.
create table alert.push_keys (
  id smallint primary key default 1 check (id = 1),
  public_key text not null,
  private_key text not null,
  created_at timestamptz not null
);
