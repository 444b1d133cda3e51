-- better-auth's tables, from its compileMigrations(), with ids as uuid. They are global: a person may belong to several workspaces.
create table users (
  id uuid primary key,
  name text not null,
  email text not null,
  email_verified boolean not null,
  image text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  locale text not null check (locale in ('pl', 'en')),
  zone text not null,
  theme text not null check (theme in ('light', 'dark', 'system')),
  density text not null check (density in ('comfortable', 'compact')),
  constraint users_email unique (email)
);

-- `token` holds the SHA-256 of the secret in the cookie, `ip_address` stays empty.
create table sessions (
  id uuid primary key,
  expires_at timestamptz not null,
  token text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  ip_address text,
  user_agent text,
  user_id uuid not null references users (id) on delete cascade,
  constraint sessions_token unique (token)
);
create index sessions_user_id on sessions (user_id);
create index sessions_expires_at on sessions (expires_at);

create table accounts (
  id uuid primary key,
  account_id text not null,
  provider_id text not null,
  user_id uuid not null references users (id) on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint accounts_provider unique (provider_id, account_id)
);
create index accounts_user_id on accounts (user_id);

-- One-time values; `identifier` holds what they are for and the SHA-256 of the secret in the link.
create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verifications_identifier on verifications (identifier);
create index verifications_expires_at on verifications (expires_at);

-- Failed sign-ins by a keyed hash of e-mail and address; neither can be read back. Global, forgotten after a day.
create table sign_in_attempts (
  subject text primary key,
  failures int not null,
  last_at timestamptz not null,
  locked_until timestamptz
);
create index sign_in_attempts_last_at on sign_in_attempts (last_at);

-- Ed25519 keys of inner tokens. Global.
create table signing_keys (
  id text primary key,
  public_key jsonb not null,
  sealed_private_key text not null,
  created_at timestamptz not null
);

-- down
drop table signing_keys;
drop table sign_in_attempts;
drop table verifications;
drop table accounts;
drop table sessions;
drop table users;
