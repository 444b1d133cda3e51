-- What a person was told. Goes with the membership. `about` is the delivery, approval or channel; `in_app` false: only mailed or sent.
create table notifications (
  workspace_id uuid not null,
  user_id uuid not null,
  id uuid not null,
  event_id uuid not null,
  kind text not null,
  about uuid not null,
  data jsonb not null,
  at timestamptz not null,
  made_at timestamptz not null,
  read_at timestamptz,
  in_app boolean not null,
  -- Wanted in a letter; which one took it.
  in_letter boolean not null,
  letter_id uuid,
  primary key (workspace_id, user_id, id),
  constraint notifications_event unique (workspace_id, user_id, event_id),
  foreign key (workspace_id, user_id) references members (workspace_id, user_id) on delete cascade
);
create index notifications_unread on notifications (workspace_id, user_id) where in_app and read_at is null;
create index notifications_unread_about on notifications (workspace_id, about) where read_at is null;
create index notifications_waiting on notifications (workspace_id, user_id) where in_letter and letter_id is null;
create index notifications_letter on notifications (workspace_id, user_id, letter_id) where letter_id is not null;

-- A letter that is being gathered.
create table notification_letters (
  workspace_id uuid not null,
  user_id uuid not null,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  primary key (workspace_id, user_id),
  foreign key (workspace_id, user_id) references members (workspace_id, user_id) on delete cascade
);
create index notification_letters_due on notification_letters (due_at);

-- Where a person chose otherwise than the standard.
create table notification_choices (
  workspace_id uuid not null,
  user_id uuid not null,
  kind text not null,
  way text not null check (way in ('app', 'mail', 'webhook')),
  is_on boolean not null,
  primary key (workspace_id, user_id, kind, way),
  foreign key (workspace_id, user_id) references members (workspace_id, user_id) on delete cascade
);

-- `failures`: messages given up in a row.
create table notification_webhooks (
  workspace_id uuid not null,
  user_id uuid not null,
  url text not null,
  sealed_secret text not null,
  sealed_old_secret text,
  old_secret_until timestamptz,
  is_on boolean not null,
  failures int not null default 0,
  failing_since timestamptz,
  problem text,
  last_taken_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, user_id),
  foreign key (workspace_id, user_id) references members (workspace_id, user_id) on delete cascade
);

-- down
drop table notification_webhooks;
drop table notification_choices;
drop table notification_letters;
drop table notifications;
