/**
 * What a service is, and what it is handed. A service opens nothing by itself: it gets a {@link Host}, and everything it
 * opens in `start` it closes in `stop`.
 */
import type { ContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract'
import type { Contracts, ServiceName } from '@floowe/contracts/index'
import type { FastifyInstance } from 'fastify'
import type { Blobs } from './blobs/port.ts'
import type { Cache } from './cache/port.ts'
import type { Caller } from './calls/tokens.ts'
import type { Clock } from './clock.ts'
import type { EnvReader } from './config.ts'
import type { Database } from './database/database.ts'
import type { Documents } from './documents/port.ts'
import type { Ids } from './ids.ts'
import type { JobKind } from './jobs/port.ts'
import type { Log } from './log.ts'
import type { Mail } from './mail.ts'
import type { Metrics } from './metrics.ts'
import type { Outbound } from './outbound.ts'
import type { Subscriptions } from './outbox/inbox.ts'
import type { RateLimits } from './rate-limits/port.ts'
import type { Sealed } from './sealed.ts'
import type { Sealer } from './sealing.ts'
import type { Signals } from './signals/port.ts'
import type { Tracer } from './trace.ts'

export type Service<Settings = unknown> = {
  name: ServiceName
  /** Pure; the only place of the service that sees variables. */
  settings: (env: EnvReader) => Settings
  /** Folder of numbered .sql files. */
  migrations: URL
  /** What it keeps that depends on the secret; left out when that is nothing. */
  sealed?: Sealed
  /** Loads what is otherwise loaded when it is first needed. For a start that will need it and is waiting for something else. */
  warm?: () => Promise<unknown>
  start: (host: Host, settings: Settings) => Promise<Running>
}

export type Running = {
  /** Called once everything on this ground is open. Work that calls other services by itself, without being asked, begins here. */
  begin?: () => void
  /** Stops taking work, finishes what runs, frees what it owns. */
  stop: () => Promise<void>
  /** Drops everything at once, as a killed process would. For tests of what a restart finds; only where work runs by itself. */
  abandon?: () => void
}

export type Host = {
  name: ServiceName
  /** This service's own schema. */
  db: Database
  /** Where documents lie outside that schema; left out where they are kept in it. */
  documents?: Documents
  cache: Cache
  /** Limited to this service's own prefix. */
  blobs: Blobs
  /** Other services, typed by their contracts, always through the border. */
  call: Calls
  /** Answers operations. Called once, in `start`. */
  serve: <Name extends ServiceName>(name: Name, api: Api<Contracts[Name]>) => void
  /** Plain HTTP routes for hot public paths, mounted at the front door under these prefixes. */
  routes: (prefixes: readonly string[], register: (http: FastifyInstance) => Promise<void>) => void
  /** Hears events. Called once, in `start`. */
  on: (subscriptions: Subscriptions) => void
  /** Runs jobs of these kinds (`service.kind`). Called once, in `start`. */
  jobs: (kinds: Readonly<Record<string, JobKind>>, options?: { concurrency?: number }) => void
  outbound: Outbound
  sealer: Sealer
  mail: Mail
  rateLimits: RateLimits
  /** Hints to the other processes of this installation. */
  signals: Signals
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
  tracer: Tracer
  /** Where people reach this installation, without a slash at the end. All links are made from it, never from request headers. */
  publicUrl: string
}

/** One call of an operation, as its function sees it. */
export type Call = {
  caller: Caller
  /** The caller's workspace; the border refuses before an operation that needs one runs without it. */
  workspaceId: string
  requestId: string
  /** Aborted when the caller went away or the time is up. */
  signal: AbortSignal
  /** pl or en, for texts made by the server. */
  locale: 'pl' | 'en'
  userAgent: string | null
  /** Whom to count against for limits; never stored. */
  clientAddress: string | null
  /** The same in each repetition of a request with an Idempotency-Key; operations that say `once` make what they make under it. */
  onceId: string | null
  /** The session token behind the call. Only identity is given it. */
  credential: string | null
  /** Asks the gateway to start (or, with null, end) the caller's session cookie. */
  setSession: (session: { token: string; expiresAt: string } | null) => void
}

type AnyProcedure = ContractProcedure<any, any, any, any> // the only way to say "any contract" to oRPC's types
type HandlerInput<P> = P extends ContractProcedure<infer Input, any, any, any> ? InferSchemaOutput<Input> : never
type HandlerOutput<P> = P extends ContractProcedure<any, infer Output, any, any> ? InferSchemaInput<Output> : never
type CallerInput<P> = P extends ContractProcedure<infer Input, any, any, any> ? InferSchemaInput<Input> : never
type CallerOutput<P> = P extends ContractProcedure<any, infer Output, any, any> ? InferSchemaOutput<Output> : never

/** One function for each operation of the contract, checked to be complete. */
export type Api<Contract> = {
  [Name in keyof Contract]: Contract[Name] extends AnyProcedure
    ? (input: HandlerInput<Contract[Name]>, call: Call) => Promise<HandlerOutput<Contract[Name]>>
    : never
}

/**
 * In whose name a call is made: a person's or key's own (its token is passed on unchanged), or this service's, limited to a workspace.
 * `requestId` ties the logs together.
 */
export type As = { caller: Caller; requestId?: string } | { workspaceId: string | null; requestId?: string }

/** Throws {@link Refusal} with the code of the contract; `unavailable` when the service does not answer. */
export type Calls = {
  [Name in ServiceName]: {
    [Operation in keyof Contracts[Name]]: (
      input: CallerInput<Contracts[Name][Operation]>,
      as: As,
    ) => Promise<CallerOutput<Contracts[Name][Operation]>>
  }
}
