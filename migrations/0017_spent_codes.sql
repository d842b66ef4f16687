-- A code of an authenticator is good for a minute and a half around its own half minute; it opens one session in that
-- time, so that whoever looks over a shoulder is too late (RFC 6238, 5.2).
create table account.spent_codes (
  user_id uuid not null references account.users (id) on delete cascade,
  code_hash bytea not null,
  spent_at timestamptz not null,
  primary key (user_id, code_hash)
);

-- A hash that is renewed under the same password is no change of the password: the library's audit trigger is told so
-- by a setting of the transaction.
create function account.audit_password() returns trigger language plpgsql as $$
begin
  if new.password_hash is distinct from old.password_hash then
    insert into account.audit_log (at, user_id, action) values (
      now(), new.user_id,
      case when current_setting('ubot.same_password', true) = 'yes' then 'user.password_rehash' else 'user.password_change' end);
  end if;
  return null;
end $$;
drop trigger audit on account.sign_in_methods;
create trigger audit after insert or delete on account.sign_in_methods
  for each row execute function account.audit_sign_in();
create trigger audit_password after update on account.sign_in_methods
  for each row execute function account.audit_password();
