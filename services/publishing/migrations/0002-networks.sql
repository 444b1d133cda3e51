-- What the far side said of the account at connecting; nothing secret.
alter table channels add column account jsonb not null default '{}';
-- The account of one network is connected once in a workspace.
create unique index channels_account on channels (workspace_id, network, (account ->> 'id')) where removed_at is null and account ? 'id';

-- What the far side holds of this delivery, piece by piece; see networks/network.ts.
alter table deliveries add column remote jsonb not null default '{}';
-- needs-human: it may have gone out, and only a person can look.
alter table deliveries drop constraint deliveries_state_check;
alter table deliveries add constraint deliveries_state_check
  check (state in ('planned', 'sending', 'retrying', 'published', 'failed', 'needs-human', 'missed', 'on-hold', 'cancelled', 'replaced', 'unpublished'));
drop index deliveries_open;
drop index deliveries_open_removal;
create unique index deliveries_open on deliveries (workspace_id, edition_id, channel_id)
  where kind <> 'unpublish' and state in ('planned', 'sending', 'retrying', 'failed', 'needs-human', 'missed', 'on-hold');
create unique index deliveries_open_removal on deliveries (workspace_id, edition_id, channel_id)
  where kind = 'unpublish' and state in ('planned', 'sending', 'retrying', 'failed', 'needs-human', 'missed', 'on-hold');

-- What a person has changed of an edition for one channel; what is left out is inherited.
create table variants (
  workspace_id uuid not null,
  edition_id uuid not null,
  channel_id uuid not null,
  fields jsonb not null,
  revision int not null default 1,
  updated_at timestamptz not null,
  updated_by text not null,
  primary key (workspace_id, edition_id, channel_id),
  foreign key (workspace_id, channel_id) references channels (workspace_id, id)
);

-- An account that is being connected on the network's own page: who began, and what was granted.
create table connections (
  workspace_id uuid not null,
  id uuid not null,
  network text not null,
  -- The state that the network hands back, as its SHA-256; whoever brings it must be who began.
  state_hash text not null,
  verifier_sealed text not null,
  person text not null,
  channel_id uuid,
  -- Null until the person has come back; then every account with its tokens.
  granted_sealed text,
  is_used boolean not null default false,
  expires_at timestamptz not null,
  primary key (workspace_id, id)
);
create unique index connections_state on connections (workspace_id, state_hash);
create index connections_expiry on connections (expires_at);

-- down
drop table connections;
drop table variants;
update deliveries set state = 'failed' where state = 'needs-human';
drop index deliveries_open;
drop index deliveries_open_removal;
create unique index deliveries_open on deliveries (workspace_id, edition_id, channel_id)
  where kind <> 'unpublish' and state in ('planned', 'sending', 'retrying', 'failed', 'missed', 'on-hold');
create unique index deliveries_open_removal on deliveries (workspace_id, edition_id, channel_id)
  where kind = 'unpublish' and state in ('planned', 'sending', 'retrying', 'failed', 'missed', 'on-hold');
alter table deliveries drop constraint deliveries_state_check;
alter table deliveries add constraint deliveries_state_check
  check (state in ('planned', 'sending', 'retrying', 'published', 'failed', 'missed', 'on-hold', 'cancelled', 'replaced', 'unpublished'));
alter table deliveries drop column remote;
drop index channels_account;
alter table channels drop column account;
