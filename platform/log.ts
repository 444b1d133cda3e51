/**
 * Log lines as ECS JSON (or terse words for a terminal), with secrets and addresses of people taken out before they are
 * written.
 */
import { pino } from 'pino'
import { trail } from './calls/trail.ts'
import { scrub, scrubFields, scrubText } from './scrubbing.ts'
import { terseLine } from './terse-line.ts'

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

/** The log of the process, which all others are children of. */
export type RootLog = Log & {
  /** For it and all its children, until the returned function is called: only what is at least as important as this. */
  only: (level: LogLevel) => () => void
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

/** `service` in the fields of a child replaces `service.name`: one log of the process serves all its services. */
export function createLog(options: LogOptions): RootLog {
  const { service, level, format = 'ecs', now = Date.now } = options
  const destination = options.destination ?? pino.destination({ fd: 1, sync: true })
  const writer = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"@timestamp":"${new Date(now()).toISOString()}"`,
      formatters: { level: (label) => ({ 'log.level': label }) },
      // Fields arrive clean and plain; pino's own handling of errors and of `toJSON` has nothing left to do.
      serializers: {},
    },
    format === 'terse' ? { write: (line) => destination.write(terseLine(line)) } : destination,
  )
  const withFields = (carried: EcsFields): Log => {
    const write = (as: LogLevel) => (message: string, fields?: LogFields) => {
      if (!writer.isLevelEnabled(as)) return
      try {
        const traceId = trail()?.traceId
        const own = fields ? ecsFields(fields) : {}
        writer[as](
          joined(traceId === undefined ? carried : { 'trace.id': traceId, ...carried }, own),
          scrubText(message),
        )
      } catch {
        // A full disk or a closed pipe below standard output must not stop the work that is being told about.
      }
    }
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => withFields(joined(carried, ecsFields(fields))),
    }
  }
  return {
    ...withFields({ 'service.name': service, 'ecs.version': '8.11.0' }),
    only: (wanted) => {
      if (writer.isLevelEnabled(wanted)) writer.level = wanted
      return () => {
        writer.level = level
      }
    },
  }
}

type EcsFields = { floowe?: Record<string, unknown> } & Record<string, unknown>

const joined = (one: EcsFields, other: EcsFields): EcsFields =>
  one.floowe && other.floowe ? { ...one, ...other, floowe: { ...one.floowe, ...other.floowe } } : { ...one, ...other }

function ecsFields(fields: LogFields): EcsFields {
  try {
    return named(fields)
  } catch {
    // A getter that throws. The message is still worth its line.
    return { floowe: { fields: '[unreadable]' } }
  }
}

function named({ error, requestId, traceId, service, ...others }: LogFields): EcsFields {
  return {
    ...(typeof service === 'string' && { 'service.name': scrubText(service) }),
    ...(requestId !== undefined && { 'http.request.id': scrubText(requestId) }),
    ...(traceId !== undefined && { 'trace.id': scrubText(traceId) }),
    ...(Object.keys(others).length > 0 && { floowe: scrubFields(others) }),
    ...(error !== undefined && errorFields(error)),
  }
}

/** ECS has four words for an error; what else it carries (causes, details of a refusal) stays below `floowe.error`. */
function errorFields(error: unknown): Record<string, unknown> {
  const plain = scrub(error)
  if (typeof plain !== 'object' || plain === null || !(error instanceof Error)) {
    return { 'error.message': typeof plain === 'string' ? plain : JSON.stringify(plain) }
  }
  const { type, message, stack, code, ...carried } = plain as Record<string, unknown> // what scrub makes of an Error
  return {
    'error.type': type,
    'error.message': message,
    ...(code !== undefined && { 'error.code': typeof code === 'string' ? code : JSON.stringify(code) }),
    ...(stack !== undefined && { 'error.stack_trace': stack }),
    ...(Object.keys(carried).length > 0 && { 'error.details': carried }),
  }
}
