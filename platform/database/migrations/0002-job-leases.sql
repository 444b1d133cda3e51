-- Who runs a job, and until when that holds. Beside the rows and unlogged: it changes every few seconds, means nothing in
-- another installation (so it stays out of backups), and a database that crashed may forget it: then the jobs run again.
create unlogged table job_leases (
  job_id uuid primary key,
  -- Of one run, not of one process: null when that run was given up.
  holder uuid,
  until timestamptz not null,
  -- Runs in a row that ended with their process.
  deaths int not null default 0
);
create index job_leases_holder on job_leases (holder);
create index jobs_running on jobs (id) where state = 'running';

-- down
drop index jobs_running;
drop table job_leases;
