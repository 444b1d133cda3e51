-- Who reads a newsletter, and who once did.
create table subscribers (
  workspace_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  -- Null once it was erased. Its keyed hash stays, so that it is not imported again by mistake.
  email text,
  email_hash text not null,
  state text not null check (state in ('pending', 'confirmed', 'unsubscribed', 'bounced', 'complained', 'removed')),
  locale text not null check (locale in ('pl', 'en')),
  source text not null check (source in ('form', 'person', 'import')),
  -- When and by whom the address was entered, and what a person then said of its owner's consent.
  asked_at timestamptz not null,
  asked_by text not null,
  declaration text,
  confirmed_at timestamptz,
  ended_at timestamptz,
  -- SHA-256 of the token in the confirmation letter, and whether that letter has left.
  confirm_hash text,
  confirm_until timestamptz,
  letter_sent boolean not null default false,
  -- Issues in a row that came back for a reason that may pass.
  soft_bounces int not null default 0,
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);
create unique index subscribers_email on subscribers (workspace_id, channel_id, email) where email is not null;
create index subscribers_email_hash on subscribers (workspace_id, channel_id, email_hash);
create index subscribers_state on subscribers (workspace_id, channel_id, state, id);
create index subscribers_confirm on subscribers (workspace_id, confirm_hash) where confirm_hash is not null;
create index subscribers_pending on subscribers (asked_at) where state = 'pending';

-- An issue on its way to its readers: they are fixed when it is first armed.
create table mailings (
  workspace_id uuid not null,
  delivery_id uuid not null,
  channel_id uuid not null,
  edition_id uuid not null,
  -- Where the text stands for the web, as it was then; part of each letter.
  view_url text,
  begun_at timestamptz not null,
  -- How many by state, once who they were is forgotten.
  totals jsonb,
  primary key (workspace_id, delivery_id),
  foreign key (workspace_id, delivery_id) references deliveries (workspace_id, id) on delete cascade
);
create index mailings_place on mailings (workspace_id, edition_id, channel_id);
create index mailings_old on mailings (begun_at) where totals is null;

create table recipients (
  workspace_id uuid not null,
  delivery_id uuid not null,
  subscriber_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'armed', 'accepted', 'deferred', 'refused', 'unknown', 'dropped')),
  -- Of the attempt that armed it: armed under an older one it is nobody's any more.
  fence bigint not null default 0,
  attempts int not null default 0,
  message_id text,
  first_armed_at timestamptz,
  armed_at timestamptz,
  -- Not before; null: at once.
  next_at timestamptz,
  code text,
  answer text,
  -- In the address that bounces come back to.
  bounce_id uuid not null default gen_random_uuid(),
  has_bounced boolean not null default false,
  primary key (workspace_id, delivery_id, subscriber_id),
  foreign key (workspace_id, delivery_id) references mailings (workspace_id, delivery_id) on delete cascade,
  foreign key (workspace_id, subscriber_id) references subscribers (workspace_id, id) on delete cascade
);
create index recipients_next on recipients (workspace_id, delivery_id, next_at nulls first, subscriber_id) where state in ('waiting', 'deferred');
create index recipients_state on recipients (workspace_id, delivery_id, state, subscriber_id);
create index recipients_bounce on recipients (workspace_id, bounce_id);
create index recipients_subscriber on recipients (workspace_id, subscriber_id, first_armed_at);

-- down
drop table recipients;
drop table mailings;
drop table subscribers;
