-- Signing in: passwords, second factors, other issuers, sessions, personal tokens, invitations. The tables of the
-- sign-in library (users, sign_in_methods, sessions, verifications, second_factors) have names of our own.

alter table account.users
  add column name text not null default '',
  add column email_verified boolean not null default false,
  add column image text,
  add column second_factor boolean not null default false,
  add column disabled_at timestamptz, -- set: cannot sign in, tokens do not count
  add column updated_at timestamptz not null default now();
-- Until now accounts were made by hand; their addresses need no proof.
update account.users set email_verified = true;

-- How a user shows who they are: a password of ours ('credential'), or an issuer and the user's name there.
create table account.sign_in_methods (
  id uuid primary key,
  user_id uuid not null references account.users (id) on delete cascade,
  provider text not null,
  subject text not null,
  password_hash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider, subject)
);
create index sign_in_methods_user on account.sign_in_methods (user_id);
insert into account.sign_in_methods (id, user_id, provider, subject, password_hash, created_at)
  select gen_random_uuid(), id, 'credential', id::text, password_hash, created_at
  from account.users where password_hash is not null;
alter table account.users drop column password_hash;

-- Sessions, by SHA-256 of the token (hex); the token itself is nowhere.
create table account.sessions (
  id uuid primary key,
  user_id uuid not null references account.users (id) on delete cascade,
  token_hash text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sessions_user on account.sessions (user_id);
create index sessions_end on account.sessions (expires_at);
insert into account.sessions (id, user_id, token_hash, expires_at, created_at)
  select gen_random_uuid(), user_id, encode(token_hash, 'hex'), expires_at, created_at
  from account.tokens where kind = 'session' and expires_at is not null;
delete from account.tokens where kind = 'session';

-- What is left here: the operator's preset token, and personal ones for machines.
alter table account.tokens
  drop constraint tokens_kind_check,
  add constraint tokens_kind_check check (kind in ('preset', 'personal')),
  add column id uuid not null default gen_random_uuid() unique,
  add column name text not null default '',
  add column scope text not null default 'write' check (scope in ('read', 'write')),
  add column last_used_at timestamptz; -- to the minute

-- Short-lived values of the sign-in flows: links, the state of a redirect, attempts at a second factor.
create table account.verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier on account.verifications (identifier);
create index verifications_end on account.verifications (expires_at);

create table account.second_factors (
  id uuid primary key,
  user_id uuid not null unique references account.users (id) on delete cascade,
  secret text not null, -- encrypted
  backup_codes text not null, -- encrypted
  verified boolean not null default true,
  failed_verification_count integer not null default 0,
  locked_until timestamptz
);

create table account.invitations (
  id uuid primary key,
  email text not null, -- lower case
  role text not null check (role in ('user', 'operator')),
  token_hash bytea not null unique,
  invited_by uuid references account.users (id) on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create unique index invitations_open on account.invitations (email) where used_at is null;

-- Links that could not be sent by mail, for the operator to pass on.
create table account.undelivered_links (
  id uuid primary key,
  email text not null,
  purpose text not null check (purpose in ('verify_email', 'reset_password', 'invitation')),
  url text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- The library writes users, methods and sessions in its own statements; triggers put the audit row and the wake-up of
-- whoever caches identities into the same transaction, so that neither can be forgotten.
create function account.audit_sign_in() returns trigger language plpgsql as $$
begin
  case tg_table_name
    when 'sessions' then
      if tg_op = 'INSERT' then
        insert into account.audit_log (at, user_id, action, subject_id, detail)
          values (now(), new.user_id, 'auth.sign_in', new.id, jsonb_strip_nulls(jsonb_build_object('address', new.ip_address)));
      elsif old.expires_at > now() then
        insert into account.audit_log (at, user_id, action, subject_id) values (now(), old.user_id, 'auth.sign_out', old.id);
        perform pg_notify('ubot_identity', old.user_id::text);
      end if;
    when 'sign_in_methods' then
      if tg_op = 'UPDATE' then
        if new.password_hash is distinct from old.password_hash then
          insert into account.audit_log (at, user_id, action) values (now(), new.user_id, 'user.password_change');
        end if;
      elsif tg_op = 'INSERT' then
        if new.provider <> 'credential' then
          insert into account.audit_log (at, user_id, action, detail)
            values (now(), new.user_id, 'auth.link', jsonb_build_object('provider', new.provider));
        end if;
      elsif old.provider <> 'credential' then
        insert into account.audit_log (at, user_id, action, detail)
          values (now(), old.user_id, 'auth.unlink', jsonb_build_object('provider', old.provider));
      end if;
    when 'users' then
      if tg_op = 'INSERT' then
        insert into account.audit_log (at, user_id, action, subject_id, detail)
          values (now(), null, 'user.create', new.id, jsonb_build_object('role', new.role));
        return null;
      end if;
      if new.email_verified and not old.email_verified then
        insert into account.audit_log (at, user_id, action) values (now(), new.id, 'user.email_verified');
      end if;
      if new.second_factor is distinct from old.second_factor then
        insert into account.audit_log (at, user_id, action, detail)
          values (now(), new.id, 'user.second_factor', jsonb_build_object('on', new.second_factor));
      end if;
      if new.role is distinct from old.role or new.disabled_at is distinct from old.disabled_at then
        perform pg_notify('ubot_identity', new.id::text);
      end if;
  end case;
  return null;
end $$;
create trigger audit after insert or delete on account.sessions
  for each row execute function account.audit_sign_in();
create trigger audit after insert or update or delete on account.sign_in_methods
  for each row execute function account.audit_sign_in();
create trigger audit after insert or update on account.users
  for each row execute function account.audit_sign_in();
