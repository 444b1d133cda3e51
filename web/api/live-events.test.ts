import { events } from '@floowe/contracts/index'
import { contracts } from '@floowe/contracts/index'
import { expect, test } from 'vitest'
import { isUnder, touchedBy, readMessage, reconnectPauseMs } from './live-events.ts'

test('every event makes something stale that exists', () => {
  for (const name of Object.keys(events)) {
    const paths = touchedBy(name)
    expect(paths.length, name).toBeGreaterThan(0)
    for (const [service, operation] of paths) {
      expect(Object.keys(contracts), name).toContain(service)
      if (operation) expect(Object.keys(contracts[service as keyof typeof contracts]), name).toContain(operation)
    }
  }
})

test('a change of media leaves articles alone, any other of content touches all of it', () => {
  expect(touchedBy('content.media-added')).toEqual([
    ['content', 'listMedia'],
    ['content', 'getMedia'],
    ['content', 'getEditionChecklist'],
  ])
  expect(touchedBy('content.edition-saved')).toContainEqual(['content'])
  expect(touchedBy('nobody.knows')).toEqual([])
})

test('a path covers the questions below it', () => {
  const key = [['content', 'getArticle'], { type: 'query', input: { id: '1' } }]
  expect(isUnder(['content'], key)).toBe(true)
  expect(isUnder(['content', 'getArticle'], key)).toBe(true)
  expect(isUnder(['content', 'listArticles'], key)).toBe(false)
  expect(isUnder(['publishing'], key)).toBe(false)
})

test('it connects again ever slower, up to a minute', () => {
  expect(reconnectPauseMs(1, 1)).toBe(500)
  expect(reconnectPauseMs(4, 1)).toBe(4_000)
  expect(reconnectPauseMs(50, 1)).toBe(60_000)
  expect(reconnectPauseMs(50, 0)).toBe(30_000)
})

test('messages of others are dropped', () => {
  expect(readMessage('{"seq":7,"name":"content.edition-saved","at":"x","data":{}}')).toMatchObject({ seq: 7 })
  expect(readMessage('{"gap":true}')).toEqual({ gap: true })
  for (const bad of ['', 'null', '[]', '{"gap":1}', '{"seq":"7","name":"x"}', '{"seq":7}', '{', new ArrayBuffer(2)])
    expect(readMessage(bad)).toBeNull()
})
