-- The id under which an operation makes what it makes, the same for every repetition; and whether the last run said that it failed.
alter table idempotency
  add column once_id uuid not null default gen_random_uuid(),
  add column is_released boolean not null default false;

-- down
alter table idempotency drop column once_id, drop column is_released;
