import { hasMongodb, openMongodb as openServer, startMongodb } from '@floowe/testbed/mongodb'
import { describe, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { openMongodb } from './mongodb.ts'
import { brokenIndex, isLostDocuments } from './port.ts'

const log = createLog({ service: 'test', level: 'silent', format: 'terse' })
const isHere = hasMongodb() || Boolean(process.env['CI'])
if (!isHere) console.warn('documents are not tested: npm run testbed -- install mongodb')
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

describe.skipIf(!isHere)('documents on MongoDB', () => {
  test('each service has a database of its own, and what is unique is told by its index', async () => {
    const server = await openServer()
    const mongodb = openMongodb({ url: server.url, log, name: `test_${process.pid}_${Date.now()}` })
    const [one, other] = [mongodb.database('one'), mongodb.database('other')]
    try {
      expect(await mongodb.ping()).toBe(true)
      const notes = one.collection<{ _id: string; parts: { key: string }[] }>('notes')
      await notes.createIndexes([{ name: 'notes_key', key: { 'parts.key': 1 }, unique: true }])
      await notes.insertOne({ _id: 'a', parts: [{ key: '1' }, { key: '2' }] })
      expect(brokenIndex(await errorOf(notes.insertOne({ _id: 'b', parts: [{ key: '3' }, { key: '2' }] })))).toBe(
        'notes_key',
      )
      await notes.insertOne({ _id: 'b', parts: [{ key: '3' }] })
      const taken = notes.updateOne({ _id: 'b' }, { $set: { 'parts.0.key': '1' } })
      expect(brokenIndex(await errorOf(taken))).toBe('notes_key')
      expect(await notes.findOne({ _id: 'b' })).toEqual({ _id: 'b', parts: [{ key: '3' }] })
      expect(brokenIndex(await errorOf(notes.insertOne({ _id: 'a', parts: [{ key: '9' }] })))).toMatch(/^_id/)
      expect(await one.names()).toEqual(['notes'])
      expect(await other.names()).toEqual([])
      expect(await other.collection('notes').countDocuments()).toBe(0)
    } finally {
      await one.collection('notes').drop()
      await mongodb.close()
      await server.stop()
    }
  })

  test('nobody sees half of an update', async () => {
    const server = await openServer()
    const mongodb = openMongodb({ url: server.url, log, name: `test_${process.pid}_${Date.now()}` })
    const notes = mongodb.database('one').collection<{ _id: string; [name: string]: unknown }>('notes')
    try {
      const pad = Array.from({ length: 200 }, (_, index) => ({ index, text: 'x'.repeat(50) }))
      const state = (count: number) => ({ first: count, list: [count], nested: { count }, last: count })
      await notes.insertOne({ _id: 'a', first: 0, list: [0], pad, nested: { count: 0 }, last: 0 })
      let isOver = false
      const writing = (async () => {
        for (let count = 1; count < 100_000 && !isOver; count++)
          await notes.updateOne({ _id: 'a' }, { $set: state(count) })
      })()
      const seen = await Promise.all(
        [1, 2, 3].map(async () => {
          const torn: unknown[] = []
          for (let look = 0; look < 500; look++) {
            // Asked for as a whole: a projection would be a copy.
            const { _id, pad: _pad, ...found }: Record<string, unknown> = (await notes.findOne({ _id: 'a' })) ?? {}
            if (JSON.stringify(found) !== JSON.stringify(state(Number(found['last'])))) torn.push({ _id, ...found })
          }
          return torn
        }),
      )
      isOver = true
      await writing
      expect(seen).toEqual([[], [], []])
    } finally {
      await notes.drop()
      await mongodb.close()
      await server.stop()
    }
  })

  test('a server that was away at first is found later', async () => {
    const server = await startMongodb()
    await server.halt()
    const mongodb = openMongodb({ url: server.url, log })
    try {
      const notes = mongodb.database('notes').collection<{ _id: string }>('notes')
      const failures = await Promise.all([1, 2, 3].map(() => errorOf(notes.findOne({ _id: 'a' }))))
      expect(failures.map(isLostDocuments)).toEqual([true, true, true])
      await server.begin()
      await expect.poll(() => mongodb.ping(), { timeout: 20_000 }).toBe(true)
      expect(await notes.findOne({ _id: 'a' })).toBeNull()
    } finally {
      await mongodb.close()
      await server.stop()
    }
  })

  test('a server that is away is told from other failures, within seconds, and found again', async () => {
    const server = await startMongodb({ keeps: true })
    const mongodb = openMongodb({ url: server.url, log })
    try {
      const notes = mongodb.database('notes').collection<{ _id: string }>('notes')
      await notes.insertOne({ _id: 'kept' })
      await server.halt()
      const began = performance.now()
      expect(isLostDocuments(await errorOf(notes.findOne({ _id: 'kept' })))).toBe(true)
      expect(isLostDocuments(await errorOf(notes.insertOne({ _id: 'new' })))).toBe(true)
      expect(await mongodb.ping()).toBe(false)
      expect(performance.now() - began).toBeLessThan(15_000)
      await server.begin()
      await expect.poll(() => mongodb.ping(), { timeout: 20_000 }).toBe(true)
      expect(await notes.findOne({ _id: 'kept' })).toEqual({ _id: 'kept' })
      expect(isLostDocuments(await errorOf(notes.insertOne({ _id: 'kept' })))).toBe(false)
    } finally {
      await mongodb.close()
      await server.stop()
    }
  })
})
