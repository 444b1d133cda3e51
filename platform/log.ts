/** Log lines as ECS JSON (or terse words for a terminal), with secrets and addresses of people taken out before they are written. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** `error` is an Error; `requestId` and `traceId` get their ECS names; every other field goes below `floowe`. */
export type LogFields = { error?: unknown; requestId?: string; traceId?: string } & Record<string, unknown>

/** Never throws, never waits. Fields are copied, bounded (depth, length) and cleaned of secrets. */
export type Log = {
  debug: (message: string, fields?: LogFields) => void
  info: (message: string, fields?: LogFields) => void
  warn: (message: string, fields?: LogFields) => void
  error: (message: string, fields?: LogFields) => void
  /** A log whose lines all carry these fields. */
  child: (fields: LogFields) => Log
}

export type LogOptions = {
  /** `service.name` of every line. */
  service: string
  level: LogLevel | 'silent'
  /** `ecs` for machines (standard), `terse` for a person at a terminal. */
  format?: 'ecs' | 'terse'
  /** Gets whole lines; standard output when left out. */
  destination?: { write: (line: string) => void }
  /** Unix ms; handed in by tests. */
  now?: () => number
}

export declare function createLog(options: LogOptions): Log
