import { once } from 'node:events'
import net from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, isListening } from './server.ts'
import { program, type Proxy, startToxiproxy, type Toxiproxy } from './toxiproxy.ts'

const isMissing = program.find() === null && !process.env['CI']

describe.skipIf(isMissing)('the way through toxiproxy', () => {
  let server: Toxiproxy
  let proxy: Proxy
  const echo = net.createServer((socket) => socket.on('error', () => undefined).pipe(socket))
  beforeAll(async () => {
    server = await startToxiproxy()
    const port = await freePort()
    echo.listen(port, '127.0.0.1')
    await once(echo, 'listening')
    proxy = await server.proxyTo(port)
  })
  afterAll(async () => {
    await server.stop()
    echo.close()
    expect(await isListening(proxy.port)).toBe(false)
  })

  /** What comes back of `text`, how the connection ended meanwhile, and how long that took. */
  async function echoed(text: string): Promise<{ text: string; end: string; ms: number }> {
    const socket = net.connect(proxy.port, '127.0.0.1')
    const begunAt = performance.now()
    let back = ''
    const { promise, resolve } = Promise.withResolvers<string>()
    socket.on('data', (data) => {
      back += data.toString()
      if (back.length >= text.length) resolve('whole')
    })
    socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    socket.on('close', () => resolve('closed'))
    socket.write(text)
    const end = await promise
    socket.destroy()
    return { text: back, end, ms: performance.now() - begunAt }
  }

  test('lets all through, then late, cut, reset or not at all, and then again', async () => {
    expect(await echoed('hello')).toMatchObject({ text: 'hello', end: 'whole' })
    const healthy = await proxy.add({ type: 'latency', latencyMs: 200 })
    expect((await echoed('hello')).ms).toBeGreaterThanOrEqual(195)
    await healthy()
    await proxy.add({ type: 'limit_data', bytes: 3 })
    expect(await echoed('hello')).toMatchObject({ text: 'hel', end: 'closed' })
    await proxy.heal()
    await proxy.add({ type: 'reset_peer', timeoutMs: 0 })
    expect(await echoed('hello')).toMatchObject({ text: '', end: 'ECONNRESET' })
    await proxy.heal()
    await proxy.add({ type: 'timeout', timeoutMs: 100 })
    expect(await echoed('hello')).toMatchObject({ text: '', end: 'closed' })
    await proxy.heal()
    await proxy.down(true)
    expect(await echoed('hello')).toMatchObject({ text: '', end: 'ECONNREFUSED' })
    await proxy.heal()
    expect(await echoed('hello')).toMatchObject({ text: 'hello', end: 'whole' })
  })
})
