-- Comments on the words of an edition. They lie beside the text: its places are relative to the document, which moves them.
create table comment_threads (
  workspace_id uuid not null,
  id uuid not null,
  edition_id uuid not null,
  article_id uuid not null,
  anchor_from bytea,
  anchor_to bytea,
  quote text not null,
  visibility text not null check (visibility in ('internal', 'client')),
  resolved_at timestamptz,
  resolved_by text,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create index comment_threads_edition on comment_threads (workspace_id, edition_id, created_at, id);
create index comment_threads_article on comment_threads (workspace_id, article_id);

create table comment_messages (
  workspace_id uuid not null,
  id uuid not null,
  thread_id uuid not null,
  text text not null,
  by text not null,
  mentions uuid[] not null,
  created_at timestamptz not null,
  edited_at timestamptz,
  deleted_at timestamptz,
  primary key (workspace_id, id),
  foreign key (workspace_id, thread_id) references comment_threads on delete cascade
);
create index comment_messages_thread on comment_messages (workspace_id, thread_id, created_at, id);
create index comment_messages_deleted on comment_messages (deleted_at) where deleted_at is not null;

-- down
drop table comment_messages;
drop table comment_threads;
