/** Calls over HTTP between processes: who is asked, what is repeated, and what waits. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { Refusal } from '../errors.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { httpTransport, type HttpTransport } from './http.ts'
import { budgetHeader, innerKey, keyHeader, WireBody } from './inner-http.ts'
import { innerServer } from './inner-server.ts'
import type { Endpoint } from './port.ts'
import { newTrail, remainingMs, trail, withTrail } from './trail.ts'

const key = innerKey(Buffer.alloc(32, 1))
const oldKey = innerKey(Buffer.alloc(32, 2))
const log = createLog({ service: 'test', level: 'silent' as never }) // tests say nothing
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

type Peer = { origin: string; asked: string[]; budgets: number[]; server: Server; ready: { status: number } }
/** An instance whose answers the test decides. */
async function peer(answer: (response: ServerResponse, path: string, turn: number) => void, port = 0): Promise<Peer> {
  const asked: string[] = []
  const budgets: number[] = []
  const ready = { status: 200 }
  const server = createServer((request, response) => {
    request.resume()
    if (request.url === '/readyz') return void response.writeHead(ready.status).end()
    asked.push(`${request.method} ${request.url} ${request.headers[keyHeader] === key}`)
    budgets.push(Number(request.headers[budgetHeader]))
    answer(response, request.url ?? '', asked.length)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  ends.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(resolve)
      }),
  )
  const { port: own } = server.address() as AddressInfo // a TCP server's address is never a string
  return { origin: `http://127.0.0.1:${own}`, asked, budgets, server, ready }
}
const ok = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{"json":{"fine":true}}')

async function transportTo(...origins: string[]): Promise<HttpTransport> {
  const metrics = await createMetrics()
  const transport = httpTransport({ key, origins: { content: origins }, log, metrics })
  ends.push(async () => {
    await transport.close()
    metrics.close()
  })
  return transport
}
async function serve(endpoint: Endpoint) {
  const metrics = await createMetrics()
  const server = await innerServer({
    keys: [key, oldKey],
    endpoints: new Map([['content', endpoint]]),
    mounts: [],
    metrics,
    metricsToken: null,
    log,
    notReady: async () => null,
  })
  ends.push(async () => {
    await server.close()
    metrics.close()
  })
  return { server, origin: await server.listen({ host: '127.0.0.1', port: 0 }) }
}
const rpc = (operation: string, signal?: AbortSignal) => ({
  method: 'POST',
  url: new URL(`/${operation}`, 'http://content.inner'),
  headers: {},
  signal,
  body: async () => ({ json: null }),
})
const valueOf = (answer: { body: unknown } | null): unknown =>
  answer?.body instanceof WireBody ? answer.body.value() : null
const codeOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'answered',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  )

test('an answer comes as bytes, with the key and the time that is left on the way there', async () => {
  const one = await peer(ok)
  const transport = await transportTo(one.origin)
  const answer = await withTrail({ ...newTrail(), untilMs: performance.now() + 5_000 }, () =>
    transport.send('content', 'rpc', rpc('createArticle')),
  )
  expect(valueOf(answer)).toEqual({ json: { fine: true } })
  expect(one.asked).toEqual(['POST /inner/content/rpc/createArticle true'])
  expect(one.budgets[0]).toBeGreaterThan(1_000)
  expect(one.budgets[0]).toBeLessThanOrEqual(5_000)
})

test('work goes to the instance that has least of it', async () => {
  const held: ServerResponse[] = []
  const busy = await peer((response) => void held.push(response))
  const free = await peer(ok)
  const transport = await transportTo(busy.origin, free.origin)
  const first = transport.send('content', 'rpc', rpc('createArticle'))
  await expect.poll(() => busy.asked.length).toBe(1)
  for (let n = 0; n < 6; n++) await transport.send('content', 'rpc', rpc('createArticle'))
  expect([busy.asked.length, free.asked.length]).toEqual([1, 6])
  for (const response of held) ok(response)
  await first
})

test('what did not leave goes elsewhere, whatever it is', async () => {
  const gone = await peer(ok)
  const there = await peer(ok)
  const transport = await transportTo(gone.origin, there.origin)
  await new Promise((resolve) => gone.server.close(resolve))
  gone.server.closeAllConnections()
  for (let n = 0; n < 4; n++) await transport.send('content', 'rpc', rpc('createArticle'))
  expect(there.asked).toHaveLength(4)
})

