-- The end of each workspace's chain. Its row is locked while an entry is added, so there is one writer per workspace.
create table audit_heads (
  workspace_id uuid primary key references workspaces (workspace_id) on delete cascade,
  seq bigint not null,
  hash text not null
);

create table audit_entries (
  workspace_id uuid not null references audit_heads (workspace_id) on delete cascade,
  seq bigint not null,
  event_id uuid not null,
  at timestamptz not null,
  actor text not null,
  event text not null,
  subject text not null,
  data jsonb not null,
  hash text not null,
  primary key (workspace_id, seq),
  constraint audit_entries_event unique (workspace_id, event_id)
);

-- down
drop table audit_entries;
drop table audit_heads;
