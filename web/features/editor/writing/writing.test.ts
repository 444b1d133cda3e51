import type { EditionId } from '@floowe/contracts/vocabulary'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { createConnection } from './connection.ts'
import { createFakeServer, createFakeTime } from './fake-server.ts'
import type { Kept } from './kept.ts'
import type { LastWords } from './last-words.ts'
import { createWriting } from './writing.ts'

const edition = '0190aaaa-0000-7000-8000-000000000001' as EditionId

type Shelf = { updates: Uint8Array[]; isBroken?: boolean; last?: Uint8Array | null }
/** A browser's storage that a test can look into, and take away. */
function keepOn(shelf: Shelf) {
  return async (doc: Y.Doc): Promise<Kept> => {
    const origin = {}
    for (const update of shelf.updates) Y.applyUpdate(doc, update, origin)
    const onUpdate = (update: Uint8Array, from: unknown) => {
      if (from !== origin && !shelf.isBroken) shelf.updates.push(update)
    }
    doc.on('update', onUpdate)
    return {
      origin,
      confirm: async () => !shelf.isBroken,
      markClean: () => undefined,
      close: () => doc.off('update', onUpdate),
    }
  }
}

function lastWordsOn(shelf: Shelf | undefined): LastWords {
  return {
    keep: (update) => {
      if (!shelf || shelf.isBroken) return false
      shelf.last = update
      return true
    },
    read: () => (shelf?.last ? [shelf.last] : []),
    drop: () => {
      if (shelf) shelf.last = null
    },
  }
}

async function openTab(
  server: ReturnType<typeof createFakeServer>,
  time: ReturnType<typeof createFakeTime>,
  shelf?: Shelf,
) {
  const connection = createConnection({
    open: server.connect,
    after: time.after,
    random: () => 0.5,
    isOnline: () => true,
    credentialEnded: () => undefined,
    heardSomething: () => undefined,
    heardNothing: () => undefined,
  })
  const writing = createWriting(edition, 'me', {
    connection,
    keep: shelf ? keepOn(shelf) : async () => null,
    lastWords: lastWordsOn(shelf),
    now: time.now,
    after: time.after,
  })
  await writing.begin()
  return writing
}
const settle = (server: ReturnType<typeof createFakeServer>, time: ReturnType<typeof createFakeTime>) => {
  for (let turn = 0; turn < 40; turn++) {
    server.deliver()
    time.pass(2_000)
  }
  server.deliver()
}
/** What a person types: letters into one of the fields. */
function type(writing: Awaited<ReturnType<typeof openTab>>, place: number, letters: string): void {
  writing.title.insert(place % (writing.title.length + 1), letters)
}

describe('two tabs over one server', () => {
  test('what one types the other sees, and both know that it is saved', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const [one, two] = [await openTab(server, time), await openTab(server, time)]
    settle(server, time)
    type(one, 0, 'Ola')
    expect(one.state()).toMatchObject({ isUnsaved: true, isConnected: true })
    settle(server, time)
    expect(two.title.toString()).toBe('Ola')
    expect(one.state()).toMatchObject({ isUnsaved: false, may: 'write' })
    expect(one.state().savedAt).toBeGreaterThan(0)
    expect(server.log(edition)).toHaveLength(1)
  })

  test('offline both go on, and meet when the network is back', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const [one, two] = [await openTab(server, time), await openTab(server, time)]
    settle(server, time)
    server.setDown(true)
    type(one, 0, 'one ')
    type(two, 0, 'two ')
    settle(server, time)
    expect(one.state()).toMatchObject({ isConnected: false, isUnsaved: true, isKept: false })
    server.setDown(false)
    settle(server, time)
    settle(server, time)
    expect(one.title.toString()).toBe(two.title.toString())
    expect(one.title.toString()).toMatch(/^(one two |two one )$/)
  })

  test('flush waits for the acknowledgement, and does not wait where there is none to come', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const one = await openTab(server, time)
    settle(server, time)
    type(one, 0, 'x')
    let answer: boolean | null = null
    void one.flush().then((done) => (answer = done))
    await Promise.resolve()
    expect(answer).toBeNull()
    settle(server, time)
    await Promise.resolve()
    await Promise.resolve()
    expect(answer).toBe(true)
    server.setDown(true)
    type(one, 0, 'y')
    expect(await one.flush()).toBe(false)
  })
})

