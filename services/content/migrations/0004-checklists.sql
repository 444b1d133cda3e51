-- What a text has to have before it goes out: one list per workspace, and what people have ticked per edition.
create table checklists (
  workspace_id uuid primary key,
  items jsonb not null,
  revision int not null
);

create table checklist_ticks (
  workspace_id uuid not null,
  edition_id uuid not null,
  item_id uuid not null,
  article_id uuid not null,
  done_at timestamptz not null,
  done_by text not null,
  primary key (workspace_id, edition_id, item_id)
);
create index checklist_ticks_articles on checklist_ticks (workspace_id, article_id);

-- down
drop table checklist_ticks;
drop table checklists;
