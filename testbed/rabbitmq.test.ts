import net from 'node:net'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { program, startRabbitmq } from './rabbitmq.ts'
import { isListening } from './server.ts'

const isMissing = program.find() === null && !process.env['CI']

test.skipIf(isMissing)(
  'a private RabbitMQ keeps what it was told over a kill, and leaves nothing',
  { timeout: 120_000 },
  async () => {
    const server = await startRabbitmq()
    try {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.write('AMQP\0\0\x09\x01')
      const [answer] = (await once(socket, 'data')) as [Buffer] // a socket's data are buffers
      expect(answer.toString('latin1')).toContain('RabbitMQ')
      socket.destroy()
      await server.ctl('add_vhost', 'kept')
      await server.restart('SIGKILL')
      expect(await server.ctl('list_vhosts', '--silent')).toContain('kept')
    } finally {
      await server.stop()
    }
    expect(await isListening(server.port)).toBe(false)
    expect(existsSync(server.folder)).toBe(false)
  },
)
