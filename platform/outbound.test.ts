import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createPlainServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLog } from './log.ts'
import { createResolver } from './outbound-connection.ts'
import { createOutbound, OutboundError } from './outbound.ts'
import type { OutboundOptions, OutboundRequest } from './outbound.ts'
import { makeCertificate, portOf, startDns } from './testing-network.ts'

const closing: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  closing.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return portOf(server)
}
const serve = (listener: RequestListener): Promise<number> => listen(createServer(listener))

function outboundTo(options: Partial<OutboundOptions> = {}) {
  const lines: string[] = []
  const log = createLog({ service: 'test', level: 'debug', destination: { write: (line) => lines.push(line) } })
  const outbound = createOutbound({ allow: ['127.0.0.0/8'], userAgent: 'Floowe/test', log, ...options })
  closing.push(() => outbound.close())
  return { outbound, lines }
}
const failure = async (work: Promise<unknown>): Promise<OutboundError> => {
  const error = await work.then(
    (value) => value,
    (reason: unknown) => reason,
  )
  if (error instanceof OutboundError) return error
  throw new Error(`not an OutboundError: ${String(error)}`)
}
const askOf = async (listener: RequestListener, request?: OutboundRequest): Promise<OutboundError> =>
  failure(outboundTo().outbound.request(`http://127.0.0.1:${await serve(listener)}/`, request))
const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

