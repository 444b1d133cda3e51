import { type Body, emptyBody } from '@floowe/contracts/body'
import type { Edition } from '@floowe/contracts/content'
import { ORPCError } from '@orpc/client'
import { expect, test } from 'vitest'
import { createKeptDrafts, type Storage } from './kept-drafts.ts'
import { createSaver, type SaverPorts } from './saver.ts'
import { type Draft, fingerprint, textOfEdition } from './text.ts'

const meta = { title: '', description: '', canonicalUrl: null, keyphrase: '', isHidden: false }
const body = (words: string): Body =>
  words === ''
    ? emptyBody()
    : { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] }
// ids of the contract are strings to everyone but the type checker
const edition = (words: string, revision: number): Edition =>
  ({
    id: 'e',
    articleId: 'a',
    language: 'pl',
    slug: 's',
    title: 't',
    lead: '',
    body: body(words),
    meta,
    status: 'draft',
    revision,
    versionId: `v${revision}`,
    words: 1,
    createdAt: '',
    updatedAt: '',
    updatedBy: 'u',
    updatedByName: 'Anna',
  }) as unknown as Edition

function inMemory(): Storage & { all: Map<string, string> } {
  const all = new Map<string, string>()
  return {
    all,
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => void all.set(key, value),
    removeItem: (key) => void all.delete(key),
    key: (index) => [...all.keys()][index] ?? null,
    get length() {
      return all.size
    },
  }
}

