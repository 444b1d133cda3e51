import { existsSync } from 'node:fs'
import net from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { program, startRedis } from './redis.ts'
import { isListening } from './server.ts'

const isMissing = program.find() === null && !process.env['CI']

/** The first line of what it answers. */
async function told(port: number, command: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1')
  socket.write(`${command}\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer] // a socket's data are buffers
  socket.destroy()
  return answer.toString().trim()
}

test.skipIf(isMissing)(
  'a private redis-server forgets or keeps over a kill, as asked, and leaves nothing',
  async () => {
    const servers = [await startRedis(), await startRedis({ appendOnly: true })] as const
    try {
      for (const { port } of servers) expect(await told(port, 'set kept yes')).toBe('+OK')
      for (const server of servers) await server.restart('SIGKILL')
      expect(await told(servers[0].port, 'exists kept')).toBe(':0')
      expect(await told(servers[1].port, 'exists kept')).toBe(':1')
    } finally {
      for (const server of servers) await server.stop()
    }
    for (const { port, folder } of servers) {
      expect(await isListening(port)).toBe(false)
      expect(existsSync(folder)).toBe(false)
    }
  },
)
