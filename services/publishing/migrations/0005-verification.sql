-- What was accepted is looked for afterwards, where the network can be asked; see verifying.ts.
alter table deliveries add column verification text check (verification in ('pending', 'verified', 'gone', 'unknown'));
alter table deliveries add column verified_at timestamptz;
-- When to look next; null: nobody looks any more.
alter table deliveries add column verify_at timestamptz;
alter table deliveries add column verify_tries int not null default 0;
create index deliveries_verify on deliveries (verify_at, id) where verify_at is not null;

-- down
drop index deliveries_verify;
alter table deliveries drop column verify_tries;
alter table deliveries drop column verify_at;
alter table deliveries drop column verified_at;
alter table deliveries drop column verification;
