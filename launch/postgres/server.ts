import type { DataFolder } from '../data-folder.ts'
import type { Lock } from '../lock.ts'

/** What `startPostgres` (bundled.ts) is given. */
export type PostgresOptions = {
  folder: DataFolder
  /** Held on the same folder. Only its holder may start, adopt or end the folder's database. */
  lock: Lock
  /** Told what is being done, one plain sentence each, for the person who waits. */
  say?: (sentence: string) => void
  /** How long the server may take until it answers, recovery after a crash included. Default 120 s. */
  readyWithinMs?: number
  /**
   * How clients reach it. `socket` (default): a Unix socket in a private folder; where none can be made, as `local-port`:
   * 127.0.0.1 with a free port. SCRAM with the generated password is asked on both.
   */
  reach?: 'socket' | 'local-port'
  /** Who it runs as when this process is root. Default `auto`: a user namespace where allowed, else the user nobody. */
  asRoot?: 'auto' | 'namespace' | 'nobody'
  /** Where the prepared databases are looked for of which a first start copies one. Default: where `npm ci` puts them. */
  templates?: string
  /** What the copied one should hold, as its maker called it (`prepareTemplate`). Default: nothing. Where it is not there, an empty one is taken. */
  contents?: () => string
  /** For tests only: nothing is flushed to disk, a power cut loses everything. */
  throwAway?: boolean
}

/** A running bundled server and how to reach it. */
export type BundledPostgres = {
  /** A folder (Unix socket) or 127.0.0.1. Both are what `pg` takes as `host`. */
  readonly host: string
  readonly port: number
  /** The superuser, its generated password, and the database that always exists. */
  readonly user: string
  readonly password: string
  readonly database: string
  /** The same in one string, as `pg` takes it; any other database by replacing the path. Holds the password. */
  readonly url: string
  readonly pid: number
  /** True when the server of a killed earlier start was found answering and taken over. */
  readonly adopted: boolean
  /** `18.4` */
  readonly version: string
  /** Resolves with a sentence when the server ends without `stop` having been called; never rejects. */
  readonly lost: Promise<string>
  /**
   * Fast shutdown: ends all sessions, writes everything, ends the server. After `deadlineMs` (default 15 s) it is ended
   * the hard way, which loses nothing acknowledged and costs a recovery at the next start. May be repeated.
   */
  stop(deadlineMs?: number): Promise<void>
}
