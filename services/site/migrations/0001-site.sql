-- The public site of each workspace. `revision` grows in the transaction of every change that a reader could see.
create table sites (
  workspace_id uuid primary key,
  slug text not null,
  revision bigint not null default 1,
  workspace_name text not null,
  -- Null while the site goes by the workspace's own name.
  name text,
  tagline text not null default '',
  language text not null,
  languages text[] not null,
  zone text not null,
  logo jsonb,
  menus jsonb not null default '{}',
  footers jsonb not null default '{}',
  articles_per_page int not null default 10,
  accent text not null default 'river',
  host text not null default '',
  is_listed boolean not null default true,
  created_at timestamptz not null
);
create unique index sites_slug on sites (slug);
create unique index sites_host on sites (host) where host <> '';

-- What readers see of an edition, or that it was taken down. `sequence` is of the newest delivery that was applied.
create table editions (
  workspace_id uuid not null references sites on delete cascade,
  edition_id uuid not null,
  article_id uuid not null,
  language text not null,
  type text not null,
  slug text not null,
  state text not null check (state in ('live', 'gone')),
  sequence bigint not null,
  delivery_id uuid not null,
  snapshot_id uuid,
  snapshot_hash text not null,
  version_id uuid,
  title text not null,
  -- Search engines are asked not to list it.
  is_hidden boolean not null default false,
  published_at timestamptz not null,
  updated_at timestamptz not null,
  -- JSON that lists show.
  card text not null,
  -- JSON object of the content API without its address and last brace.
  answer text not null,
  primary key (workspace_id, edition_id)
);
create unique index editions_slug on editions (workspace_id, language, slug) where state = 'live';
create index editions_article on editions (workspace_id, article_id);
create index editions_place on editions (workspace_id, language, slug);
create index editions_newest on editions (workspace_id, type, published_at desc, edition_id desc) where state = 'live';
create index editions_newest_in on editions (workspace_id, type, language, published_at desc, edition_id desc) where state = 'live';

-- How many live editions there are, so that no list counts them.
create table totals (
  workspace_id uuid not null references sites on delete cascade,
  type text not null,
  language text not null,
  live int not null check (live >= 0),
  primary key (workspace_id, type, language)
);

-- Tags, categories and authors of live editions, as their snapshots name them.
create table edition_terms (
  workspace_id uuid not null,
  kind text not null check (kind in ('tag', 'category', 'author')),
  slug text not null,
  edition_id uuid not null,
  position int not null,
  name text not null,
  description text not null,
  primary key (workspace_id, kind, slug, edition_id),
  foreign key (workspace_id, edition_id) references editions on delete cascade
);
create index edition_terms_edition on edition_terms (workspace_id, edition_id);

create table search_texts (
  workspace_id uuid not null,
  edition_id uuid not null,
  language text not null,
  words tsvector not null,
  text text not null,
  primary key (workspace_id, edition_id),
  foreign key (workspace_id, edition_id) references editions on delete cascade
);
create index search_texts_words on search_texts using gin (words);

-- Old addresses: of an edition (its own old ones and those it was imported from), or wherever a person sends them.
create table redirects (
  workspace_id uuid not null references sites on delete cascade,
  from_path text not null,
  edition_id uuid,
  to_address text,
  origin text not null check (origin in ('slug', 'import', 'person')),
  created_at timestamptz not null,
  primary key (workspace_id, from_path),
  foreign key (workspace_id, edition_id) references editions on delete cascade,
  check ((edition_id is null) <> (to_address is null))
);
create index redirects_edition on redirects (workspace_id, edition_id) where edition_id is not null;
create index redirects_with_query on redirects (workspace_id) where from_path like '%?%';

-- Until when (by this server's clock) a process may answer from its memory without asking for the revision.
create table revision_leases (
  workspace_id uuid not null,
  holder uuid not null,
  until timestamptz not null,
  primary key (workspace_id, holder)
);
-- down
drop table revision_leases;
drop table redirects;
drop table search_texts;
drop table edition_terms;
drop table totals;
drop table editions;
drop table sites;
