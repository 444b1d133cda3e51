-- Feeds of their own, one for each channel that is one. The address is kept from the moment it was promised, also when it is closed.
create table feeds (
  workspace_id uuid not null references sites on delete cascade,
  channel_id uuid not null,
  slug text not null,
  name text not null,
  state text not null check (state in ('reserved', 'open', 'closed')),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (workspace_id, channel_id)
);
create unique index feeds_slug on feeds (workspace_id, slug);

-- What readers get of an edition there, or that it was taken out. `sequence` is of the newest delivery that was applied.
create table feed_entries (
  workspace_id uuid not null,
  channel_id uuid not null,
  edition_id uuid not null,
  state text not null check (state in ('live', 'gone')),
  sequence bigint not null,
  delivery_id uuid not null,
  language text not null,
  published_at timestamptz not null,
  -- JSON object of the content API without its address and last brace.
  answer text not null,
  primary key (workspace_id, channel_id, edition_id),
  foreign key (workspace_id, channel_id) references feeds on delete cascade
);
create index feed_entries_newest on feed_entries (workspace_id, channel_id, published_at desc, edition_id desc) where state = 'live';
-- down
drop table feed_entries;
drop table feeds;
