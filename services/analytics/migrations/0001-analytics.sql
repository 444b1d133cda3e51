-- Editions that may be counted, as their publication told of them.
create table editions (
  workspace_id uuid not null,
  edition_id uuid not null,
  article_id uuid not null,
  language text not null,
  title text not null,
  learned_at timestamptz not null,
  primary key (workspace_id, edition_id)
);
create index editions_article on editions (workspace_id, article_id, learned_at desc);

-- One row for each day (in the workspace's zone) and combination of what is told apart. `row_key` is the hash of the combination.
-- No article is the nil id; no edition the empty text.
create table day_counts (
  workspace_id uuid not null,
  day date not null,
  row_key uuid not null,
  article_id uuid not null,
  edition_id text not null,
  path text not null,
  language text not null,
  referrer text not null,
  source text not null,
  medium text not null,
  campaign text not null,
  views int not null,
  visits int not null,
  primary key (workspace_id, day, row_key)
);
create index day_counts_article on day_counts (workspace_id, article_id, day);

-- What tells a person's first page of a day from their next ones: a salt made for one workspace and one day, and hashes made
-- with it. Both are deleted when the day is over. Unlogged, so that neither the log of the database nor a backup keeps them;
-- after a crash of the database that day's readers are counted anew.
create unlogged table day_salts (
  workspace_id uuid not null,
  day date not null,
  salt bytea not null,
  primary key (workspace_id, day)
);
create unlogged table day_visitors (
  workspace_id uuid not null,
  day date not null,
  hash bytea not null,
  primary key (workspace_id, day, hash)
);
-- down
drop table day_visitors;
drop table day_salts;
drop table day_counts;
drop table editions;
