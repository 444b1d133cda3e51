import { createHash } from 'node:crypto'
import * as path from 'node:path'
import type { Programs } from './programs.ts'
import type { SocketPlace } from './socket-place.ts'

/**
 * How the bundled server is set: small in memory, quick to answer, every acknowledged transaction on disk. Written anew
 * at each start, so an old data folder gets the settings of the version that opens it.
 */
const settings: Record<string, string | number> = {
  max_connections: 60,
  superuser_reserved_connections: 3,
  password_encryption: 'scram-sha-256',
  // Many iterations make guessing dear. Every password here is 256 random bits, and each connection pays for them.
  scram_iterations: 16,
  timezone: 'UTC',
  log_timezone: 'UTC',
  datestyle: 'ISO, YMD',
  // Memory
  shared_buffers: '48MB',
  work_mem: '8MB',
  maintenance_work_mem: '32MB',
  effective_cache_size: '512MB',
  huge_pages: 'off',
  wal_buffers: '1MB',
  // Each of these would be a process of its own that one machine does not need.
  io_method: 'sync',
  max_worker_processes: 4,
  max_parallel_workers: 2,
  max_parallel_workers_per_gather: 1,
  max_parallel_maintenance_workers: 1,
  max_logical_replication_workers: 0,
  max_sync_workers_per_subscription: 0,
  autovacuum_max_workers: 2,
  autovacuum_worker_slots: 2,
  // The log that makes commits durable. Nothing replicates from here, so it carries no more than recovery needs.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_replication_slots: 0,
  min_wal_size: '48MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  // Plans: short queries on a local disk
  jit: 'off',
  random_page_cost: 1.1,
  // A session whose client was killed ends and frees its locks; one that forgot its transaction too.
  client_connection_check_interval: '2s',
  idle_in_transaction_session_timeout: '5min',
  // What is printed: no statements and no values, they may be people's data.
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'error',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_parameter_max_length: 0,
  log_autovacuum_min_duration: -1,
}

/** Only for servers whose data may be lost: tests. */
const throwAwaySettings: Record<string, string | number> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 200,
  autovacuum: 'off',
}

/** `file_copy_method=clone` shares disk blocks where the file system can and copies inside the kernel where it cannot. */
const linuxSettings: Record<string, string | number> = {
  file_copy_method: 'clone',
}

/** The text of `postgresql.conf`. */
export function serverSettings(throwAway: boolean): string {
  const all = {
    ...settings,
    ...(process.platform === 'linux' ? linuxSettings : {}),
    ...(throwAway ? throwAwaySettings : {}),
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`)
  return `# Written by Floowe at each start.\n${lines.join('\n')}\n`
}

/** The text of `pg_hba.conf`: a password, proven by SCRAM, on every way in. */
export const serverAccess = [
  '# Written by Floowe at each start.',
  'local all all scram-sha-256',
  'host all all 127.0.0.1/32 scram-sha-256',
  'host all all ::1/128 scram-sha-256',
  '',
].join('\n')

/**
 * A short name for "this program with these settings". The server carries it as its cluster name; a server found running
 * is only taken over when it carries the same.
 */
export function settingsFingerprint(programs: Programs, version: string, throwAway: boolean): string {
  const text = [programs.root, version, serverSettings(throwAway), serverAccess].join('\n')
  return `floowe-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

/** The words the server is started with. What keeps it private stands here, where no settings file can undo it. */
export function serverWords(cluster: string, place: SocketPlace, clusterName: string): string[] {
  const words: Record<string, string | number> = {
    config_file: path.join(cluster, 'postgresql.conf'),
    hba_file: path.join(cluster, 'pg_hba.conf'),
    listen_addresses: place.kind === 'local-port' ? '127.0.0.1' : '',
    unix_socket_directories: place.kind === 'socket' ? place.folder : '',
    unix_socket_permissions: '0700',
    port: place.port,
    cluster_name: clusterName,
    ssl: 'off',
  }
  return ['-D', cluster, ...Object.entries(words).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
