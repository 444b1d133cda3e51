-- Deliveries by rule: what goes out again and again, and the days it was made for.
create table series (
  workspace_id uuid not null,
  id uuid not null,
  state text not null check (state in ('active', 'ended')),
  article_id uuid not null,
  edition_id uuid not null,
  title text not null,
  language text not null,
  channel_id uuid not null,
  -- When it goes out, as `SeriesPlan` of contracts/calendar-shapes.ts.
  plan jsonb not null,
  -- When the upkeep must look at it next; null: nothing is left to make.
  look_at timestamptz,
  problem_code text,
  problem_detail text,
  problem_day date,
  revision int not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
create index series_look on series (look_at) where look_at is not null;
create index series_article on series (workspace_id, article_id);

alter table deliveries add column series_id uuid;
-- The day of the recurrence, whatever day it was moved to.
alter table deliveries add column series_day date;
-- A person moved or cancelled this one alone.
alter table deliveries add column series_detached boolean not null default false;
alter table deliveries add constraint deliveries_series_fk foreign key (workspace_id, series_id) references series (workspace_id, id);
alter table deliveries drop constraint deliveries_cancelled_by_check;
alter table deliveries add constraint deliveries_cancelled_by_check check (cancelled_by in ('person', 'channel', 'article', 'newer', 'series'));
-- A day of a series is made once. What its own rules cancelled may come back.
create unique index deliveries_series on deliveries (workspace_id, series_id, series_day) where series_id is not null and cancelled_by is distinct from 'series';
-- Days of a series wait beside each other.
drop index deliveries_open;
create unique index deliveries_open on deliveries (workspace_id, edition_id, channel_id)
  where kind <> 'unpublish' and series_id is null and state in ('planned', 'sending', 'retrying', 'failed', 'needs-human', 'missed', 'on-hold');
create index deliveries_channel_due on deliveries (workspace_id, channel_id, due_at, id);

create table channel_slots (
  workspace_id uuid not null,
  channel_id uuid not null,
  own_zone text,
  slots jsonb not null,
  skip jsonb not null,
  revision int not null default 1,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (workspace_id, channel_id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);

create table calendar_settings (
  workspace_id uuid primary key,
  spacing_minutes int not null,
  -- Of the blackouts: the workspace's when they were last saved.
  zone text not null,
  blackouts jsonb not null
);

create table campaigns (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  first_day date not null,
  last_day date not null,
  colour text not null check (colour in ('river', 'moss', 'amber', 'plum', 'clay')),
  note text not null,
  revision int not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  removed_at timestamptz,
  primary key (workspace_id, id)
);
create table campaign_articles (
  workspace_id uuid not null,
  campaign_id uuid not null,
  article_id uuid not null,
  primary key (workspace_id, campaign_id, article_id),
  foreign key (workspace_id, campaign_id) references campaigns (workspace_id, id)
);
create index campaign_articles_article on campaign_articles (workspace_id, article_id);

-- Before this an article goes nowhere. `until` is derived, as the instants of plans are.
create table embargoes (
  workspace_id uuid not null,
  article_id uuid not null,
  wall_time text not null,
  zone text not null,
  pick text check (pick in ('earlier', 'later')),
  until timestamptz not null,
  set_at timestamptz not null,
  set_by text not null,
  primary key (workspace_id, article_id)
);

create table calendar_views (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  layout text check (layout in ('month', 'week', 'day', 'list', 'board')),
  filters jsonb not null,
  is_shared boolean not null,
  revision int not null default 1,
  created_at timestamptz not null,
  created_by text not null,
  primary key (workspace_id, id)
);
create unique index calendar_views_name on calendar_views (workspace_id, created_by, lower(name));

create table calendar_links (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('page', 'feed')),
  name text not null,
  filters jsonb not null,
  zone text not null,
  shows_titles boolean not null,
  token_hash text not null unique,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_opened_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  primary key (workspace_id, id)
);

create table calendar_imports (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  created_at timestamptz not null,
  finished_at timestamptz,
  created_by text not null,
  primary key (workspace_id, id)
);
create table calendar_import_rows (
  workspace_id uuid not null,
  import_id uuid not null,
  position int not null,
  line int not null,
  -- What it says of an article and its plan.
  key text not null,
  wish jsonb not null,
  -- Null until it was its turn.
  outcome text check (outcome in ('made', 'unchanged', 'refused')),
  code text,
  article_id uuid,
  delivery_id uuid,
  primary key (workspace_id, import_id, position),
  foreign key (workspace_id, import_id) references calendar_imports (workspace_id, id) on delete cascade
);
-- What a row of any file has made: the same row again makes nothing. The ids are chosen before anything is made under them.
create table calendar_import_keys (
  workspace_id uuid not null,
  key text not null,
  article_id uuid not null,
  edition_id uuid,
  delivery_id uuid not null,
  is_done boolean not null default false,
  made_at timestamptz not null,
  primary key (workspace_id, key)
);

-- down
drop table calendar_import_keys;
drop table calendar_import_rows;
drop table calendar_imports;
drop table calendar_links;
drop table calendar_views;
drop table embargoes;
drop table campaign_articles;
drop table campaigns;
drop table calendar_settings;
drop table channel_slots;
drop index deliveries_channel_due;
drop index deliveries_open;
drop index deliveries_series;
update deliveries set state = 'cancelled', cancelled_by = 'newer', wake_at = null
  where series_id is not null and state in ('planned', 'sending', 'retrying', 'failed', 'needs-human', 'missed', 'on-hold');
update deliveries set cancelled_by = 'newer' where cancelled_by = 'series';
alter table deliveries drop constraint deliveries_cancelled_by_check;
alter table deliveries add constraint deliveries_cancelled_by_check check (cancelled_by in ('person', 'channel', 'article', 'newer'));
alter table deliveries drop constraint deliveries_series_fk;
alter table deliveries drop column series_detached;
alter table deliveries drop column series_day;
alter table deliveries drop column series_id;
create unique index deliveries_open on deliveries (workspace_id, edition_id, channel_id)
  where kind <> 'unpublish' and state in ('planned', 'sending', 'retrying', 'failed', 'needs-human', 'missed', 'on-hold');
drop table series;
