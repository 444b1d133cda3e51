-- Of which trace an event is a part (W3C Trace Context), so that what it sets off belongs to it too.
alter table outbox add column trace text;

-- down
alter table outbox drop column trace;
