/** The same typing over Hocuspocus, and over a socket that only passes messages on. */
import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider'
import * as Y from 'yjs'
import { freePort, pinned } from '../floowe.ts'
import { cpuMicroseconds, quantile, treeOf } from '../measure.ts'
import { startTyping, textsIn, type Typing, type Typist, typists } from './collab-typing.ts'

export type Calm = { p50: number; p95: number; p99: number; cpuPerKey: number }
const warmUpMs = 3_000

/** Types for so long on connected people and sums it up. */
export async function calmTyping(
  people: readonly Typist[],
  onHeard: (typing: Typing) => void,
  tree: () => number[],
  forMs: number,
): Promise<Calm> {
  const typing = startTyping(people, 11)
  onHeard(typing)
  typing.begin()
  await pause(warmUpMs)
  const [keys, cpu] = [typing.counts.keys, cpuMicroseconds(tree())]
  typing.lateMs.splice(0)
  await pause(forMs)
  const cpuPerKey = (cpuMicroseconds(tree()) - cpu) / (typing.counts.keys - keys)
  typing.end()
  await pause(500)
  if (typing.lateMs.length === 0) throw new Error('nothing that was typed reached anybody')
  return {
    p50: quantile(typing.lateMs, 0.5),
    p95: quantile(typing.lateMs, 0.95),
    p99: quantile(typing.lateMs, 0.99),
    cpuPerKey,
  }
}
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const hosts = fileURLToPath(new URL('../hosts/', import.meta.url))

async function startHost(name: string): Promise<{ port: number; child: ChildProcess; stop: () => Promise<void> }> {
  const port = await freePort()
  const child = spawn(...pinned(process.execPath, [path.join(hosts, name), String(port)]), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes('ready') && resolve())
    child.once('exit', () => reject(new Error(`${name} ended`)))
  })
  return {
    port,
    child,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** @param state the document to begin with */
export async function hocuspocus(state: Uint8Array, forMs: number): Promise<Calm> {
  const host = await startHost('hocuspocus.ts')
  const ends: (() => void)[] = []
  try {
    let typing: Typing | null = null
    const people: Typist[] = []
    for (let index = 0; index < typists; index++) {
      const document = new Y.Doc()
      const websocketProvider = new HocuspocusProviderWebsocket({ url: `ws://127.0.0.1:${host.port}` })
      const provider = new HocuspocusProvider({ websocketProvider, name: 'text', document })
      provider.attach()
      ends.push(() => {
        provider.destroy()
        websocketProvider.destroy()
      })
      document.on('update', (_update: Uint8Array, origin: unknown) => origin === provider && typing?.heard(index))
      await until(() => provider.isSynced)
      if (index === 0) Y.applyUpdate(document, state)
      await until(() => textsIn(document).length > 0)
      people.push({ doc: document, texts: () => textsIn(document), isConnected: () => true, calmSinceMs: () => 0 })
    }
    return await calmTyping(
      people,
      (made) => (typing = made),
      () => treeOf(host.child.pid ?? 0),
      forMs,
    )
  } finally {
    for (const end of ends) end()
    await host.stop()
  }
}

export async function echo(state: Uint8Array, forMs: number): Promise<Calm> {
  const host = await startHost('echo.ts')
  const sockets: WebSocket[] = []
  try {
    let typing: Typing | null = null
    const people: Typist[] = []
    for (let index = 0; index < typists; index++) {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, state)
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}`)
      socket.binaryType = 'arraybuffer'
      sockets.push(socket)
      await until(() => socket.readyState === WebSocket.OPEN)
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== socket) socket.send(new Uint8Array(update))
      })
      socket.addEventListener('message', ({ data }) => {
        Y.applyUpdate(doc, new Uint8Array(data as ArrayBuffer), socket) // asked for above
        typing?.heard(index)
      })
      people.push({ doc, texts: () => textsIn(doc), isConnected: () => true, calmSinceMs: () => 0 })
    }
    return await calmTyping(
      people,
      (made) => (typing = made),
      () => treeOf(host.child.pid ?? 0),
      forMs,
    )
  } finally {
    for (const socket of sockets) socket.close()
    await host.stop()
  }
}

export async function until(isTrue: () => boolean, withinMs = 30_000): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(`still not so after ${withinMs} ms: ${isTrue}`)
    await pause(10)
  }
}
