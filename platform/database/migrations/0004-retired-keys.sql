-- What a secret that is gone had made for one purpose, sealed under the present one: marks made with it can still be checked.
create table retired_keys (
  purpose text not null,
  key_id text not null,
  sealed text not null,
  retired_at timestamptz not null,
  primary key (purpose, key_id)
);

-- down
drop table retired_keys;
