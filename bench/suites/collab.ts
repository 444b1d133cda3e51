/**
 * Eight people write in one text of 50 kB over the front door, through connections that are cut and slow for a third of the time,
 * while the server is killed every 20 s and a client saves the same field over REST. What was acknowledged must be there, and all must
 * have the same bytes. Beside it, undisturbed: Hocuspocus, and a socket that only passes messages on.
 */
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { type HeadlessEditor, openHeadlessEditor } from '@floowe/testbed/headless-editor'
import { type Proxy, startToxiproxy } from '@floowe/testbed/toxiproxy'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { articleBody, randomFrom } from '../data.ts'
import { type Ask, clientOf, freePort, pinSelf, setUp, type Started, startFloowe } from '../floowe.ts'
import { quantile, round } from '../measure.ts'
import { figure, type Figure, type Suite } from '../suite.ts'
import { type Calm, calmTyping, echo, hocuspocus, pause, until } from './collab-peers.ts'
import { keysPerSecond, startTyping, textsIn, type Typing, type Typist, typists } from './collab-typing.ts'

const textCharacters = 50_000
const calmMs = 30_000
const killEveryMs = 20_000
const restEveryMs = 2_000
const statesRead = 500
const settleMsMax = 120_000
/** Of thirty seconds, ten: five slow, five without a connection, each at another time. */
const cycle = { wholeMs: 30_000, slowFromMs: 10_000, cutFromMs: 15_000, endMs: 20_000 }

type World = {
  floowe: Started
  port: number
  credential: string
  ask: Ask
  editionId: string
  restart: () => Promise<void>
}
type Person = Typist & {
  editor: HeadlessEditor
  proxy: Proxy
  acknowledged: Map<number, number>
  ackMs: number[]
  disturb: () => void
  calm: () => void
}

export const suite: Suite = {
  about: `${typists} editors × ${keysPerSecond} keys/s on 50 kB through cut and slow connections, kill -9 every 20 s, a REST client on the same field; undisturbed beside Hocuspocus and a bare socket`,
  run: async ({ operations, tell }) => {
    pinSelf()
    const calm = await undisturbed(tell)
    const stormy = await disturbed(operations, tell)
    return [...calm, ...stormy]
  },
}

async function startWorld(): Promise<World> {
  const port = await freePort()
  const floowe = await startFloowe({ port })
  const ask = await setUp(floowe)
  const { folder } = floowe
  const credential = (await readFile(path.join(folder, 'local-credential'), 'utf8')).trim()
  const { edition } = await ask('POST', '/articles', {
    language: 'en',
    title: 'Together',
    body: articleBody(5, textCharacters),
  })
  const world: World = {
    floowe,
    port,
    credential,
    ask: clientOf(floowe.url, credential),
    editionId: edition.id,
    restart: async () => {
      await world.floowe.kill()
      world.floowe = await startFloowe({ folder, port })
    },
  }
  return world
}
const endWorld = async ({ floowe }: World): Promise<void> => {
  await floowe.stop()
  await rm(floowe.folder, { recursive: true, force: true })
}

function openPerson(world: World, proxy: Proxy | null, onHeard: () => void): Omit<Person, 'proxy'> {
  const acknowledged = new Map<number, number>()
  const ackMs: number[] = []
  let sentMs = 0
  let openedMs = 0
  let calmSinceMs = 0
  const editor = openHeadlessEditor({
    url: `http://127.0.0.1:${proxy?.port ?? world.port}`,
    workspace: 'bench',
    editionId: world.editionId,
    headers: { authorization: `Bearer ${world.credential}`, host: `127.0.0.1:${world.port}` },
    connect: (url, headers) => new WebSocket(url, { headers }) as never, // the same events and states as node's own
    onMessage: ({ t }) => {
      if (t === 'opened') openedMs = performance.now()
    },
    onSent: () => {
      sentMs = performance.now()
    },
    onAcknowledged: (update) => {
      if (Math.max(calmSinceMs, openedMs) < sentMs - 1_500) ackMs.push(performance.now() - sentMs)
      for (const struct of Y.decodeUpdate(update).structs) {
        const { client, clock } = struct.id
        acknowledged.set(client, Math.max(acknowledged.get(client) ?? 0, clock + struct.length))
      }
    },
    onApplied: onHeard,
  })
  return {
    editor,
    doc: editor.doc,
    texts: () => textsIn(editor.doc),
    isConnected: editor.isFollowing,
    calmSinceMs: () => (editor.isFollowing() ? Math.max(calmSinceMs, openedMs) : Number.POSITIVE_INFINITY),
    acknowledged,
    ackMs,
    disturb: () => {
      calmSinceMs = Number.POSITIVE_INFINITY
    },
    calm: () => {
      calmSinceMs = performance.now()
    },
  }
}

