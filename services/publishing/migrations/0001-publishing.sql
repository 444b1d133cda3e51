create table channels (
  workspace_id uuid not null,
  id uuid not null,
  network text not null,
  name text not null,
  state text not null default 'connected' check (state in ('connected', 'paused', 'attention')),
  state_reason text,
  url text,
  secret_sealed text,
  -- Signs beside the new one until then, so that receivers can change over.
  old_secret_sealed text,
  old_secret_until timestamptz,
  -- Grows with each delivery that is first sent; tells a channel's older deliveries from newer ones.
  sequence bigint not null default 0,
  last_delivery_at timestamptz,
  -- Kept for the history of its deliveries; its secrets are gone.
  removed_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index channels_name on channels (workspace_id, lower(name)) where removed_at is null;
-- Few at any time; the schedule leaves out what is planned on them.
create index channels_closed on channels (id) where state <> 'connected' or removed_at is not null;
create unique index channels_site on channels (workspace_id) where network = 'floowe-site';

-- What was frozen. `content` is canonical JSON, `hash` its SHA-256: a changed byte shows.
create table snapshots (
  workspace_id uuid not null,
  id uuid not null,
  edition_id uuid not null,
  hash text not null,
  content text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index snapshots_hash on snapshots (workspace_id, hash);

create table deliveries (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('publish', 'update', 'unpublish')),
  state text not null check (state in ('planned', 'sending', 'retrying', 'published', 'failed', 'missed', 'on-hold', 'cancelled', 'replaced', 'unpublished')),
  article_id uuid not null,
  edition_id uuid not null,
  version_id uuid not null,
  snapshot_id uuid,
  snapshot_hash text,
  frozen_at timestamptz not null,
  title text not null,
  slug text not null,
  language text not null,
  channel_id uuid not null,
  -- The plan: wall clock and zone as asked, the instant derived from them.
  wall_time text,
  zone text,
  pick text check (pick in ('earlier', 'later')),
  due_at timestamptz not null,
  -- When the schedule must look at it next: due, next attempt, or end of the lease. Null: it waits for nobody.
  wake_at timestamptz,
  -- Grows with each claim; only the holder of the newest may write what became of it.
  fence bigint not null default 0,
  sequence bigint,
  first_armed_at timestamptz,
  -- Of the attempt that is under way.
  armed_at timestamptz,
  attempts int not null default 0,
  -- Attempts since a person last sent it, and when the first of them was.
  tries int not null default 0,
  round_at timestamptz,
  -- An attempt ended without saying whether it was accepted.
  maybe_out boolean not null default false,
  published_at timestamptz,
  url text,
  problem_code text,
  problem_detail text,
  cancelled_by text check (cancelled_by in ('person', 'channel', 'article', 'newer')),
  is_outdated boolean not null default false,
  revision int not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id),
  foreign key (workspace_id, snapshot_id) references snapshots (workspace_id, id)
);
create index deliveries_wake on deliveries (wake_at, id) where wake_at is not null;
-- One open plan per edition and channel, one open removal, one that is live.
create unique index deliveries_open on deliveries (workspace_id, edition_id, channel_id)
  where kind <> 'unpublish' and state in ('planned', 'sending', 'retrying', 'failed', 'missed', 'on-hold');
create unique index deliveries_open_removal on deliveries (workspace_id, edition_id, channel_id)
  where kind = 'unpublish' and state in ('planned', 'sending', 'retrying', 'failed', 'missed', 'on-hold');
create unique index deliveries_live on deliveries (workspace_id, edition_id, channel_id) where state = 'published';
create index deliveries_due on deliveries (workspace_id, due_at, id);
create index deliveries_edition on deliveries (workspace_id, edition_id, channel_id, id);
create index deliveries_article on deliveries (workspace_id, article_id);
create index deliveries_state on deliveries (workspace_id, state, due_at);

-- Attempts that ended. The one under way is told by the delivery itself.
create table attempts (
  workspace_id uuid not null,
  delivery_id uuid not null,
  number int not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  outcome text not null check (outcome in ('accepted', 'refused', 'failed', 'unknown')),
  code text,
  detail text,
  status int,
  answer text,
  retry_at timestamptz,
  primary key (workspace_id, delivery_id, number),
  foreign key (workspace_id, delivery_id) references deliveries (workspace_id, id) on delete cascade
);

create table workspace_settings (
  workspace_id uuid primary key,
  missed text not null check (missed in ('hold', 'send-late')),
  late_minutes_max int not null
);

-- One row under the zero id, which is no workspace: when publishing was last seen running, and with which zone data.
create table pulse (
  workspace_id uuid primary key check (workspace_id = '00000000-0000-0000-0000-000000000000'),
  seen_at timestamptz not null,
  zone_data text not null
);

-- down
drop table pulse;
drop table workspace_settings;
drop table attempts;
drop table deliveries;
drop table snapshots;
drop table channels;
