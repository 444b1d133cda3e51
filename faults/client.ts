/** Requests as a patient client makes them, counted while they are under way. */
import { setTimeout as pause } from 'node:timers/promises'

export type ServiceWord = 'gateway' | 'identity' | 'content' | 'publishing' | 'site' | 'analytics'
/** `lost`: no answer, or one that leaves open whether the request had its effect. */
export type Outcome = { is: 'answered'; status: number; body: unknown } | { is: 'lost'; reason: string }
export type Ask = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  /** JSON, or a form as it is. */
  body?: object | FormData
  headers?: Readonly<Record<string, string>>
  /** Whom it passes through, beside the gateway. */
  through: readonly ServiceWord[]
}

export type Client = {
  url: string
  /** One attempt. Never throws. */
  once: (ask: Ask) => Promise<Outcome>
  /** Of something that may be repeated: until it is answered or patience is over (then it throws). */
  until: <Body>(ask: Ask) => Promise<Body>
  /** Bytes of a public page or file, asked for until answered. */
  page: (address: string, through: readonly ServiceWord[]) => Promise<{ status: number; bytes: Buffer }>
  underWay: (service: ServiceWord | 'any') => number
  /** Answers of 500, which say that somebody was not prepared. */
  unprepared: () => readonly string[]
}

const answerMsMax = 40_000
const patienceMs = 120_000
const retryPauseMs = 100
const unpreparedMax = 20
/** These say nothing about the effect: who answered knew nothing about it, or says that it may be asked again. */
const openStatuses = new Set([408, 425, 429, 500, 502, 503, 504, 507])

/** @param credential of a person with all rights in the only workspace. */
export function createClient(url: string, credential: string): Client {
  const busy = new Map<string, number>()
  const unprepared: string[] = []
  const count = (names: readonly string[], by: number): void => {
    for (const name of ['any', 'gateway', ...names]) busy.set(name, (busy.get(name) ?? 0) + by)
  }
  const send = async (
    address: string,
    through: readonly string[],
    init: RequestInit,
  ): Promise<{ status: number; bytes: Buffer } | { reason: string }> => {
    count(through, 1)
    try {
      const answer = await fetch(address, { ...init, signal: AbortSignal.timeout(answerMsMax), redirect: 'manual' })
      return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) }
    } catch (error) {
      return { reason: reasonOf(error) }
    } finally {
      count(through, -1)
    }
  }
  const once = async ({ method = 'GET', path, body, headers, through }: Ask): Promise<Outcome> => {
    const isForm = body instanceof FormData
    const answer = await send(`${url}${path}`, through, {
      method,
      headers: {
        authorization: `Bearer ${credential}`,
        ...(body && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    })
    if ('reason' in answer) return { is: 'lost', reason: answer.reason }
    const text = answer.bytes.toString('utf8')
    if (answer.status === 500 && unprepared.length < unpreparedMax)
      unprepared.push(`${method} ${path}: ${text.slice(0, 200)}`)
    if (openStatuses.has(answer.status)) return { is: 'lost', reason: `${answer.status} ${text.slice(0, 200)}` }
    return { is: 'answered', status: answer.status, body: parsed(text) }
  }
  const patiently = async <Value>(work: () => Promise<Value | null>, name: string): Promise<Value> => {
    const endMs = Date.now() + patienceMs
    for (;;) {
      const value = await work()
      if (value !== null) return value
      if (Date.now() > endMs) throw new Error(`${name} was not answered within ${patienceMs} ms`)
      await pause(retryPauseMs)
    }
  }
  return {
    url,
    once,
    until: <Body>(ask: Ask) =>
      patiently(async () => {
        const outcome = await once(ask)
        if (outcome.is === 'lost') return null
        if (outcome.status >= 400)
          throw new Error(
            `${ask.method ?? 'GET'} ${ask.path}: ${outcome.status} ${JSON.stringify(outcome.body).slice(0, 300)}`,
          )
        return outcome.body as Body // the caller names the contract's own shape
      }, ask.path),
    page: (address, through) =>
      patiently(async () => {
        const answer = await send(address, through, {})
        return 'reason' in answer || openStatuses.has(answer.status) ? null : answer
      }, address),
    underWay: (service) => busy.get(service) ?? 0,
    unprepared: () => unprepared,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error
    ? `${cause.name} ${'code' in cause ? String(cause.code) : cause.message}`
    : error.message
}
