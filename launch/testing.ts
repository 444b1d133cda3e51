/** The whole installation for tests: bundled database without fsync, a folder of its own, real HTTP, two workspaces of strangers. */
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Installation, startInstallation } from './start.ts'

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo // a TCP server's address is never a string
      server.close(() => resolve(port))
    })
  })

export type Answer = { status: number; body: any; headers: Headers } // bodies of any operation
export type Ask = (
  method: string,
  target: string,
  options?: { body?: unknown; headers?: Record<string, string> },
) => Promise<Answer>

export type TestInstallation = {
  installation: Installation
  url: string
  folder: string
  /** REST without a credential; `as` adds one. */
  ask: Ask
  as: (credential: Record<string, string>) => Ask
  stop: () => Promise<void>
}

export async function startTestInstallation(
  variables: Record<string, string> = {},
  given?: string,
): Promise<TestInstallation> {
  const folder = given ?? (await mkdtemp(path.join(tmpdir(), 'floowe-whole-')))
  const port = await freePort()
  const installation = await startInstallation({
    say: () => undefined,
    throwAway: true,
    variables: {
      FLOOWE_DATA: folder,
      FLOOWE_PORT: String(port),
      FLOOWE_DEMO: 'off',
      FLOOWE_LOG_LEVEL: 'error',
      FLOOWE_OUTBOUND_ALLOW: '127.0.0.1/32',
      FLOOWE_SENSITIVE_PER_MINUTE: '10000',
      FLOOWE_REQUESTS_PER_MINUTE: '100000',
      FLOOWE_ANONYMOUS_REQUESTS_PER_MINUTE: '100000',
      ...variables,
    },
  })
  const { url } = installation
  const askWith =
    (credential: Record<string, string>): Ask =>
    async (method, target, { body, headers } = {}) => {
      const isForm = body instanceof FormData
      const answer = await fetch(
        new URL(target.startsWith('/api') || !target.startsWith('/') ? target : `/api/v1${target}`, url),
        {
          method,
          headers: {
            ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
            ...credential,
            ...headers,
          },
          body: body === undefined ? undefined : isForm ? body : typeof body === 'string' ? body : JSON.stringify(body),
        },
      )
      const text = await answer.text()
      return {
        status: answer.status,
        headers: answer.headers,
        body: answer.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as unknown) : text,
      }
    }
  return {
    installation,
    url,
    folder,
    ask: askWith({}),
    as: askWith,
    stop: async () => {
      await installation.stop()
      if (!given) await rm(folder, { recursive: true, force: true })
    },
  }
}

export const password = 'a long enough password'

/** The cookie that a sign-in or set-up answered, as a browser would send it back. */
export const cookieOf = (answer: Answer): string => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''

/** The first owner by the first-run page, and with a cookie of their own. */
export async function setUp(world: TestInstallation): Promise<{ cookie: string; me: any }> {
  // the shape of Me
  const answer = await world.ask('POST', '/setup', {
    body: {
      code: world.installation.setupCode,
      owner: { name: 'Ada Owner', email: 'ada@example.com', password, locale: 'en' },
      workspace: { name: 'First', language: 'en', zone: 'Europe/Warsaw' },
    },
  })
  if (answer.status !== 200) throw new Error(`setup answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return { cookie: cookieOf(answer), me: answer.body }
}
