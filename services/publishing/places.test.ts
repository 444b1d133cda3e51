import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ArmedPlace, createPlaces } from './places.ts'

/** Lets promises that can go on, go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const leaving = async (place: ArmedPlace): Promise<boolean> => {
  let isLeaving = false
  void place.turn().then(() => {
    isLeaving = true
  })
  await settled()
  return isLeaving
}

test('half of all places at most go to one channel; another passes by', async () => {
  const places = createPlaces(4, () => undefined)
  const slow = [places.arm('slow'), places.arm('slow'), places.arm('slow')]
  expect([
    await leaving(slow[0] as ArmedPlace),
    await leaving(slow[1] as ArmedPlace),
    await leaving(slow[2] as ArmedPlace),
  ]).toEqual([true, true, false])
  expect(await leaving(places.arm('quick'))).toBe(true)
  expect(places.held()).toBe(4)
})

test('what waits leaves when a place is free, in the order it came', async () => {
  const places = createPlaces(1, () => undefined)
  const [first, second, third] = [places.arm('a'), places.arm('b'), places.arm('c')]
  const order: string[] = []
  for (const [name, place] of Object.entries({ first, second, third })) void place?.turn().then(() => order.push(name))
  await settled()
  expect(order).toEqual(['first'])
  first?.answered(false)
  first?.answered(false)
  await settled()
  expect(order).toEqual(['first', 'second'])
  second?.answered(false)
  await settled()
  expect(order).toEqual(['first', 'second', 'third'])
})

test('a channel that failed three times in a row gets one place until it takes something', () => {
  const places = createPlaces(8, () => undefined)
  const roomOf = () => places.room().channels.find(({ channelId }) => channelId === 'a')?.room
  for (let failure = 0; failure < 3; failure++) {
    const place = places.arm('a')
    void place.turn()
    place.answered(true)
    place.done()
  }
  expect(roomOf()).toBe(1)
  const place = places.arm('a')
  expect(roomOf()).toBe(0)
  void place.turn()
  place.answered(false)
  place.done()
  expect(roomOf()).toBeUndefined()
  expect(places.room()).toMatchObject({ rows: 32, perChannel: 16, channels: [] })
})

test('what was armed and never left gives its place back', () => {
  const places = createPlaces(2, () => undefined)
  const place = places.arm('a')
  expect(places.room().rows).toBe(7)
  place.answered(null)
  place.done()
  expect(places.room()).toEqual({ rows: 8, perChannel: 4, channels: [] })
})

test('whatever happens, never more than allowed are on their way, and all get their turn', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 60 }),
      async (sendingMax, deliveries) => {
        let on = 0
        let most = 0
        let done = 0
        const places = createPlaces(sendingMax, () => undefined)
        const fly = async (channelId: string, isFailure: boolean): Promise<void> => {
          const place = places.arm(channelId)
          await place.turn()
          on += 1
          most = Math.max(most, on)
          await settled()
          on -= 1
          place.answered(isFailure)
          place.done()
          done += 1
        }
        await Promise.all(deliveries.map(([channelId, isFailure]) => fly(channelId, isFailure)))
        expect(most).toBeLessThanOrEqual(sendingMax)
        expect([done, places.held()]).toEqual([deliveries.length, 0])
      },
    ),
    { numRuns: 50 },
  )
})
