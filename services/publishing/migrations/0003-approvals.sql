-- Who must agree before something goes out. No row: nobody is asked.
create table approval_policies (
  workspace_id uuid primary key,
  mode text not null check (mode in ('none', 'optional', 'required', 'steps')),
  steps jsonb not null
);

-- People who decide by a link, without an account.
create table approvers (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  email text not null,
  locale text not null check (locale in ('pl', 'en')),
  created_at timestamptz not null,
  created_by text not null,
  removed_at timestamptz,
  primary key (workspace_id, id)
);
create unique index approvers_email on approvers (workspace_id, email) where removed_at is null;

create table approvals (
  workspace_id uuid not null,
  id uuid not null,
  state text not null check (state in ('open', 'approved', 'changes-requested', 'void', 'withdrawn')),
  delivery_id uuid not null,
  article_id uuid not null,
  edition_id uuid not null,
  channel_id uuid not null,
  language text not null,
  title text not null,
  -- What was looked at, as it was frozen.
  snapshot_id uuid not null,
  -- See approvals/payload.ts: what people will see, where it goes, and both with the span of time.
  payload_hash text not null,
  target_hash text not null,
  hash text not null,
  window_from timestamptz not null,
  window_until timestamptz not null,
  due_at timestamptz not null,
  message text not null,
  -- As the policy was when it was asked for, and which step is asked now.
  steps jsonb not null,
  step int not null default 0,
  -- Who may not decide: those whose own it is.
  excepted text[] not null,
  requested_at timestamptz not null,
  requested_by text not null,
  decided_at timestamptz,
  -- Made when the last step agreed; without it nothing goes out.
  signature text,
  void_reason text,
  -- The one that counts for its place; a later request takes its place, and taken back none counts.
  is_current boolean not null default true,
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id),
  foreign key (workspace_id, snapshot_id) references snapshots (workspace_id, id)
);
create unique index approvals_current on approvals (workspace_id, edition_id, channel_id) where is_current;
create index approvals_place on approvals (workspace_id, edition_id, channel_id, id);
create index approvals_state on approvals (workspace_id, state, id);
create index approvals_snapshot on approvals (workspace_id, snapshot_id);

create table approval_decisions (
  workspace_id uuid not null,
  approval_id uuid not null,
  id uuid not null,
  step int not null,
  decision text not null check (decision in ('approved', 'changes-requested')),
  by text not null,
  by_name text,
  comment text not null,
  hash text not null,
  at timestamptz not null,
  primary key (workspace_id, approval_id, id),
  foreign key (workspace_id, approval_id) references approvals (workspace_id, id) on delete cascade
);

create table approval_links (
  workspace_id uuid not null,
  approval_id uuid not null,
  approver_id uuid not null,
  step int not null,
  token_hash text not null unique,
  expires_at timestamptz not null,
  spent_at timestamptz,
  primary key (workspace_id, approval_id, approver_id, step),
  foreign key (workspace_id, approval_id) references approvals (workspace_id, id) on delete cascade,
  foreign key (workspace_id, approver_id) references approvers (workspace_id, id)
);
create index approval_links_expiry on approval_links (expires_at);

-- Of what people will see (approvals/payload.ts); null for removals and for plans from before.
alter table deliveries add column payload_hash text;
-- Plans that wait for an approval are woken by nobody; once their time has passed they are missed.
create index deliveries_unapproved on deliveries (due_at) where state = 'planned' and wake_at is null;

-- down
drop index deliveries_unapproved;
alter table deliveries drop column payload_hash;
drop table approval_links;
drop table approval_decisions;
drop table approvals;
drop table approvers;
drop table approval_policies;
