/**
 * A mail server as a provider runs it: one account with a password, letters for anybody. It takes each letter that comes, however
 * often: SMTP drops no repetition, and cannot be asked what it has. Built on the server library of Nodemailer's authors.
 *
 * Its faults are those of `vendor.ts` as far as SMTP knows them. After the letter was taken: `accept-then-reset`, `accept-then-hang`,
 * `slow-body` (the answer comes by drops and is not finished when `hangMs` is over), `empty-body` (closed without a word); for
 * `accept-then-500`, `html-error` and `wrong-type` it says something that is no SMTP. Before: `reset` cuts at the recipient; a status is
 * answered to the recipient, below 400 or for HTTP's own 429 and 503 as 451. With `faultsAt: 'content'` both happen behind the letter
 * instead, which is not taken either.
 */
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'
import type { Asked, Effect, Fault, Logged, Vendor, VendorOptions } from './vendor.ts'

/** `queueId`: its own for each, also for two of the same letter. */
export type Letter = { from: string; to: string; content: string; messageId: string; queueId: string; atMs: number }
export type Refusal = { code: number; text: string }
export type Smtp = Vendor & {
  /** Of the account; `url` has both. */
  user: string
  password: string
  port: number
  /** Every letter that was taken, in the order of arrival. */
  letters: () => Letter[]
  /** The password is no longer accepted. */
  revoke: () => void
  /** What is answered to a recipient, the sender, or behind the letter, instead of taking it; null: nothing. */
  answers: {
    recipient: (choose: (address: string, time: number) => Refusal | null) => void
    sender: (choose: (address: string) => Refusal | null) => void
    content: (choose: (address: string, time: number) => Refusal | null) => void
  }
  connections: () => number
  /** Resolves once it has taken so many letters. Fails after `withinMs`. */
  received: (count: number, withinMs?: number) => Promise<Letter[]>
}
export type SmtpOptions = VendorOptions & {
  /** For `smtps://`: certificate and key, PEM. */
  tls?: { cert: string; key: string }
  host?: string
  /** When a fault is chosen: before the letter comes, which is the standard, or with the whole letter as the body of what was asked. */
  faultsAt?: 'recipient' | 'content'
}

const dropEveryMs = 50
const letterBytesMax = 8 * 1024 * 1024
const garbage = '<!doctype html><title>One moment</title>\r\n'

type World = {
  letters: Letter[]
  log: Logged[]
  queue: Fault[]
  choose: (asked: Asked, count: number) => Fault
  count: number
  isRevoked: boolean
  connections: number
  times: Map<string, number>
  recipient: (address: string, time: number) => Refusal | null
  sender: (address: string) => Refusal | null
  content: (address: string, time: number) => Refusal | null
  timers: Set<NodeJS.Timeout>
  listeners: Set<() => void>
  /** What happens to the letter that is under way on each connection. */
  chosen: Map<string, Fault>
  nowMs: () => number
  hangMs: number
}

const account = { user: 'listy@example.com', password: 'k7-Wisla-2026-mail-password' }
const refused = ({ code, text }: Refusal): Error => Object.assign(new Error(text), { responseCode: code })

