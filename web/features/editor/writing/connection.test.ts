import type { WritingMessage } from '@floowe/contracts/writing'
import { expect, test, vi } from 'vitest'
import { createConnection, type Socket } from './connection.ts'
import { createFakeTime } from './fake-server.ts'

const one = '0190aaaa-0000-7000-8000-000000000001'
const two = '0190aaaa-0000-7000-8000-000000000002'

function begin({ isOnline = true } = {}) {
  const time = createFakeTime()
  const sockets: (Socket & { sent: string[]; isClosed: boolean })[] = []
  const ended = vi.fn()
  const connection = createConnection({
    open: () => {
      const socket = {
        sent: [] as string[],
        isClosed: false,
        send: (text: string) => void socket.sent.push(text),
        close: () => void (socket.isClosed = true),
        onopen: null,
        onmessage: null,
        onclose: null,
      }
      sockets.push(socket)
      return socket
    },
    after: time.after,
    random: () => 1,
    isOnline: () => isOnline,
    credentialEnded: ended,
    heardSomething: () => undefined,
    heardNothing: () => undefined,
  })
  const listen = () => {
    const listener = { up: vi.fn(), down: vi.fn(), hear: vi.fn<(message: WritingMessage) => void>() }
    return listener
  }
  return { time, sockets, ended, connection, listen }
}
const ack = (e: string) => JSON.stringify({ t: 'ack', e, n: 1, seq: 2 })

test('one connection for all texts, each hears its own, and it closes with the last', () => {
  const { sockets, connection, listen } = begin()
  const [first, second] = [listen(), listen()]
  const leaveFirst = connection.join(one, first)
  const leaveSecond = connection.join(two, second)
  expect(sockets).toHaveLength(1)
  sockets[0]?.onopen?.()
  expect(first.up).toHaveBeenCalledOnce()
  expect(second.up).toHaveBeenCalledOnce()
  sockets[0]?.onmessage?.({ data: ack(two) })
  sockets[0]?.onmessage?.({ data: 'nonsense' })
  expect(second.hear).toHaveBeenCalledOnce()
  expect(first.hear).not.toHaveBeenCalled()
  leaveFirst()
  expect(sockets[0]?.isClosed).toBe(false)
  leaveSecond()
  expect(sockets[0]?.isClosed).toBe(true)
  expect(sockets[0]?.sent.map((text) => JSON.parse(text).t)).toEqual(['close', 'close'])
})

test('after a break it comes again ever slower, at once when it is woken', () => {
  const { time, sockets, connection, listen } = begin()
  const listener = listen()
  connection.join(one, listener)
  sockets[0]?.onopen?.()
  sockets[0]?.onclose?.({ code: 1006 })
  expect(listener.down).toHaveBeenCalledOnce()
  time.pass(499)
  expect(sockets).toHaveLength(1)
  time.pass(2)
  expect(sockets).toHaveLength(2)
  sockets[1]?.onclose?.({ code: 1006 })
  time.pass(600)
  expect(sockets).toHaveLength(2)
  connection.wake()
  expect(sockets).toHaveLength(3)
  // a late goodbye of an old one means nothing
  sockets[1]?.onclose?.({ code: 1006 })
  sockets[2]?.onopen?.()
  expect(listener.up).toHaveBeenCalledTimes(2)
})

test('a connection without a sign of life is dropped', () => {
  const { time, sockets, connection, listen } = begin()
  const listener = listen()
  connection.join(one, listener)
  sockets[0]?.onopen?.()
  time.pass(20_000)
  expect(sockets[0]?.sent.map((text) => JSON.parse(text).t)).toEqual(['ping'])
  sockets[0]?.onmessage?.({ data: '{"t":"pong"}' })
  time.pass(19_000)
  expect(listener.down).not.toHaveBeenCalled()
  time.pass(1_000 + 12_000)
  expect(listener.down).toHaveBeenCalledOnce()
  expect(sockets[0]?.isClosed).toBe(true)
})

test('the end of a session is told, and the network going away ends the connection', () => {
  const { sockets, ended, connection, listen } = begin()
  const listener = listen()
  connection.join(one, listener)
  sockets[0]?.onopen?.()
  sockets[0]?.onclose?.({ code: 4401 })
  expect(ended).toHaveBeenCalledOnce()
  connection.wake()
  sockets[1]?.onopen?.()
  connection.sleep()
  expect(listener.down).toHaveBeenCalledTimes(2)
  expect(connection.isUp()).toBe(false)
})