async function undisturbed(tell: (line: string) => void): Promise<Figure[]> {
  const world = await startWorld()
  try {
    let typing: Typing | null = null
    const people = Array.from({ length: typists }, (_, index) => openPerson(world, null, () => typing?.heard(index)))
    await until(() => people.every(({ editor }) => editor.isFollowing()))
    const state = Y.encodeStateAsUpdate(people[0]?.doc ?? new Y.Doc())
    const ours = await calmTyping(
      people,
      (made) => (typing = made),
      () => world.floowe.tree(),
      calmMs,
    )
    await until(() => people.every(({ editor }) => editor.isSettled()))
    const durable = people.flatMap(({ ackMs }) => ackMs)
    for (const { editor } of people) editor.close()
    tell(`undisturbed: ${JSON.stringify(ours)}`)
    const peer = await hocuspocus(state, calmMs)
    tell(`Hocuspocus: ${JSON.stringify(peer)}`)
    const limit = await echo(state, calmMs)
    tell(`a socket that passes on: ${JSON.stringify(limit)}`)
    return [
      ...calmFigures('Floowe', ours, { atMost: 100 }),
      figure('Floowe: keystroke → on the disk, p95', 'ms', quantile(durable, 0.95), { atMost: 100 }),
      ...calmFigures('Hocuspocus in memory', peer),
      ...calmFigures('a socket that only passes on', limit),
    ]
  } finally {
    await endWorld(world)
  }
}

const calmFigures = (name: string, { p50, p95, p99, cpuPerKey }: Calm, target?: { atMost: number }): Figure[] => [
  figure(`${name}: keystroke → peer, undisturbed, p50`, 'ms', p50),
  figure(`${name}: keystroke → peer, undisturbed, p95`, 'ms', p95, target),
  figure(`${name}: keystroke → peer, undisturbed, p99`, 'ms', p99),
  figure(`${name}: CPU of a keystroke, all eight served`, 'µs', cpuPerKey),
]

async function disturbed(operations: number, tell: (line: string) => void): Promise<Figure[]> {
  const toxiproxy = await startToxiproxy()
  const world = await startWorld()
  try {
    let typing: Typing | null = null
    const people: Person[] = []
    for (let index = 0; index < typists; index++) {
      const proxy = await toxiproxy.proxyTo(world.port)
      people.push({ ...openPerson(world, proxy, () => typing?.heard(index)), proxy })
    }
    await until(() => people.every(({ editor }) => editor.isFollowing()))
    typing = startTyping(people, 23)
    const storm = startStorm(world, people, tell)
    const rest = startRest(world)
    typing.begin()
    for (let count = 0; typing.counts.keys + rest.saved.length < operations; count++) {
      await pause(1_000)
      if (count % 30 === 0)
        tell(`${typing.counts.keys} keys, ${rest.saved.length} saves over REST, ${storm.kills()} kills`)
    }
    typing.end()
    rest.end()
    await storm.end()
    await until(() => people.every(({ editor }) => editor.isSettled()), settleMsMax)
    return await judge(world, people, typing, rest.saved, storm.kills(), tell)
  } finally {
    await endWorld(world)
    await toxiproxy.stop()
  }
}

/** Cuts and slows each connection for a third of the time, and kills the server. */
function startStorm(world: World, people: readonly Person[], tell: (line: string) => void) {
  let isOver = false
  let kills = 0
  const weather = async (person: Person, index: number): Promise<void> => {
    await pause((cycle.wholeMs / people.length) * index)
    while (!isOver) {
      await waited(cycle.slowFromMs)
      if (isOver) return
      person.disturb()
      const heal = await person.proxy.add({ type: 'latency', latencyMs: 300, jitterMs: 200 })
      await waited(cycle.cutFromMs - cycle.slowFromMs)
      await heal()
      await person.proxy.down(true)
      await waited(cycle.endMs - cycle.cutFromMs)
      await person.proxy.heal()
      await until(() => isOver || person.editor.isFollowing(), settleMsMax)
      person.calm()
      await waited(cycle.wholeMs - cycle.endMs)
    }
  }
  const waited = async (ms: number): Promise<void> => {
    const endMs = performance.now() + ms
    while (!isOver && performance.now() < endMs) await pause(50)
  }
  const kill = async (): Promise<void> => {
    while (!isOver) {
      await waited(killEveryMs)
      if (isOver) return
      kills += 1
      await world.restart()
      if (kills % 10 === 1) tell(`killed, and ready again after ${Math.round(world.floowe.readyMs)} ms`)
    }
  }
  const running = Promise.all([kill(), ...people.map(weather)])
  return {
    kills: () => kills,
    end: async (): Promise<void> => {
      isOver = true
      await running
      for (const { proxy } of people) await proxy.heal()
    },
  }
}

