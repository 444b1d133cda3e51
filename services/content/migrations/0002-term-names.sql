-- One article may be read in several languages, and so may the names of its tags and sections.
alter table terms add column names jsonb not null default '{}';

-- down
alter table terms drop column names;
