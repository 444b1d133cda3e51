import { hash } from 'node:crypto'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { type Haproxy, program, startHaproxy } from './haproxy.ts'

const isMissing = program.find() === null && !process.env['CI']
const open: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

/** A gateway that says its name, the headers it was sent, and answers every line of an upgraded connection. */
async function gateway(name: string) {
  const state = { isReady: true, asked: 0 }
  const sockets = new Set<Duplex>()
  const server: Server = createServer((message, answer) => {
    if (message.url === '/readyz') return void answer.writeHead(state.isReady ? 200 : 503).end()
    state.asked += 1
    answer.setHeader('from', name).end(JSON.stringify(message.headers))
  })
  server.on('upgrade', ({ headers }: IncomingMessage, socket: Duplex) => {
    sockets.add(socket)
    // HAProxy looks whether the handshake of RFC 6455 is a true one.
    const accept = hash('sha1', `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`, 'base64')
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    socket.write([...lines, `Sec-WebSocket-Accept: ${accept}`, '', ''].join('\r\n'))
    socket.on('data', (line: Buffer) => void socket.write(`${name} heard ${line.toString()}`))
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  open.push({ stop })
  return { state, stop, port: (server.address() as AddressInfo).port } // a TCP server's address is never a string
}

async function front(...backends: number[]): Promise<Haproxy> {
  const haproxy = await startHaproxy({ backends, checkEveryMs: 50 })
  open.unshift(haproxy)
  return haproxy
}
const from = async (haproxy: Haproxy): Promise<string | null> =>
  (await fetch(haproxy.url, { headers: { connection: 'close' } })).headers.get('from')

test.skipIf(isMissing)(
  'requests go to the gateways that are ready, and no request is lost when one goes away',
  async () => {
    const [one, two] = [await gateway('one'), await gateway('two')]
    const haproxy = await front(one.port, two.port)
    await expect.poll(async () => new Set([await from(haproxy), await from(haproxy)]).size, { timeout: 5000 }).toBe(2)
    one.state.isReady = false
    await expect
      .poll(
        async () => {
          const before = one.state.asked
          for (let turn = 0; turn < 4; turn++) await from(haproxy)
          return one.state.asked - before
        },
        { timeout: 5000 },
      )
      .toBe(0)
    one.state.isReady = true
    await expect.poll(() => from(haproxy), { timeout: 5000 }).toBe('one')
    // Gone between two checks: the request finds no connection and takes the other.
    await one.stop()
    const answers = await Promise.all(Array.from({ length: 20 }, () => from(haproxy)))
    expect(new Set(answers)).toEqual(new Set(['two']))
  },
)

test.skipIf(isMissing)(
  'the gateway learns who asks, not what the asker says of itself; a WebSocket passes',
  async () => {
    const only = await gateway('only')
    const haproxy = await front(only.port)
    const answer = await fetch(haproxy.url, {
      headers: { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' },
    })
    expect(await answer.json()).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' })
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    const asking = request(haproxy.url, { headers }).end()
    const [, socket] = (await once(asking, 'upgrade')) as [IncomingMessage, Duplex] // what Node says of this event
    socket.write('hello')
    const [said] = (await once(socket, 'data')) as [Buffer] // a socket's data are buffers
    expect(said.toString()).toBe('only heard hello')
    socket.destroy()
  },
)
