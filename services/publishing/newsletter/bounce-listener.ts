/**
 * The port that takes what comes back, by SMTP: only for addresses that this installation has made, in small numbers and sizes. It
 * sends nothing and passes nothing on.
 */
import type { SMTPServer } from 'smtp-server'
import type { Clock, Database, Log, Sealer } from '@floowe/platform'
import { noteBounce, recipientOfBounce } from '../store/recipients.ts'
import { endSubscription } from '../store/subscribers.ts'
import { reportIn } from './bounces.ts'
import { type BounceKind, bounceOf } from './links.ts'
import { bounceReader } from './mailings.ts'
import { leave } from './readers.ts'

export type BounceParts = {
  db: Database
  clock: Clock
  sealer: Sealer
  log: Log
  bounces: { host: string; port: number; domain: string }
}
export type BounceListener = { stop: () => Promise<void> }

const bytesMax = 1024 * 1024
const connectionsMax = 50
const recipientsMax = 5
const silenceMsMax = 60_000
const closeWithinMs = 2_000
const againAfterMs = 5_000

type Place = NonNullable<ReturnType<typeof bounceOf>>
const refusal = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode })

/**
 * One process of a machine has the port. The others wait until it is free, so that a restart of that one leaves no gap for long.
 * Fails where nobody could ever listen.
 */
export async function listenForBounces(parts: BounceParts): Promise<BounceListener> {
  const { clock, log, bounces } = parts
  let open: SMTPServer | null = null
  let isStopped = false
  let cancel = (): unknown => undefined
  let trying = Promise.resolve()
  const again = (): void => {
    cancel = clock.at(clock.now() + againAfterMs, () => {
      trying = tryOnce().catch((error: unknown) => {
        log.warn('the port for bounces cannot be had', { port: bounces.port, error })
        if (!isStopped) again()
      })
    })
  }
  const tryOnce = async (): Promise<void> => {
    if (isStopped) return
    const server = await serverFor(parts)
    const isMine = await listening(server, bounces)
    if (isMine && isStopped) return closed(server)
    if (isMine) open = server
    else if (!isStopped) again()
  }
  await tryOnce()
  if (open === null) log.warn('another process has the port for bounces; this one waits for it', { port: bounces.port })
  return {
    stop: async () => {
      isStopped = true
      cancel()
      await trying
      if (open) await closed(open)
    },
  }
}

const closed = (server: SMTPServer): Promise<void> => new Promise((resolve) => server.close(() => resolve()))

/** @returns false where somebody else has the port */
const listening = (server: SMTPServer, { port, host }: BounceParts['bounces']): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    server.listen(port, host, () => resolve(true))
  })

async function serverFor(parts: BounceParts): Promise<SMTPServer> {
  const { bounces, sealer, log } = parts
  // Loaded only where somebody listens.
  const { SMTPServer } = await import('smtp-server')
  const placeOf = (address: string): Place | null => {
    const [name = '', domain = ''] = address.split('@')
    return domain.toLowerCase() === bounces.domain ? bounceOf(sealer, name) : null
  }
  const server = new SMTPServer({
    name: bounces.domain,
    banner: 'Floowe takes bounces only',
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    size: bytesMax,
    maxClients: connectionsMax,
    maxRecipients: recipientsMax,
    socketTimeout: silenceMsMax,
    closeTimeout: closeWithinMs,
    // Exim closes its half with the end of the letter, and still wants the answer.
    allowHalfOpen: true,
    logger: false,
    onRcptTo: ({ address }, _session, done) =>
      done(placeOf(address) ? null : refusal(550, '5.1.1 No letter of ours comes back to this address')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      let bytes = 0
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= bytesMax) chunks.push(chunk)
      })
      stream.once('error', (error: Error) => done(error))
      stream.once('end', () => {
        if (bytes > bytesMax) return done(refusal(552, '5.3.4 Too large'))
        const places = session.envelope.rcptTo.flatMap(({ address }) => placeOf(address) ?? [])
        const isReport = session.envelope.mailFrom === false || session.envelope.mailFrom.address === ''
        take(parts, places, Buffer.concat(chunks), isReport).then(
          () => done(null, 'thank you'),
          (error: unknown) => {
            log.warn('what came back of a newsletter was not written down; the sender will bring it again', { error })
            done(refusal(451, '4.3.0 Not now'))
          },
        )
      })
    },
  })
  server.on('error', (error) => log.debug('a connection for bounces failed', { error }))
  return server
}

async function take(parts: BounceParts, places: readonly Place[], bytes: Buffer, isReport: boolean): Promise<void> {
  for (const place of places) await takeAt(parts, place, place.kind === 'b' ? bytes : null, isReport)
}

async function takeAt(
  { db, clock }: BounceParts,
  { workspaceId, bounceId, kind }: { workspaceId: string; bounceId: string; kind: BounceKind },
  bytes: Buffer | null,
  isReport: boolean,
): Promise<void> {
  const found = await recipientOfBounce(db, workspaceId, bounceId)
  if (!found) return
  // A mail to leave is a person's; a report that it could not be answered is not.
  if (kind === 'u' || bytes === null) {
    if (!isReport) await leave({ db, clock }, workspaceId, found.subscriberId)
    return
  }
  const report = await reportIn(bytes)
  if (report.kind === 'nothing') return
  const code = report.kind === 'complaint' ? 'complained' : report.bounce === 'hard' ? 'no-mailbox' : 'bounced'
  await db.transaction(async (tx) => {
    const isInARow = await noteBounce(tx, workspaceId, found, { code, answer: report.answer })
    if (report.kind === 'complaint')
      await endSubscription(tx, workspaceId, found.subscriberId, 'complained', clock.instant())
    else if (isInARow !== null)
      await bounceReader(tx, workspaceId, found.subscriberId, report.bounce, isInARow, clock.instant())
  })
}
