-- Of which end of the connection people were warned, and how far ahead: `<Unix ms>:<days>`.
alter table channels add column warned_of text;
create index channels_ending on channels (((account ->> 'endsMs')::bigint)) where removed_at is null and account ? 'endsMs';

-- down
drop index channels_ending;
alter table channels drop column warned_of;
