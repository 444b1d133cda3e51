-- The end of a log, sealed: number and hash of its newest entry. Null until the next entry.
alter table audit_heads add column seal text;

-- down
alter table audit_heads drop column seal;