/** Saves the same field over REST again and again, each time on what it read. Answers what was acknowledged. */
function startRest(world: World) {
  const saved: string[] = []
  let isOver = false
  const random = randomFrom(3)
  const run = async (): Promise<void> => {
    for (let count = 0; !isOver; count++) {
      try {
        const { revision, title, lead, body } = await world.ask('GET', `/editions/${world.editionId}`)
        await pause(random() * restEveryMs)
        const [first] = body.content
        const word = markOf(count)
        first.content = [...(first.content ?? []), { type: 'text', text: word }]
        await world.ask('PUT', `/editions/${world.editionId}`, {
          basedOn: revision,
          title,
          lead,
          body,
          reason: 'saved',
        })
        saved.push(word)
      } catch (error) {
        // Killed in the middle: nothing was acknowledged. A refusal is another matter.
        if (/answered 4\d\d/.test(String(error))) throw error
      }
      await pause(random() * restEveryMs)
    }
  }
  const running = run()
  return {
    saved,
    end: (): Promise<void> => {
      isOver = true
      return running
    },
  }
}

async function judge(
  world: World,
  people: readonly Person[],
  typing: Typing,
  saved: readonly string[],
  kills: number,
  tell: (line: string) => void,
): Promise<Figure[]> {
  const fresh = openPerson(world, null, () => undefined)
  await until(() => fresh.editor.isFollowing())
  const newest = (): number => fresh.editor.seq() ?? 0
  await until(() => people.every(({ editor }) => (editor.seq() ?? -1) >= newest()), settleMsMax)
  const bytes = Buffer.from(Y.encodeStateAsUpdate(fresh.doc))
  const others = people.filter(({ doc }) => !bytes.equals(Buffer.from(Y.encodeStateAsUpdate(doc)))).length
  let [acknowledged, lost] = [0, 0]
  for (const person of people)
    for (const [client, clock] of person.acknowledged) {
      acknowledged += clock
      lost += Math.max(0, clock - Y.getState(fresh.doc.store, client))
    }
  const { body } = await world.ask('GET', `/editions/${world.editionId}`)
  const plain: string[] = body.content.map((node: { content?: { text?: string }[] }) =>
    (node.content ?? []).map(({ text }) => text ?? '').join(''),
  )
  const isSame =
    plain.join('\n') ===
    textsIn(fresh.doc)
      .map((text) => text.toJSON())
      .join('\n')
  // Nothing is deleted in the first text, so the sign of every save is there.
  const restLost = saved.filter((word) => !(plain[0] ?? '').includes(word)).length
  const restoredMs = await readStates(world, newest())
  for (const { editor } of [...people, fresh]) editor.close()
  tell(
    `${newest()} updates, ${kills} kills, ${typing.lateMs.length} times counted, ${typing.counts.uncounted} while something was done to the connection`,
  )
  return [
    figure('operations', 'keys and saves', typing.counts.keys + saved.length),
    figure('editors whose bytes differ from the server’s', 'of 8', others, { atMost: 0 }),
    figure(`acknowledged characters lost, of ${acknowledged}`, 'characters', lost, { atMost: 0 }),
    figure(`acknowledged saves over REST lost, of ${saved.length}`, 'saves', restLost, { atMost: 0 }),
    figure('the edition says something else than the document', 'texts', isSame ? 0 : 1, { atMost: 0 }),
    figure('keystroke → peer while connected, p50', 'ms', quantile(typing.lateMs, 0.5)),
    figure('keystroke → peer while connected, p95', 'ms', quantile(typing.lateMs, 0.95), { atMost: 100 }),
    figure('keystroke → peer while connected, p99', 'ms', quantile(typing.lateMs, 0.99)),
    figure(`one of ${newest()} states read back, p95 of ${statesRead}`, 'ms', quantile(restoredMs, 0.95), {
      atMost: 200,
    }),
    figure('the slowest of them', 'ms', Math.max(...restoredMs), { atMost: 200 }),
  ]
}

/** A sign that nobody types, another one for each save; of one code unit, so that nobody types inside of it. */
const markOf = (count: number): string => String.fromCodePoint(0xe100 + (count % 6_000))

async function readStates(world: World, newest: number): Promise<number[]> {
  const random = randomFrom(9)
  const times: number[] = []
  for (let count = 0; count < statesRead; count++) {
    const begunMs = performance.now()
    await world.ask('GET', `/editions/${world.editionId}/moments/${Math.floor(random() * (newest + 1))}`)
    times.push(round(performance.now() - begunMs))
  }
  return times
}
