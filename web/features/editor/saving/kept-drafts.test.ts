import { emptyBody } from '@floowe/contracts/body'
import { expect, test } from 'vitest'
import { createKeptDrafts, judgeKept, type Kept, type Storage } from './kept-drafts.ts'
import { type Draft, fingerprint } from './text.ts'

function inMemory(roomMax = Infinity): Storage {
  const all = new Map<string, string>()
  return {
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > roomMax) throw new DOMException('full', 'QuotaExceededError')
      all.set(key, value)
    },
    removeItem: (key) => void all.delete(key),
    key: (index) => [...all.keys()][index] ?? null,
    get length() {
      return all.size
    },
  }
}
const meta = { title: '', description: '', canonicalUrl: null, keyphrase: '', isHidden: false }
const draft = (title: string): Draft => ({ title, lead: '', body: emptyBody(), meta })
const kept = (title: string, at: number): Omit<Kept, 'tab'> => ({
  editionId: 'e',
  articleId: 'a',
  language: 'pl',
  basedOn: 3,
  at,
  draft: draft(title),
  sent: null,
})

test('what is kept is found again, this tab first', () => {
  const storage = inMemory()
  const [one, two] = [createKeptDrafts(storage, 'anna', 't1'), createKeptDrafts(storage, 'anna', 't2')]
  one.keep(kept('first', 10))
  two.keep(kept('second', 20))
  one.keep(kept('first again', 15))
  expect(one.find('e').map((entry) => entry.draft.title)).toEqual(['first again', 'second'])
  one.forget('e')
  expect(one.find('e').map((entry) => entry.draft.title)).toEqual(['second'])
  one.forget('e', 't2')
  expect(one.find('e')).toEqual([])
})
test('another person of the same browser sees nothing of it', () => {
  const storage = inMemory()
  createKeptDrafts(storage, 'anna', 't').keep(kept('mine', 1))
  expect(createKeptDrafts(storage, 'marek', 't').find('e')).toEqual([])
})
test('a full storage says so, and strange entries are left alone', () => {
  expect(createKeptDrafts(inMemory(20), 'anna', 't').keep(kept('x', 1))).toBe(false)
  const storage = inMemory()
  storage.setItem('floowe-draft:anna:e:x', '{"draft":1}')
  expect(createKeptDrafts(storage, 'anna', 't').find('e')).toEqual([])
})
test('texts put aside are remembered, the twenty newest', () => {
  const drafts = createKeptDrafts(inMemory(), 'anna', 't')
  for (let index = 0; index < 25; index++)
    drafts.putAside({ id: `i${index}`, editionId: 'e', at: index, draft: draft(String(index)) })
  expect(drafts.listAside('e')).toHaveLength(20)
  expect(drafts.listAside('e')[0]?.draft.title).toBe('24')
  drafts.removeAside('i24')
  expect(drafts.listAside('e')[0]?.draft.title).toBe('23')
})

test('what becomes of a kept text', () => {
  const entry: Kept = { ...kept('mine', 1), tab: 't', sent: 'sent' }
  expect(judgeKept(entry, { revision: 4, fingerprint: 'same' }, 'same')).toBe('gone')
  expect(judgeKept(entry, { revision: 3, fingerprint: 'old' }, 'own')).toBe('restore')
  expect(judgeKept(entry, { revision: 4, fingerprint: 'sent' }, 'own')).toBe('restore')
  expect(judgeKept(entry, { revision: 4, fingerprint: 'other' }, 'own')).toBe('conflict')
})

test('a fingerprint sees every word and mark, and no id', () => {
  const text = (id: string, words: string, bold = false): Draft => ({
    ...draft('t'),
    body: {
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          attrs: { id },
          content: [{ type: 'text', text: words, ...(bold ? { marks: [{ type: 'bold' as const }] } : {}) }],
        },
      ],
    },
  })
  expect(fingerprint(text('1', 'słowo'))).toBe(fingerprint(text('2', 'słowo')))
  expect(fingerprint(text('1', 'słowo'))).not.toBe(fingerprint(text('1', 'słowa')))
  expect(fingerprint(text('1', 'słowo'))).not.toBe(fingerprint(text('1', 'słowo', true)))
  expect(fingerprint({ ...draft(' t '), meta: { ...meta, keyphrase: '' } })).toBe(fingerprint(draft('t')))
})
