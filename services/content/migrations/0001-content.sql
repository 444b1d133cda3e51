-- Documents: an article, its editions, their versions, templates. `doc` and `body` are the document; the other columns are
-- copies that filters and unique indexes need. The body of an edition is the body of its newest version.
create table articles (
  workspace_id uuid not null,
  id uuid not null,
  type text not null,
  revision int not null,
  -- Title of the first edition, for sorting.
  title text not null,
  title_edition_id uuid not null,
  term_ids uuid[] not null,
  cover_id uuid,
  source_system text,
  source_id text,
  doc jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  trashed_at timestamptz,
  primary key (workspace_id, id)
);
create unique index articles_source on articles (workspace_id, source_system, source_id) where source_id is not null;
create index articles_updated on articles (workspace_id, updated_at desc, id desc) where trashed_at is null;
create index articles_created on articles (workspace_id, created_at desc, id desc) where trashed_at is null;
create index articles_title on articles (workspace_id, title collate "pl-x-icu", id) where trashed_at is null;
create index articles_trashed on articles (trashed_at) where trashed_at is not null;
create index articles_terms on articles using gin (term_ids);
create index articles_cover on articles (workspace_id, cover_id) where cover_id is not null;

create table editions (
  workspace_id uuid not null,
  id uuid not null,
  article_id uuid not null,
  language text not null,
  slug text not null,
  title text not null,
  status text not null,
  revision int not null,
  version_id uuid not null,
  words int not null,
  source_system text,
  source_id text,
  -- What the text points to: `media:<id>`, `article:<id>`, `slug:<slug>`.
  refs text[] not null,
  doc jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, article_id) references articles on delete cascade
);
create unique index editions_language on editions (workspace_id, article_id, language);
create unique index editions_slug on editions (workspace_id, language, slug);
create unique index editions_source on editions (workspace_id, source_system, source_id) where source_id is not null;
create index editions_refs on editions using gin (refs) where cardinality(refs) > 0;

create table versions (
  workspace_id uuid not null,
  id uuid not null,
  edition_id uuid not null,
  number int not null,
  reason text not null,
  -- Was handed out to be frozen, so it stays as it is: it is neither folded nor thinned out.
  is_frozen boolean not null default false,
  title text not null,
  words int not null,
  refs text[] not null,
  doc jsonb not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, edition_id) references editions on delete cascade
);
create unique index versions_number on versions (workspace_id, edition_id, number);
create index versions_autosaved on versions (created_at) where reason = 'autosaved' and not is_frozen;
create index versions_refs on versions using gin (refs) where cardinality(refs) > 0;

create table templates (
  workspace_id uuid not null,
  id uuid not null,
  doc jsonb not null,
  body jsonb not null,
  refs text[] not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);

create table terms (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('tag', 'category', 'author')),
  name text not null,
  -- The name as names are compared: NFC, lower case.
  name_key text not null,
  slug text not null,
  description text not null,
  user_id uuid,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index terms_name on terms (workspace_id, kind, name_key);
create unique index terms_slug on terms (workspace_id, kind, slug);

create table media (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  type text not null,
  bytes bigint not null,
  -- Of the original; null while it is being fetched.
  sha256 text,
  -- A second file of the same bytes that an import brought under another address; uploads answer the first.
  is_copy boolean not null default false,
  width int,
  height int,
  alt text not null,
  caption text not null,
  credit text not null,
  focal_x double precision,
  focal_y double precision,
  state text not null check (state in ('fetching', 'processing', 'ready', 'failed')),
  -- 128 random bits in the public address; and others in the address of the original, which only members learn.
  key text not null,
  original_key text not null,
  variants jsonb not null default '[]',
  -- The picture for readers that know no srcset: file ending and type.
  shown_type text not null,
  source_url text,
  created_at timestamptz not null,
  created_by text not null,
  primary key (workspace_id, id)
);
create unique index media_sha256 on media (workspace_id, sha256) where sha256 is not null and not is_copy;
create unique index media_source on media (workspace_id, md5(source_url)) where source_url is not null;
create index media_created on media (workspace_id, created_at desc, id desc);

create table preview_links (
  workspace_id uuid not null,
  id uuid not null,
  article_id uuid not null,
  edition_id uuid not null,
  token_hash text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_opened_at timestamptz,
  primary key (workspace_id, id)
);
create unique index preview_links_token on preview_links (workspace_id, token_hash);
create index preview_links_edition on preview_links (workspace_id, edition_id, created_at);
create index preview_links_expired on preview_links (expires_at);

-- The search index: derived from editions, may be made anew. Rows are narrow, so that counting thousands of them is quick; the
-- vectors of whole texts lie outside the rows.
create table search_entries (
  workspace_id uuid not null,
  edition_id uuid not null,
  article_id uuid not null,
  language text not null,
  revision int not null,
  is_trashed boolean not null,
  -- Every word and lemma, with places.
  terms tsvector not null,
  text text not null,
  primary key (workspace_id, edition_id)
);
create index search_entries_terms on search_entries using gin (terms);
create index search_entries_article on search_entries (workspace_id, article_id);

-- Title, lead and the weightiest words of the body: small enough to rank thousands.
create table search_headings (
  workspace_id uuid not null,
  edition_id uuid not null,
  language text not null,
  is_trashed boolean not null,
  terms tsvector not null,
  primary key (workspace_id, edition_id),
  foreign key (workspace_id, edition_id) references search_entries on delete cascade
);
create index search_headings_terms on search_headings using gin (terms);

create table imports (
  workspace_id uuid not null,
  id uuid not null,
  format text not null,
  name text not null,
  language text not null,
  state text not null check (state in ('waiting', 'reading', 'writing', 'fetching-media', 'done', 'failed', 'cancelled')),
  blob_key text not null,
  bytes bigint not null,
  created_at timestamptz not null,
  created_by text not null,
  finished_at timestamptz,
  items_total int not null,
  items_done int not null default 0,
  counts jsonb not null,
  media_total int not null default 0,
  media_fetched int not null default 0,
  media_failed int not null default 0,
  error jsonb,
  primary key (workspace_id, id)
);
create index imports_created on imports (workspace_id, created_at desc);

create table import_items (
  workspace_id uuid not null,
  import_id uuid not null,
  position int not null,
  source_id text not null,
  title text not null,
  outcome text not null,
  article_id uuid,
  edition_id uuid,
  notes jsonb not null,
  primary key (workspace_id, import_id, position),
  foreign key (workspace_id, import_id) references imports on delete cascade
);
create index import_items_outcome on import_items (workspace_id, import_id, outcome, position);

create table import_media (
  workspace_id uuid not null,
  import_id uuid not null,
  media_id uuid not null,
  number int not null,
  url text not null,
  is_done boolean not null default false,
  primary key (workspace_id, import_id, media_id),
  foreign key (workspace_id, import_id) references imports on delete cascade
);
create index import_media_open on import_media (workspace_id, import_id, number) where not is_done;

-- down
drop table import_media;
drop table import_items;
drop table imports;
drop table search_headings;
drop table search_entries;
drop table preview_links;
drop table media;
drop table terms;
drop table templates;
drop table versions;
drop table editions;
drop table articles;
