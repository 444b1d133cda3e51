/** All that a service may import of the platform: shapes and helpers, no driver. */
export type { Blobs } from './blobs/port.ts'
export { BlobError } from './blobs/port.ts'
export type { Cache } from './cache/port.ts'
export type { Caller } from './calls/tokens.ts'
export { signToken, type TokenClaims } from './calls/tokens.ts'
export { serviceProof } from './calls/client.ts'
export type { Clock } from './clock.ts'
export type { EnvReader } from './config.ts'
export type { Database, Row, Sql, Transaction } from './database/database.ts'
export { isLostDatabase } from './database/lost.ts'
export {
  brokenIndex,
  type Collection,
  type Documents,
  type Filter,
  isLostDocuments,
  type UpdateFilter,
} from './documents/port.ts'
export { isFullStorage } from './full-storage.ts'
export { found, isUniqueViolation, Refusal, refuse } from './errors.ts'
export type { Ids } from './ids.ts'
export { JobFailedForGood, type JobKind, type JobRequest, type JobRun } from './jobs/port.ts'
export type { Log } from './log.ts'
export type { Mail, OtherServer } from './mail.ts'
export type { LineAnswer, LineMessage, LineTrouble, MailLine } from './mail-line.ts'
export {
  button,
  entry,
  escapeHtml,
  type LetterPart,
  momentInLetter,
  paragraph,
  reference,
  writeLetter,
  type WrittenLetter,
} from './letters.ts'
export { enqueueSealed, type Letter, letterJob, mailJob, postLetter, unsealed } from './mail-jobs.ts'
export type { Metrics } from './metrics.ts'
export { type Outbound, type OutboundAnswer, OutboundError } from './outbound.ts'
export { once } from './once.ts'
export type { FactStatement, FormedEvent, NewEvent } from './outbox/outbox.ts'
export type { EventHandler, Subscriptions } from './outbox/inbox.ts'
export type { RateLimits } from './rate-limits/port.ts'
export type { Sealed } from './sealed.ts'
export { hashToken, isSameSecret, newToken, type Sealer, SealingError } from './sealing.ts'
export type { Api, As, Call, Calls, Host, Running, Service } from './service.ts'
export { isSetupCode, setupCode } from './setup-code.ts'
/** Plain routes of hot public paths, see `Host.routes`. */
export type { FastifyInstance as HttpServer, FastifyReply as HttpReply, FastifyRequest as HttpRequest } from 'fastify'
export type { Signals } from './signals/port.ts'
export { withoutTrail } from './calls/trail.ts'
export type { Tracer } from './trace.ts'
