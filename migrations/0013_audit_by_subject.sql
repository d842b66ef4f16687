-- "Was this strategy switched on at 14:02?" is answered from the audit log, by the thing that was changed.
create index audit_log_subject on account.audit_log (subject_id, at desc) where subject_id is not null;
