import { expect, test } from 'vitest'
import { createFakeTime } from './fake-server.ts'
import { createPresence, initialsOf, type PeerState, tones, tonesOf } from './presence.ts'

const ola = { id: 'ola', name: 'Ola Nowak' }
function begin() {
  const time = createFakeTime()
  const said: (PeerState | null)[] = []
  const presence = createPresence('me', { ...time, send: (state) => void said.push(state) })
  return { time, said, presence }
}

test('one’s own place is told at most a few times a second, and again now and then', () => {
  const { time, said, presence } = begin()
  presence.begin()
  for (let from = 0; from < 10; from++) presence.place({ in: 'title', from, to: from })
  time.pass(100)
  expect(said).toEqual([{ place: null }, { place: { in: 'title', from: 9, to: 9 } }])
  time.pass(15_000)
  expect(said).toHaveLength(3)
})

test('whoever is new is told where one is, and whoever is silent is gone', () => {
  const { time, said, presence } = begin()
  presence.begin()
  presence.hear('c1', ola, { place: { in: 'lead', from: 1, to: 2 } })
  time.pass(100)
  expect(said).toHaveLength(2)
  expect(presence.peers()).toMatchObject([{ from: 'c1', person: ola, isMe: false, place: { in: 'lead' } }])
  time.pass(70_000)
  expect(presence.peers()).toEqual([])
})

test('a goodbye, another tab of one’s own, and nonsense', () => {
  const { presence } = begin()
  presence.begin()
  presence.hear('c1', ola, { place: { in: 'somewhere' } })
  presence.hear('c2', { id: 'me', name: 'Me' }, {})
  expect(presence.peers().map(({ from, isMe, place }) => [from, isMe, place])).toEqual([
    ['c1', false, null],
    ['c2', true, null],
  ])
  presence.hear('c1', ola, null)
  expect(presence.peers().map(({ from }) => from)).toEqual(['c2'])
  presence.end()
  expect(presence.peers()).toEqual([])
})

test('people have colours of their own while there are enough', () => {
  const people = ['a', 'b', 'c', 'd', 'e']
  expect(new Set(tonesOf(people).values())).toEqual(new Set(tones))
  expect(tonesOf([...people].reverse())).toEqual(tonesOf(people))
  expect(tonesOf(Array.from({ length: 40 }, (_, n) => String(n))).size).toBe(40)
})

test('initials', () => {
  expect(initialsOf('Ola Nowak')).toBe('ON')
  expect(initialsOf(' łukasz ')).toBe('Ł')
  expect(initialsOf('Anna Maria Żak')).toBe('AŻ')
  expect(initialsOf('')).toBe('')
})
