create table workspaces (
  workspace_id uuid primary key,
  slug text not null,
  name text not null,
  language text not null,
  zone text not null,
  is_demo boolean not null default false,
  created_at timestamptz not null,
  constraint workspaces_slug unique (slug)
);

create table members (
  workspace_id uuid not null references workspaces (workspace_id) on delete cascade,
  user_id uuid not null references users (id) on delete cascade,
  role text not null check (role in ('owner', 'admin', 'editor', 'author', 'viewer')),
  joined_at timestamptz not null,
  primary key (workspace_id, user_id)
);
create index members_of_user on members (user_id, joined_at, workspace_id);

create table invitations (
  workspace_id uuid not null references workspaces (workspace_id) on delete cascade,
  id uuid not null,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'editor', 'author', 'viewer')),
  token_hash text not null,
  created_by uuid not null references users (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (workspace_id, id),
  constraint invitations_email unique (workspace_id, email),
  constraint invitations_token unique (token_hash)
);
create index invitations_expires_at on invitations (expires_at);

create table api_keys (
  workspace_id uuid not null references workspaces (workspace_id) on delete cascade,
  id uuid not null,
  name text not null,
  start text not null,
  secret_hash text not null,
  permissions text[] not null,
  created_by uuid not null references users (id) on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  -- A revoked key stays for its name in the audit log.
  revoked_at timestamptz,
  primary key (workspace_id, id),
  constraint api_keys_secret unique (secret_hash)
);

-- down
drop table api_keys;
drop table invitations;
drop table members;
drop table workspaces;
