-- Writing together: the working document of an edition as a log of Yjs updates. The body of the edition follows it; an edition
-- that nobody has opened in an editor has no rows here.
create table writing (
  workspace_id uuid not null,
  edition_id uuid not null,
  article_id uuid not null,
  -- Number of the newest update.
  seq bigint not null,
  -- Up to where the edition has the text, and as which of its revisions.
  saved_seq bigint not null,
  saved_revision int not null,
  -- Who wrote last, and when.
  written_by text not null,
  written_at timestamptz not null,
  primary key (workspace_id, edition_id)
);
create index writing_behind on writing (written_at) where saved_seq < seq;
create index writing_written on writing (written_at);
create index writing_article on writing (workspace_id, article_id);

create table writing_updates (
  workspace_id uuid not null,
  edition_id uuid not null,
  seq bigint not null,
  by text not null,
  at timestamptz not null,
  update bytea not null,
  primary key (workspace_id, edition_id, seq),
  foreign key (workspace_id, edition_id) references writing on delete cascade
);
create index writing_updates_at on writing_updates (at);
alter table writing_updates alter column update set storage external;

-- The whole document as it was at a number.
create table writing_checkpoints (
  workspace_id uuid not null,
  edition_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  state bytea not null,
  primary key (workspace_id, edition_id, seq),
  foreign key (workspace_id, edition_id) references writing on delete cascade
);

-- What the document was when a version of the edition was saved: everything up to `seq`, and the updates `also`, of texts that came
-- past the document. Written before the version is, and confirmed when it was seen in the edition. Slug and meta are not in the
-- document; a later save tells by them what it wishes to change.
create table writing_bases (
  workspace_id uuid not null,
  edition_id uuid not null,
  version_id uuid not null,
  revision int not null,
  seq bigint not null,
  also bigint[] not null,
  slug text not null,
  meta jsonb not null,
  is_confirmed boolean not null default false,
  at timestamptz not null,
  primary key (workspace_id, edition_id, version_id),
  foreign key (workspace_id, edition_id) references writing on delete cascade
);
create unique index writing_bases_revision on writing_bases (workspace_id, edition_id, revision) where is_confirmed;

-- Which person is behind a client of the document.
create table writing_clients (
  workspace_id uuid not null,
  edition_id uuid not null,
  client bigint not null,
  by text not null,
  at timestamptz not null,
  primary key (workspace_id, edition_id, client),
  foreign key (workspace_id, edition_id) references writing on delete cascade
);

-- down
drop table writing_clients;
drop table writing_bases;
drop table writing_checkpoints;
drop table writing_updates;
drop table writing;