describe('an answer', () => {
  test('comes whole, whatever its status', async () => {
    const port = await serve(async (request, answer) => {
      answer.writeHead(418, {
        'x-seen': `${request.method} ${request.url}`,
        'set-cookie': ['a=1', 'b=2'],
        'x-many': ['x', 'y'],
      })
      answer.end(
        `${request.headers['user-agent']}|${String(request.headers['x-mine'])}|${request.headers['accept-encoding']}|${await bodyOf(request)}`,
      )
    })
    const { outbound } = outboundTo()
    const url = `http://127.0.0.1:${port}/za%C5%BC%C3%B3%C5%82%C4%87?q=1#part`
    const answer = await outbound.request(url, { method: 'post', headers: { 'X-Mine': 'yes' }, body: 'żółć' })
    expect(answer.status).toBe(418)
    expect(answer.headers).toMatchObject({
      'x-seen': 'POST /za%C5%BC%C3%B3%C5%82%C4%87?q=1',
      'set-cookie': 'a=1\nb=2',
      'x-many': 'x, y',
    })
    expect(answer.body.toString()).toBe('Floowe/test|yes|identity|żółć')
    expect(answer.url).toBe(`http://127.0.0.1:${port}/za%C5%BC%C3%B3%C5%82%C4%87?q=1`)
  })

  test('to HEAD and 204 has no body', async () => {
    const port = await serve((_, answer) => answer.writeHead(204, { etag: '"1"' }).end())
    const { outbound } = outboundTo()
    expect((await outbound.request(`http://127.0.0.1:${port}/`, { method: 'HEAD' })).body.length).toBe(0)
    expect((await outbound.request(`http://127.0.0.1:${port}/`)).headers.etag).toBe('"1"')
  })

  test('may come behind interim ones, asked for or not', async () => {
    const port = await serve((_, answer) => {
      answer.writeContinue()
      answer.writeEarlyHints({ link: '</a.css>; rel=preload' })
      answer.writeHead(201, { location: '/1' }).end('made')
    })
    const made = await outboundTo().outbound.request(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' })
    expect([made.status, made.headers.location, made.body.toString()]).toEqual([201, '/1', 'made'])
  })

  test('may come before the request was taken whole', async () => {
    const port = await listen(
      createPlainServer((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno')),
      ),
    )
    const body = Buffer.alloc(20_000_000)
    const outcome = await outboundTo()
      .outbound.request(`http://127.0.0.1:${port}/`, { method: 'PUT', body })
      .then(
        ({ status }) => `answered ${status}`,
        ({ code, sent }: OutboundError) => `${code}, sent: ${sent}`,
      )
    // Whether the answer can still be read depends on whose packet is first; an unclear end must say so.
    expect(['answered 413', 'reset-after-send, sent: true']).toContain(outcome)
  })

  test('that came packed though nobody asked is unpacked', async () => {
    const packed = { gzip: gzipSync('plain words'), br: brotliCompressSync('plain words') }
    const port = await serve((request, answer) => {
      const name = request.url === '/br' ? 'br' : 'gzip'
      answer.writeHead(200, { 'content-encoding': name }).end(packed[name])
    })
    const { outbound } = outboundTo()
    for (const path of ['br', 'gzip']) {
      const answer = await outbound.request(`http://127.0.0.1:${port}/${path}`)
      expect(answer.body.toString()).toBe('plain words')
      expect(answer.headers).not.toHaveProperty('content-encoding')
    }
    expect(
      (await outbound.request(`http://127.0.0.1:${port}/`, { method: 'HEAD', bytesMax: 1 })).headers[
        'content-encoding'
      ],
    ).toBe('gzip')
  })

  test('has a limit, announced or not, packed or not', async () => {
    const listeners: RequestListener[] = [
      (_, answer) => answer.writeHead(200, { 'content-length': '5000' }).end('x'.repeat(5000)),
      (_, answer) => void answer.write('x'.repeat(3000), () => answer.end('x'.repeat(3000))),
      (_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000))),
    ]
    for (const listener of listeners) {
      const error = await askOf(listener, { bytesMax: 4000 })
      expect(error).toMatchObject({ code: 'too-large', sent: true, head: { status: 200 } })
    }
    const port = await serve((_, answer) => answer.end('x'.repeat(4000)))
    expect((await outboundTo().outbound.request(`http://127.0.0.1:${port}/`, { bytesMax: 4000 })).body.length).toBe(
      4000,
    )
  })

  test('that cannot be read is a bad answer', async () => {
    const unreadable: RequestListener[] = [
      (_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
      (_, answer) => answer.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(gzipSync('x'))),
      (_, answer) => answer.writeHead(200, { 'content-encoding': '__proto__' }).end('x'),
      (request) => request.socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      (request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
      (request) => request.socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
    ]
    for (const listener of unreadable) expect(await askOf(listener)).toMatchObject({ code: 'bad-answer', sent: true })
  })
})

describe('no answer', () => {
  test('within the time is timed-out, however slowly it trickles', async () => {
    const trickle = (answer: ServerResponse, text: string): void => {
      const timer = setInterval(() => answer.socket?.write(text), 20)
      answer.socket?.once('close', () => clearInterval(timer))
    }
    const listeners: RequestListener[] = [
      () => undefined,
      (_, answer) => trickle(answer, 'H'),
      (_, answer) => (answer.socket?.write('HTTP/1.1 200 OK\r\n'), trickle(answer, 'x: y\r\n')),
      (_, answer) => trickle(answer, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
      (_, answer) => (answer.socket?.write('HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n'), trickle(answer, 'x')),
    ]
    const codes = await Promise.all(listeners.map(async (listener) => askOf(listener, { timeoutMs: 150 })))
    // A trickle that is no HTTP may be recognised before the time is over.
    expect(codes.map(({ code }) => code)).toEqual([
      'timed-out',
      expect.stringMatching(/timed-out|bad-answer/),
      'timed-out',
      'timed-out',
      'timed-out',
    ])
    expect(codes.every(({ sent }) => sent)).toBe(true)
  })

  test('because the connection ended after the request is ambiguous', async () => {
    const listeners: RequestListener[] = [
      (request) => void request.socket.resetAndDestroy(),
      (request) => void request.socket.end(),
      (_, answer) =>
        void answer
          .writeHead(201, { location: '/posts/7', 'content-length': '100' })
          .write('half', () => answer.socket?.destroy()),
      (_, answer) => void answer.writeHead(201, { location: '/posts/7' }).write('half', () => answer.socket?.destroy()),
    ]
    const errors = []
    for (const listener of listeners) errors.push(await askOf(listener, { method: 'POST', body: 'once' }))
    for (const error of errors) expect(error).toMatchObject({ code: 'reset-after-send', sent: true })
    expect(errors.map(({ head }) => head?.headers.location)).toEqual([undefined, undefined, '/posts/7', '/posts/7'])
  })

  test('because nobody listens or the name is unknown means nothing was sent', async () => {
    const spare = createPlainServer()
    const port = await new Promise<number>((resolve) => spare.listen(0, '127.0.0.1', () => resolve(portOf(spare))))
    await new Promise((resolve) => spare.close(resolve))
    const dns = await startDns((name) => (name === 'silent.example.com' ? 'silent' : null))
    closing.push(dns.close)
    const { outbound } = outboundTo({ resolver: createResolver([dns.server]).resolve })
    expect(await failure(outbound.request(`http://127.0.0.1:${port}/`))).toMatchObject({
      code: 'unreachable',
      sent: false,
    })
    expect(await failure(outbound.request('http://nobody.example.com/'))).toMatchObject({
      code: 'not-found',
      sent: false,
    })
    expect(await failure(outbound.request('http://silent.example.com/', { timeoutMs: 100 }))).toMatchObject({
      code: 'timed-out',
      sent: false,
    })
  })

  test('because the caller or the client gave up is cancelled', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>()
    const port = await serve(() => resolve())
    const { outbound } = outboundTo()
    const url = `http://127.0.0.1:${port}/`
    expect(await failure(outbound.request(url, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'cancelled',
      sent: false,
    })
    const byClose = failure(outbound.request(url))
    await arrived
    await outbound.close()
    expect(await byClose).toMatchObject({ code: 'cancelled', sent: true })
    expect(await failure(outbound.request(url))).toMatchObject({ code: 'cancelled', sent: false })
  })
})

describe('a request', () => {
  test('that would change the connection or its own shape is refused unsent', async () => {
    let arrived = 0
    const port = await serve((_, answer) => (arrived++, answer.end()))
    const { outbound } = outboundTo()
    const headers: Record<string, string>[] = [
      { Host: 'x' },
      { 'Content-Length': '1' },
      { 'transfer-encoding': 'chunked' },
      { 'x-a': 'b\r\nx-c: d' },
      { 'x\r\ny': 'z' },
      { 'x-a': 'ł' },
    ]
    for (const bad of headers) {
      expect(await failure(outbound.request(`http://127.0.0.1:${port}/`, { headers: bad }))).toMatchObject({
        code: 'bad-request',
        sent: false,
      })
    }
    for (const method of ['CONNECT', 'TRACE', 'GET / HTTP/1.1\r\nx: y\r\n\r\nGET']) {
      expect(await failure(outbound.request(`http://127.0.0.1:${port}/`, { method }))).toMatchObject({
        code: 'bad-request',
        sent: false,
      })
    }
    expect(arrived).toBe(0)
  })

  test('goes past no proxy that the environment names', async () => {
    const seen: string[] = []
    const proxy = await listen(createPlainServer((socket) => (seen.push('proxy'), socket.destroy())))
    const port = await serve((_, answer) => answer.end('direct'))
    const names = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
    closing.push(() => void vi.unstubAllEnvs())
    for (const name of names) vi.stubEnv(name, name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy}`)
    const answer = await outboundTo().outbound.request(`http://127.0.0.1:${port}/`)
    expect(answer.body.toString()).toBe('direct')
    expect(seen).toEqual([])
  })

  test('leaves no secret in the log', async () => {
    const port = await serve((_, answer) => answer.end())
    const { outbound, lines } = outboundTo()
    const headers = { authorization: 'Bearer abcdefghijklmnop' }
    await outbound.request(`http://127.0.0.1:${port}/hook/s3cr3t?token=t0psecret`, { headers, context: 'a webhook' })
    await failure(outbound.request('http://user:t0psecret@127.0.0.1/'))
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('a webhook')
    expect(lines.join('')).not.toMatch(/s3cr3t|t0psecret|abcdefghijklmnop/)
  })
})

describe('redirects', () => {
  test('are an answer, unless asked for', async () => {
    const port = await serve((_, answer) => answer.writeHead(302, { location: '/next' }).end())
    expect(await outboundTo().outbound.request(`http://127.0.0.1:${port}/`)).toMatchObject({
      status: 302,
      headers: { location: '/next' },
    })
  })

  test('are followed for GET only, as often as allowed, and leave credentials behind on another origin', async () => {
    const seen: Record<string, unknown>[] = []
    const listener: RequestListener = (request, answer) => {
      seen.push({ url: request.url, key: request.headers['x-api-key'], language: request.headers['accept-language'] })
      const step = Number(request.url?.slice(1))
      if (step === 1) answer.writeHead(301, { location: '2' }).end()
      else if (step === 2) answer.writeHead(307, { location: `http://127.0.0.2:${port}/3` }).end()
      else answer.end('there')
    }
    const port = await listen(createServer(listener), '0.0.0.0')
    const { outbound } = outboundTo()
    const headers = { 'x-api-key': 'k', 'accept-language': 'pl' }
    const url = `http://127.0.0.1:${port}/1`
    expect(await outbound.request(url, { headers, redirectsMax: 2 })).toMatchObject({
      status: 200,
      url: `http://127.0.0.2:${port}/3`,
    })
    expect(seen).toEqual([
      { url: '/1', key: 'k', language: 'pl' },
      { url: '/2', key: 'k', language: 'pl' },
      { url: '/3', key: undefined, language: 'pl' },
    ])
    expect(await failure(outbound.request(url, { redirectsMax: 1 }))).toMatchObject({
      code: 'too-many-redirects',
      sent: true,
    })
    expect(await outbound.request(url, { method: 'POST', body: 'x', redirectsMax: 5 })).toMatchObject({ status: 301 })
  })
})

describe('a secure connection', () => {
  const secure = async (names: string[]) => {
    const { cert, key } = makeCertificate(names)
    let arrived = 0
    const server = createSecureServer({ cert, key }, (_, answer) => (arrived++, answer.end('secret')))
    return { port: await listen(server), cert, arrived: () => arrived }
  }
  test('needs a certificate for that name from a known authority', async () => {
    const dns = await startDns(() => ['127.0.0.1'])
    closing.push(dns.close)
    const resolver = createResolver([dns.server]).resolve
    const right = await secure(['shop.example.com', '127.0.0.1'])
    const unknown = outboundTo({ resolver }).outbound
    const known = outboundTo({ resolver, authorities: [right.cert] }).outbound
    expect(await failure(unknown.request(`https://shop.example.com:${right.port}/`))).toMatchObject({
      code: 'tls-failed',
      sent: false,
    })
    expect(await failure(known.request(`https://other.example.com:${right.port}/`))).toMatchObject({
      code: 'tls-failed',
      sent: false,
    })
    expect(right.arrived()).toBe(0)
    expect((await known.request(`https://shop.example.com:${right.port}/`)).body.toString()).toBe('secret')
    expect((await known.request(`https://127.0.0.1:${right.port}/`)).status).toBe(200)
  })
  test('that the other side breaks or never finishes is not sent', async () => {
    const deaf = await listen(createPlainServer())
    const rude = await listen(createPlainServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    const { outbound } = outboundTo()
    expect(await failure(outbound.request(`https://127.0.0.1:${deaf}/`, { timeoutMs: 150 }))).toMatchObject({
      code: 'timed-out',
      sent: false,
    })
    expect(await failure(outbound.request(`https://127.0.0.1:${rude}/`))).toMatchObject({
      code: 'tls-failed',
      sent: false,
    })
  })
})
