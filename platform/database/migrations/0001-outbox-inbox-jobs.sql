-- What every service's schema has: events that leave, events that arrive, work for later.
create table outbox (
  seq bigint generated always as identity primary key,
  id uuid not null,
  workspace_id uuid not null,
  name text not null,
  key text not null,
  actor text not null,
  request_id text,
  at timestamptz not null,
  data jsonb not null
);

create table inbox (
  seq bigint generated always as identity primary key,
  event_id uuid not null unique,
  workspace_id uuid not null,
  key text not null,
  name text not null,
  envelope jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'parked')),
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  problem text,
  received_at timestamptz not null default now()
);
create index inbox_waiting on inbox (seq) where state = 'waiting';
create index inbox_failed on inbox (key, seq) where state = 'waiting' and attempts > 0;
create index inbox_done on inbox (received_at) where state = 'done';

create table jobs (
  id uuid primary key,
  workspace_id uuid not null,
  kind text not null,
  input jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  attempts int not null default 0,
  run_at timestamptz not null,
  handed_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  problem text,
  created_at timestamptz not null
);
create index jobs_open on jobs (run_at) where state in ('waiting', 'running');
create index jobs_finished on jobs (finished_at) where state in ('done', 'failed', 'cancelled');

-- down
drop table jobs;
drop table inbox;
drop table outbox;