export async function startSmtp(options: SmtpOptions = {}): Promise<Smtp> {
  const world: World = {
    ...{ letters: [], log: [], queue: [], choose: () => 'ok', count: 0, isRevoked: false, connections: 0 },
    ...{ recipient: () => null, sender: () => null, content: () => null },
    ...{ times: new Map(), timers: new Set(), listeners: new Set(), chosen: new Map() },
    nowMs: options.nowMs ?? Date.now,
    hangMs: options.hangMs ?? 30_000,
  }
  const host = options.host ?? '127.0.0.1'
  const server = serverFor(world, options)
  server.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(options.port ?? 0, host, () => resolve())
  })
  const { port } = server.server.address() as AddressInfo // a listening TCP server has a port
  const scheme = options.tls ? 'smtps' : 'smtp'
  return {
    ...account,
    port,
    url: `${scheme}://${encodeURIComponent(account.user)}:${encodeURIComponent(account.password)}@${host}:${port}`,
    log: () => [...world.log],
    effects: () => world.letters.map(effectOf),
    letters: () => [...world.letters],
    faults: {
      next: (faults) => void world.queue.push(...faults),
      always: (choose) => void (world.choose = choose),
      // There is only one thing to ask of it.
      concerns: () => undefined,
    },
    answers: {
      recipient: (choose) => void (world.recipient = choose),
      sender: (choose) => void (world.sender = choose),
      content: (choose) => void (world.content = choose),
    },
    revoke: () => void (world.isRevoked = true),
    connections: () => world.connections,
    received: (count, withinMs = 10_000) => received(world, count, withinMs),
    stop: async () => {
      for (const timer of world.timers) clearTimeout(timer)
      for (const connection of server.connections) connection._socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const effectOf = ({ queueId, to, content, atMs }: Letter): Effect => ({
  kind: 'created',
  id: queueId,
  account: to,
  text: content,
  atMs,
})

function serverFor(world: World, { tls, faultsAt = 'recipient' }: SmtpOptions): SMTPServer {
  const socketFor = (session: SMTPServerSession): Socket | null =>
    [...server.connections].find((connection) => connection.session === session)?._socket ?? null
  const faultFor = (address: string, body?: Buffer): Fault =>
    world.queue.shift() ?? world.choose(askedFor(world, address, body), (world.count += 1))
  const server: SMTPServer = new SMTPServer({
    ...(tls ? { secure: true, ...tls } : { disabledCommands: ['STARTTLS'] }),
    // It takes passwords without TLS: it listens on this machine only.
    allowInsecureAuth: true,
    size: letterBytesMax,
    logger: false,
    closeTimeout: 50,
    onConnect: (_session, done) => {
      world.connections += 1
      done()
    },
    onAuth: ({ username, password }, _session, done) =>
      !world.isRevoked && username === account.user && password === account.password
        ? done(null, { user: username })
        : done(refused({ code: 535, text: '5.7.8 Authentication credentials invalid' })),
    onMailFrom: ({ address }, _session, done) => done(errorOf(world.sender(address))),
    onRcptTo: ({ address }, session, done) => {
      const time = (world.times.get(address) ?? 0) + 1
      world.times.set(address, time)
      const fault = faultsAt === 'recipient' ? faultFor(address) : 'ok'
      world.chosen.set(session.id, fault)
      if (fault === 'reset') return void socketFor(session)?.resetAndDestroy()
      const answer = typeof fault === 'object' ? statusAnswer(fault.status) : world.recipient(address, time)
      if (answer) note(world, address, answer.code, fault)
      done(errorOf(answer))
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('error', (error: Error) => done(error))
      stream.once('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const [to = ''] = rcptTo.map(({ address }) => address)
        const bytes = Buffer.concat(chunks)
        const fault = faultsAt === 'content' ? faultFor(to, bytes) : (world.chosen.get(session.id) ?? 'ok')
        const letter = { from: mailFrom ? mailFrom.address : '', to, content: bytes.toString('utf8') }
        settle(world, letter, fault, socketFor(session), done)
      })
    },
  })
  return server
}

function settle(
  world: World,
  letter: Pick<Letter, 'from' | 'to' | 'content'>,
  fault: Fault,
  socket: Socket | null,
  done: (error?: Error | null, message?: string) => void,
): void {
  const { to } = letter
  if (fault === 'reset') return void socket?.resetAndDestroy()
  const answer = typeof fault === 'object' ? statusAnswer(fault.status) : world.content(to, world.times.get(to) ?? 1)
  if (answer) {
    note(world, to, answer.code, fault)
    return done(refused(answer))
  }
  take(world, letter)
  note(world, to, fault === 'ok' ? 250 : 0, fault, 1)
  give(world, fault, socket, () => done(null, 'Ok: queued'))
}

const errorOf = (answer: Refusal | null): Error | null => answer && refused(answer)
const statusAnswer = (status: number): Refusal =>
  status === 429 || status === 503 || status < 400
    ? { code: 451, text: '4.7.1 Try again later' }
    : { code: status, text: `${Math.floor(status / 100)}.0.0 Not taken` }

function take(world: World, letter: Pick<Letter, 'from' | 'to' | 'content'>): void {
  const [, messageId = ''] = /^Message-ID:\s*<([^>]+)>/im.exec(letter.content) ?? []
  world.letters.push({ ...letter, messageId, queueId: `${world.letters.length + 1}`, atMs: world.nowMs() })
  for (const listener of world.listeners) listener()
}

const note = (world: World, path: string, status: number, fault: Fault, effects = 0): void =>
  void world.log.push({ method: 'MAIL', path, arrivedMs: Date.now(), status, fault, effects })

const askedFor = ({ nowMs }: World, address: string, body: Buffer = Buffer.alloc(0)): Asked => ({
  method: 'MAIL',
  path: address,
  query: new URLSearchParams(),
  headers: {},
  body,
  json: null,
  nowMs: nowMs(),
})

function give(world: World, fault: Fault, socket: Socket | null, done: () => void): void {
  const later = (ms: number, work: () => void): void => {
    const timer = setTimeout(() => {
      world.timers.delete(timer)
      work()
    }, ms)
    world.timers.add(timer)
  }
  if (fault === 'accept-then-reset') socket?.resetAndDestroy()
  else if (fault === 'accept-then-hang') later(world.hangMs, () => socket?.destroy())
  else if (fault === 'empty-body') socket?.end()
  else if (fault === 'slow-body') {
    const endMs = Date.now() + world.hangMs
    const drop = (): void => {
      if (!socket || socket.destroyed || Date.now() >= endMs) return void socket?.destroy()
      socket.write('250-still\r\n')
      later(dropEveryMs, drop)
    }
    drop()
  } else if (typeof fault === 'string' && fault !== 'ok') socket?.end(garbage)
  else done()
}

async function received(world: World, count: number, withinMs: number): Promise<Letter[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = (): void => {
    if (world.letters.length >= count) resolve()
  }
  const timer = setTimeout(
    () => reject(new Error(`${world.letters.length} of ${count} letters came within ${withinMs} ms`)),
    withinMs,
  )
  world.listeners.add(look)
  look()
  try {
    await promise
    return [...world.letters]
  } finally {
    clearTimeout(timer)
    world.listeners.delete(look)
  }
}
