-- The numbered series of events that browsers follow, one per workspace.
create table live_counters (
  workspace_id uuid primary key,
  last bigint not null
);
create table live_events (
  workspace_id uuid not null,
  seq bigint not null,
  name text not null,
  at timestamptz not null,
  data jsonb not null,
  primary key (workspace_id, seq)
);
create index live_events_at on live_events (at);

-- Answers to requests that carried an Idempotency-Key.
create table idempotency (
  workspace_id uuid not null,
  caller text not null,
  key text not null,
  request_hash text not null,
  status int,
  body jsonb,
  created_at timestamptz not null,
  primary key (workspace_id, caller, key)
);
create index idempotency_created on idempotency (created_at);

-- down
drop table idempotency;
drop table live_events;
drop table live_counters;
