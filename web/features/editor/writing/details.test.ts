import { ORPCError } from '@orpc/client'
import type { Edition, Meta } from '@floowe/contracts/content'
import { expect, test, vi } from 'vitest'
import { createDetailsSaver, type DetailWishes } from './details.ts'
import { createFakeTime } from './fake-server.ts'

const meta = { title: '', description: '', keyphrase: '', canonicalUrl: null, isHidden: false } as unknown as Meta
const edition = (revision: number, more: Partial<Edition> = {}): Edition =>
  ({ id: 'e', revision, slug: 'slug', title: 'T', lead: '', meta, ...more }) as Edition // what the saver looks at

function begin(answers: (Edition | Error)[]) {
  const time = createFakeTime()
  const sent: { basedOn: number; wishes: DetailWishes }[] = []
  const landed: Edition[] = []
  const taken = vi.fn()
  const saver = createDetailsSaver(edition(1), {
    ...time,
    look: async () => edition(7),
    save: async (known, wishes) => {
      sent.push({ basedOn: known.revision, wishes })
      const answer = answers.shift() ?? edition(known.revision + 1)
      if (answer instanceof Error) throw answer
      return answer
    },
    landed: (one) => void landed.push(one),
    slugTaken: taken,
  })
  return { time, sent, landed, taken, saver }
}
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

test('wishes wait for a pause and leave together, on what the server said last', async () => {
  const { time, sent, saver } = begin([])
  saver.wish({ slug: 'new' })
  saver.wish({ meta: { keyphrase: 'river' } })
  saver.wish({ meta: { isHidden: true } })
  expect(saver.isUnsaved()).toBe(true)
  time.pass(700)
  await settled()
  expect(sent).toEqual([{ basedOn: 1, wishes: { slug: 'new', meta: { keyphrase: 'river', isHidden: true } } }])
  expect(saver.isUnsaved()).toBe(false)
  expect(saver.latest().revision).toBe(2)
})

test('on a text that is too old it looks at the newest and asks again', async () => {
  const { sent, saver } = begin([new ORPCError('stale-revision', { status: 409, data: { current: 7 } })])
  saver.wish({ slug: 'new' })
  expect(await saver.flush()).toBe(true)
  expect(sent.map(({ basedOn }) => basedOn)).toEqual([1, 7])
})

test('an address that is taken is told, and the rest is saved', async () => {
  const { sent, taken, saver } = begin([new ORPCError('slug-taken', { status: 409, data: { suggestion: 'new-2' } })])
  saver.wish({ slug: 'new', meta: { keyphrase: 'x' } })
  await saver.flush()
  expect(taken).toHaveBeenCalledWith('new', 'new-2')
  expect(sent[1]?.wishes).toEqual({ meta: { keyphrase: 'x' } })
})

test('without an answer it tries again; a refusal is told and waits for a person', async () => {
  const { time, sent, saver } = begin([
    new ORPCError('unavailable', { status: 503 }),
    new ORPCError('not-allowed', { status: 403 }),
  ])
  saver.wish({ slug: 'new' })
  expect(await saver.flush()).toBe(false)
  expect(saver.error()).toBeNull()
  time.pass(5_000)
  await settled()
  expect(sent).toHaveLength(2)
  expect(saver.error()).toBeInstanceOf(ORPCError)
  expect(saver.isUnsaved()).toBe(true)
})