test('a lost answer is asked for again only where that has no second effect', async () => {
  const lossy = await peer((response, _path, turn) => (turn % 2 === 1 ? void response.destroy() : ok(response)))
  const transport = await transportTo(lossy.origin)
  expect(await codeOf(transport.send('content', 'rpc', rpc('createArticle')))).toBe('unavailable')
  expect(lossy.asked).toHaveLength(1)
  await expect.poll(() => transport.instancesOf('content').isUp()).toBe(true)
  // The next is lost as well: reading an article may be repeated, describing editions says so in its contract.
  await transport.send('content', 'rpc', rpc('createArticle'))
  for (const operation of ['getArticle', 'describeEditions']) {
    const before = lossy.asked.length
    expect(valueOf(await transport.send('content', 'rpc', rpc(operation)))).toEqual({ json: { fine: true } })
    expect(lossy.asked.length - before).toBe(2)
  }
})

test('with nobody there a request waits for the next instance, at most as long as its caller', async () => {
  const first = await peer(ok)
  const port = Number(new URL(first.origin).port)
  const transport = await transportTo(first.origin)
  await transport.send('content', 'rpc', rpc('createArticle'))
  first.server.closeAllConnections()
  await new Promise((resolve) => first.server.close(resolve))
  const waiting = transport.send('content', 'rpc', rpc('createArticle'))
  const impatient = withTrail({ ...newTrail(), untilMs: performance.now() + 300 }, () =>
    codeOf(transport.send('content', 'rpc', rpc('createArticle'))),
  )
  expect(await impatient).toBe('unavailable')
  const second = await peer(ok, port)
  expect(valueOf(await waiting)).toEqual({ json: { fine: true } })
  expect(second.asked).toHaveLength(1)
})

test('one that drains gets nothing new, one that breaks everything is left alone for a while', async () => {
  const draining = await peer((response) => {
    response.setHeader('floowe-draining', '1')
    ok(response)
  })
  const broken = await peer((response) => void response.destroy())
  const fine = await peer(ok)
  const transport = await transportTo(draining.origin, fine.origin)
  draining.ready.status = 503
  for (let n = 0; n < 6; n++) await transport.send('content', 'rpc', rpc('createArticle'))
  expect(draining.asked.length).toBeLessThanOrEqual(1)
  const other = await transportTo(broken.origin)
  for (let n = 0; n < 8; n++)
    await codeOf(
      withTrail({ ...newTrail(), untilMs: performance.now() + 400 }, () =>
        other.send('content', 'rpc', rpc('createArticle')),
      ),
    )
  const before = broken.asked.length
  expect(other.instancesOf('content').isUp()).toBe(false)
  expect(before).toBeLessThanOrEqual(8)
})

test('an answer may carry a file', async () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256)
  const form = new FormData()
  form.append('0', new File([bytes], 'zdjęcie.png', { type: 'image/png' }))
  const { origin } = await serve(async () => ({ status: 200, headers: {}, body: form }))
  const answer = await (await transportTo(origin)).send('content', 'rpc', rpc('readPicture'))
  const heard = answer?.body instanceof WireBody ? await answer.body.decoded() : null
  const file = heard instanceof FormData ? heard.get('0') : null
  if (!(file instanceof File)) throw new Error('no file came')
  expect([file.name, file.type]).toEqual(['zdjęcie.png', 'image/png'])
  expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes)
})

test('the far side works in the trail of the call, until its deadline, and nobody without the key gets in', async () => {
  const seen: { traceId: string | undefined; leftMs: number }[] = []
  const endpoint: Endpoint = async (_door, request) => {
    seen.push({ traceId: trail()?.traceId, leftMs: remainingMs(60_000) })
    return { status: 200, headers: {}, body: { json: await request.body() } }
  }
  const { server, origin } = await serve(endpoint)
  const transport = await transportTo(origin)
  const own = { ...newTrail(), untilMs: performance.now() + 4_000 }
  const form = new FormData()
  form.append('file', new File(['zażółć'], 'a.txt'))
  await withTrail(own, () => transport.send('content', 'rpc', { ...rpc('startImport'), body: async () => form }))
  expect(seen[0]?.traceId).toBe(own.traceId)
  expect(seen[0]?.leftMs).toBeLessThanOrEqual(4_000)
  const knock = async (given?: string): Promise<number> => {
    const headers: Record<string, string> = given === undefined ? {} : { [keyHeader]: given }
    return (await fetch(`${origin}/inner/content/rpc/getArticle`, { method: 'POST', headers })).status
  }
  expect([await knock(), await knock(innerKey(Buffer.alloc(32, 3)))]).toEqual([404, 404])
  // Of a process that was started before the secret was changed.
  expect(await knock(oldKey)).toBe(200)
  expect((await fetch(`${origin}/healthz`)).status).toBe(200)
  server.drain()
  expect((await fetch(`${origin}/readyz`)).status).toBe(503)
})