/** One open edition over a server whose answers the test gives, and a clock that the test moves. */
function desk() {
  let server = edition('start', 1)
  let words = 'start'
  let now = 0
  const timers = new Set<{ at: number; run: () => void }>()
  const waiting: {
    draft: Draft
    how: Parameters<SaverPorts['send']>[1]
    answer: (edition: Edition) => void
    fail: (error: unknown) => void
  }[] = []
  const storage = inMemory()
  const drafts = createKeptDrafts(storage, 'anna', 't')
  const slugs: (string | null)[] = []
  const looks = { count: 0 }
  const ports: SaverPorts = {
    read: () => ({ title: 't', lead: '', body: body(words), meta }),
    show: (shown) => {
      words = shown.body.content[0]?.content?.[0]?.text ?? ''
    },
    send: (draft, how) => new Promise((answer, fail) => void waiting.push({ draft, how, answer, fail })),
    look: async () => {
      looks.count += 1
      return server
    },
    drafts,
    slugTaken: (suggestion) => void slugs.push(suggestion),
    landed: () => {},
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const saver = createSaver(server, ports)
  const turn = async () => {
    for (let round = 0; round < 10; round++) await Promise.resolve()
  }
  return {
    saver,
    drafts,
    storage,
    waiting,
    slugs,
    looks,
    turn,
    words: () => words,
    type: (text: string) => {
      words = text
      saver.typed()
    },
    pass: async (ms: number) => {
      now += ms
      for (const timer of [...timers]) {
        if (timer.at > now) continue
        timers.delete(timer)
        timer.run()
      }
      await turn()
    },
    /** The server takes what was sent, or refuses when it stands on an old revision. */
    answer: async () => {
      const sent = waiting.shift()
      if (!sent) throw new Error('nothing was sent')
      if (sent.how.basedOn !== server.revision)
        sent.fail(
          new ORPCError('stale-revision', {
            status: 409,
            data: { current: server.revision, updatedAt: '', updatedByName: 'Marek' },
          }),
        )
      else {
        server = { ...edition('', server.revision + 1), body: sent.draft.body }
        sent.answer(server)
      }
      await turn()
    },
    /** It arrives, but the answer does not. */
    loseAnswer: async () => {
      const sent = waiting.shift()
      if (!sent) throw new Error('nothing was sent')
      if (sent.how.basedOn === server.revision) server = { ...edition('', server.revision + 1), body: sent.draft.body }
      sent.fail(new TypeError('Failed to fetch'))
      await turn()
    },
    othersSave: (text: string) => {
      server = edition(text, server.revision + 1)
      return server.revision
    },
    server: () => server,
  }
}

test('typing is saved after a pause and leaves nothing behind', async () => {
  const world = desk()
  world.type('one')
  expect(world.saver.state()).toMatchObject({ isUnsaved: true, isSaving: false })
  await world.pass(650)
  expect(world.saver.state().isSaving).toBe(true)
  expect(world.drafts.find('e')[0]?.draft.body).toEqual(body('one'))
  await world.answer()
  expect(world.saver.state()).toMatchObject({ isUnsaved: false, isSaving: false, savedAt: 650 })
  expect(world.server().body).toEqual(body('one'))
  expect(world.storage.all.size).toBe(0)
})

test('what is typed during a save goes with the next one, on the new revision', async () => {
  const world = desk()
  world.type('one')
  await world.pass(650)
  world.type('two')
  await world.pass(650)
  expect(world.waiting).toHaveLength(1)
  await world.answer()
  await world.pass(0)
  expect(world.waiting[0]?.how).toMatchObject({ basedOn: 2 })
  await world.answer()
  expect(world.server()).toMatchObject({ revision: 3, body: body('two') })
})

test('an answer that got lost is recognised as ours, not taken for a stranger', async () => {
  const world = desk()
  world.type('one')
  await world.pass(650)
  await world.loseAnswer()
  expect(world.saver.state().trouble).toEqual({ kind: 'silent' })
  world.type('one and more')
  await world.pass(1_000)
  await world.answer()
  expect(world.saver.state().trouble).toBe(null)
  await world.pass(650)
  await world.answer()
  expect(world.server()).toMatchObject({ revision: 3, body: body('one and more') })
})

test('someone else saved: ours is kept, theirs is at hand, nothing is overwritten', async () => {
  const world = desk()
  world.type('mine')
  world.othersSave('theirs')
  await world.pass(650)
  await world.answer()
  const { trouble, theirs } = world.saver.state()
  expect(trouble).toEqual({ kind: 'stale', current: 2 })
  expect(theirs?.body).toEqual(body('theirs'))
  expect(world.looks.count).toBe(1)
  expect(world.server().body).toEqual(body('theirs'))
  world.saver.keepMine('instead')
  await world.turn()
  expect(world.waiting[0]?.how).toEqual({ basedOn: 2, reason: 'saved', note: 'instead', isLast: false })
  await world.answer()
  expect(world.server().body).toEqual(body('mine'))
})

test('taking theirs hands back ours', async () => {
  const world = desk()
  world.type('mine')
  world.othersSave('theirs')
  world.saver.heard(2)
  await world.turn()
  expect(world.saver.takeTheirs()?.body).toEqual(body('mine'))
  expect(world.words()).toBe('theirs')
  expect(world.saver.state()).toMatchObject({ isUnsaved: false, trouble: null })
})

test('heard of while clean: shown quietly', async () => {
  const world = desk()
  world.saver.heard(world.othersSave('theirs'))
  await world.turn()
  expect(world.words()).toBe('theirs')
  expect(world.saver.revision()).toBe(2)
})

test('a slug that is taken does not hold the text back', async () => {
  const world = desk()
  world.type('one')
  await world.pass(650)
  world.waiting.shift()?.fail(new ORPCError('slug-taken', { status: 409, data: { suggestion: 's-2' } }))
  await world.turn()
  expect(world.slugs).toEqual(['s-2'])
  await world.answer()
  expect(world.server().body).toEqual(body('one'))
})

test('leaving keeps the text here and sends it on its way', async () => {
  const world = desk()
  world.type('last words')
  world.saver.leave()
  expect(world.waiting[0]?.how).toMatchObject({ basedOn: 1, isLast: true })
  expect(world.drafts.find('e')[0]?.draft.body).toEqual(body('last words'))
})

test('leaving during a save remembers what is under way', async () => {
  const world = desk()
  world.type('one')
  await world.pass(650)
  world.type('two')
  world.saver.leave()
  expect(world.waiting).toHaveLength(1)
  const kept = world.drafts.find('e')[0]
  expect(kept?.draft.body).toEqual(body('two'))
  await world.answer()
  expect(kept?.sent).toBe(fingerprint(textOfEdition(world.server())))
})

test('flush waits until the server has everything, save names a version', async () => {
  const world = desk()
  world.type('one')
  const flushed = world.saver.flush()
  await world.turn()
  await world.answer()
  expect(await flushed).toBe(true)
  const named = world.saver.save('Po korekcie')
  await world.turn()
  expect(world.waiting[0]?.how).toMatchObject({ reason: 'saved', note: 'Po korekcie' })
  await world.answer()
  expect(await named).toBe(true)
})