describe('kept in the browser', () => {
  test('what was typed offline survives the closed tab, and arrives with the next one', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const shelf: Shelf = { updates: [] }
    const one = await openTab(server, time, shelf)
    settle(server, time)
    type(one, 0, 'Kept')
    settle(server, time)
    server.setDown(true)
    type(one, 4, ' here')
    time.pass(1_000)
    await Promise.resolve()
    await Promise.resolve()
    expect(one.state()).toMatchObject({ isUnsaved: true, isKept: true })
    one.end()
    // another person writes meanwhile
    const other = server.state(edition)
    other.once('update', (update: Uint8Array) => server.write(edition, update))
    other.getText('title').insert(0, 'Well: ')
    server.setDown(false)
    const next = await openTab(server, time, shelf)
    expect(next.title.toString()).toBe('Kept here')
    settle(server, time)
    expect(next.title.toString()).toBe('Well: Kept here')
    expect(server.state(edition).getText('title').toString()).toBe('Well: Kept here')
    expect(next.state().isUnsaved).toBe(false)
  })

  test('a storage that fails is not called a safe place', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const one = await openTab(server, time, { updates: [], isBroken: true })
    settle(server, time)
    server.setDown(true)
    type(one, 0, 'x')
    time.pass(1_000)
    await Promise.resolve()
    await Promise.resolve()
    expect(one.state().isKept).toBe(false)
    expect(one.secure()).toBe(false)
  })

  test('what a page types in its last moment is the first that the next one sends', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const shelf: Shelf = { updates: [] }
    const first = await openTab(server, time, shelf)
    settle(server, time)
    type(first, 0, 'Sent')
    settle(server, time)
    const stored = [...shelf.updates]
    first.title.insert(4, ' and the last')
    first.title.insert(first.title.length, ' words')
    expect(first.secure()).toBe(true)
    // the page is gone before its database or a socket had them
    server.setDown(true)
    shelf.updates = stored
    server.setDown(false)
    const next = await openTab(server, time, shelf)
    settle(server, time)
    expect(next.title.toString()).toBe('Sent and the last words')
    expect(server.state(edition).getText('title').toString()).toBe('Sent and the last words')
    expect([next.state().isUnsaved, shelf.last]).toEqual([false, null])
  })

  test('nothing to send is not sent', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const shelf: Shelf = { updates: [] }
    const one = await openTab(server, time, shelf)
    settle(server, time)
    type(one, 0, 'words')
    settle(server, time)
    one.end()
    const next = await openTab(server, time, shelf)
    settle(server, time)
    expect(next.state()).toMatchObject({ isReady: true, isUnsaved: false })
    expect(server.log(edition)).toHaveLength(1)
  })

  test('a document that the server made anew is not mixed with the old one', async () => {
    const [server, time] = [createFakeServer(), createFakeTime()]
    const old = new Y.Doc()
    old.getText('title').insert(0, 'Old')
    const made = new Y.Doc()
    made.getText('title').insert(0, 'New')
    server.write(edition, Y.encodeStateAsUpdate(made))
    const one = await openTab(server, time, { updates: [Y.encodeStateAsUpdate(old)] })
    settle(server, time)
    expect(one.state().isForeign).toBe(true)
    expect(server.state(edition).getText('title').toString()).toBe('New')
  })
})

test('whatever breaks, nothing acknowledged is lost and all meet', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          { weight: 6, arbitrary: fc.record({ do: fc.constant('type' as const), who: fc.nat(2), place: fc.nat(40) }) },
          {
            weight: 6,
            arbitrary: fc.record({ do: fc.constant('deliver' as const), who: fc.nat(5), place: fc.nat(5) }),
          },
          { weight: 1, arbitrary: fc.record({ do: fc.constant('cut' as const), who: fc.nat(2), place: fc.nat(9) }) },
          { weight: 1, arbitrary: fc.record({ do: fc.constant('reload' as const), who: fc.nat(2), place: fc.nat(9) }) },
          { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), who: fc.nat(2), place: fc.nat(9) }) },
        ),
        { maxLength: 120 },
      ),
      async (steps) => {
        const [server, time] = [createFakeServer(), createFakeTime()]
        const shelves: Shelf[] = [{ updates: [] }, { updates: [] }, { updates: [] }]
        const seed = new Y.Doc()
        seed.getText('title').insert(0, '.')
        server.write(edition, Y.encodeStateAsUpdate(seed))
        const tabs = await Promise.all(shelves.map((shelf) => openTab(server, time, shelf)))
        // nobody types into a text that is not here yet
        settle(server, time)
        let count = 0
        for (const step of steps) {
          const tab = tabs[step.who % 3]
          if (step.do === 'type' && tab) type(tab, step.place, String.fromCodePoint(0x4e00 + count++))
          else if (step.do === 'deliver') server.deliver(step.who + 1, (length) => step.place % length)
          else if (step.do === 'cut') server.cutOne((length) => step.place % length)
          else if (step.do === 'wait') time.pass(step.place * 900)
          else if (step.do === 'reload' && tab) {
            tab.end()
            tabs[step.who % 3] = await openTab(server, time, shelves[step.who % 3])
          }
        }
        settle(server, time)
        settle(server, time)
        const truth = server.state(edition).getText('title').toString()
        // every letter is there once: none lost, none doubled
        const typed = Array.from({ length: count }, (_, n) => String.fromCodePoint(0x4e00 + n))
        expect([...truth].sort()).toEqual(['.', ...typed])
        for (const tab of tabs) {
          expect(tab.title.toString()).toBe(truth)
          expect(tab.state()).toMatchObject({ isUnsaved: false, isConnected: true })
        }
      },
    ),
    { numRuns: 150 },
  )
})
