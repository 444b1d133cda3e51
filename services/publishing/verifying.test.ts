/** What was accepted is looked for: seen, gone, or nobody knows. */
import { startDiscord } from '@floowe/emulators/discord'
import { afterEach, describe, expect, test } from 'vitest'
import type { Failure } from './networks/network.ts'
import { openAgain, openStage, type Stage, startClock, until } from './testing/stage.ts'
import { firstLookMs, follows } from './verifying.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

const seconds = (count: number): number => count * 1_000
const hangMs = 300

async function onStage() {
  const clock = startClock()
  const discord = await startDiscord({ nowMs: clock.now, hangMs })
  open.push(() => discord.stop())
  const stage = await openStage({ clock, env: { FLOOWE_PUBLISHING_DISCORD_URL: discord.url } })
  open.push(() => stage.close())
  const { id: channelId } = await stage.me.createChannel({ network: 'discord', fields: { url: discord.webhookUrl } })
  const isLook = ({ method, path }: { method: string; path: string }): boolean =>
    method === 'GET' && path.includes('/messages/')
  discord.faults.concerns(isLook)
  const publish = async (on = channelId) => {
    const { editionId } = stage.content.write()
    const { id, state } = await stage.me.planDelivery({ editionId, channelId: on, when: { now: true } })
    expect(state).toBe('published')
    return { id, editionId }
  }
  return { clock, discord, stage, channelId, publish, me: stage.me, looks: () => discord.log().filter(isLook).length }
}
const told = ({ world }: Stage, id: string): unknown[] =>
  world.events
    .filter(({ name }) => name === 'publishing.delivery-verified')
    .map(({ data }) => data as { deliveryId: string; verification: string })
    .filter(({ deliveryId }) => deliveryId === id)
    .map(({ verification }) => verification)
const verification = async ({ me }: Pick<Stage, 'me'>, id: string) => (await me.getDelivery({ id })).verification
const becomes = (stage: Stage, id: string, state: string) =>
  until(async () => (await verification(stage, id))?.state === state)
const tries = async ({ world }: Stage, id: string): Promise<number> =>
  (await world.sql<{ tries: number }>('select verify_tries as tries from deliveries where id = $1', [id]))[0]?.tries ??
  0

describe('what follows from a look', () => {
  const publishedAt = new Date('2026-11-22T10:00:00.000Z')
  const at = (after: number): string => new Date(publishedAt.getTime() + seconds(after)).toISOString()
  const failed = (kind: 'transient' | 'ambiguous' | 'permanent' | 'reconnect'): Failure => ({ kind, code: 'x' })
  const limited = (after: number | null): Failure => ({
    kind: 'rate-limited',
    code: 'x',
    retryAtMs: after === null ? null : Date.parse(at(after)),
  })
  test.each<[string, ReturnType<typeof follows>, Parameters<typeof follows>[1], number, number, boolean?]>([
    ['seen', { verification: 'verified', nextAt: null, seenAt: at(5) }, 'there', 5, 0],
    ['seen late', { verification: 'verified', nextAt: null, seenAt: at(9_000) }, 'there', 9_000, 5],
    ['missing, and new', { verification: 'pending', nextAt: at(35), seenAt: null }, 'gone', 5, 0],
    ['missing for almost too long', { verification: 'pending', nextAt: at(209), seenAt: null }, 'gone', 179, 5],
    ['missing for too long', { verification: 'gone', nextAt: null, seenAt: null }, 'gone', 180, 0],
    ['no answer', { verification: 'pending', nextAt: at(35), seenAt: null }, failed('transient'), 5, 0],
    ['a lost answer', { verification: 'pending', nextAt: at(95), seenAt: null }, failed('ambiguous'), 5, 1],
    [
      'again and again none',
      { verification: 'pending', nextAt: at(5 + 30 * 81), seenAt: null },
      failed('transient'),
      5,
      4,
    ],
    ['the last time none', { verification: 'unknown', nextAt: null, seenAt: null }, failed('transient'), 5, 5],
    ['it may not be asked', { verification: 'unknown', nextAt: null, seenAt: null }, failed('permanent'), 5, 0],
    ['we may not ask', { verification: 'unknown', nextAt: null, seenAt: null }, failed('reconnect'), 5, 0],
    ['asked to wait', { verification: 'pending', nextAt: at(900), seenAt: null }, limited(900), 5, 0],
    ['asked to wait a moment', { verification: 'pending', nextAt: at(35), seenAt: null }, limited(10), 5, 0],
    [
      'asked to wait, nobody says how long',
      { verification: 'pending', nextAt: at(35), seenAt: null },
      limited(null),
      5,
      0,
    ],
    ['a question that costs, seen', { verification: 'verified', nextAt: null, seenAt: at(180) }, 'there', 180, 0, true],
    ['a question that costs, missing', { verification: 'gone', nextAt: null, seenAt: null }, 'gone', 180, 0, true],
    [
      'a question that costs, no answer',
      { verification: 'unknown', nextAt: null, seenAt: null },
      limited(900),
      180,
      0,
      true,
    ],
  ])('%s', (_, wanted, seen, after, tried, isReadScarce = false) => {
    const nowMs = publishedAt.getTime() + seconds(after)
    expect(follows({ publishedAt, tries: tried }, seen, nowMs, { isReadScarce })).toEqual(wanted)
  })

  test('a question that costs is asked when its answer is final', () => {
    expect([firstLookMs({}), firstLookMs({ isReadScarce: true })]).toEqual([seconds(5), seconds(180)])
  })
})

describe('a delivery', () => {
  test('is looked for, and it is said when it was seen', async () => {
    const { clock, stage, publish, me, looks } = await onStage()
    const { id } = await publish()
    expect(await verification(stage, id)).toEqual({ state: 'pending', at: null })
    clock.advance(seconds(5) - 1)
    clock.advance(1)
    await becomes(stage, id, 'verified')
    expect(await verification(stage, id)).toEqual({ state: 'verified', at: clock.instant() })
    await stage.world.drain()
    expect(told(stage, id)).toEqual(['verified'])
    expect(await me.getDelivery({ id })).toMatchObject({ state: 'published', problem: null })
    clock.advance(24 * 3_600_000)
    const { id: later } = await publish()
    clock.advance(seconds(5))
    await becomes(stage, later, 'verified')
    // Once each.
    expect(looks()).toBe(2)
  })

  test('that is not there is looked for again for three minutes; then people are told that it is gone', async () => {
    const { clock, discord, stage, publish } = await onStage()
    const { id } = await publish()
    discord.lose()
    clock.advance(seconds(5))
    for (let look = 1; look <= 6; look++) {
      await until(async () => (await tries(stage, id)) === look)
      expect(await verification(stage, id)).toEqual({ state: 'pending', at: null })
      await stage.world.drain()
      expect(told(stage, id)).toEqual([])
      clock.advance(seconds(30))
    }
    await becomes(stage, id, 'gone')
    await stage.world.drain()
    expect(told(stage, id)).toEqual(['gone'])
    // Nothing is sent because of what was seen.
    expect(discord.effects()).toHaveLength(1)
    clock.advance(24 * 3_600_000)
    expect(await tries(stage, id)).toBe(7)
  })

  test('of which the network says nothing is asked for six times, further and further apart', async () => {
    const { clock, discord, stage, publish, looks } = await onStage()
    discord.faults.always(() => ({ status: 503 }))
    const { id } = await publish()
    for (const pause of [5, 30, 90, 270, 810, 2_430]) {
      expect(await verification(stage, id)).toEqual({ state: 'pending', at: null })
      const asked = looks()
      clock.advance(seconds(pause))
      await until(async () => (await tries(stage, id)) > asked)
    }
    expect([await verification(stage, id), looks()]).toEqual([{ state: 'unknown', at: null }, 6])
    await stage.world.drain()
    expect(told(stage, id)).toEqual(['unknown'])
  })

  test('that was replaced or taken down meanwhile is left alone', async () => {
    const { clock, discord, stage, publish, me, channelId, looks } = await onStage()
    const first = await publish()
    const second = await publish()
    stage.content.rewrite(stage.content.current(first.editionId), { title: 'Nowy tytuł' })
    // One is replaced before anybody looks, the other is taken down while somebody does.
    const update = await me.planDelivery({ editionId: first.editionId, channelId, when: { now: true } })
    expect(await me.getDelivery({ id: first.id })).toMatchObject({ state: 'replaced', verification: null })
    discord.faults.next(['slow-body', 'slow-body'])
    clock.advance(seconds(5))
    await until(() => looks() === 2)
    await me.unpublish({ editionId: second.editionId, channelId })
    await becomes(stage, update.id, 'verified')
    // Who looks next has ended with what came before.
    const third = await publish()
    clock.advance(seconds(5))
    await becomes(stage, third.id, 'verified')
    expect(await me.getDelivery({ id: second.id })).toMatchObject({ state: 'unpublished', verification: null })
    await stage.world.drain()
    expect([told(stage, first.id), told(stage, second.id), looks()]).toEqual([[], [], 3])
  })

  test('whose channel is paused waits until it goes on', async () => {
    const { clock, stage, publish, me, channelId, looks } = await onStage()
    const { id } = await publish()
    await me.updateChannel({ id: channelId, paused: true })
    clock.advance(3_600_000)
    const site = await publish(await stage.channelOf('floowe-site'))
    clock.advance(seconds(5))
    await becomes(stage, site.id, 'verified')
    expect([await verification(stage, id), looks()]).toEqual([{ state: 'pending', at: null }, 0])
    await me.updateChannel({ id: channelId, paused: false })
    clock.advance(seconds(5))
    await becomes(stage, id, 'verified')
  })

  test('on the built-in site is there as the snapshot it carried', async () => {
    const { clock, stage, publish } = await onStage()
    const channelId = await stage.channelOf('floowe-site')
    const { id } = await publish(channelId)
    clock.advance(seconds(5))
    await becomes(stage, id, 'verified')
    const lost = await publish(channelId)
    stage.site.live.delete(lost.editionId)
    clock.advance(seconds(5))
    await until(async () => (await tries(stage, lost.id)) === 1)
    clock.advance(seconds(180))
    await becomes(stage, lost.id, 'gone')
  })
})

describe('a process that ends', () => {
  test('in the middle of a look leaves it to another', async () => {
    const { clock, discord, stage, publish, looks } = await onStage()
    const { id } = await publish()
    discord.faults.next(['slow-body'])
    clock.advance(seconds(5))
    await until(() => looks() === 1)
    await stage.world.crash()
    const again = await openAgain(stage)
    open.push(() => again.world.stop())
    clock.advance(seconds(119))
    expect(await verification(again, id)).toEqual({ state: 'pending', at: null })
    clock.advance(seconds(1))
    await becomes(again, id, 'verified')
    expect(looks()).toBe(2)
  })

  test('before it leaves the time of the look as it was', async () => {
    const { clock, stage, publish, looks } = await onStage()
    const { id } = await publish()
    await stage.world.stopKeeping()
    const again = await openAgain(stage)
    open.push(() => again.world.stop())
    expect(await verification(again, id)).toEqual({ state: 'pending', at: null })
    clock.advance(seconds(5))
    await becomes(again, id, 'verified')
    expect(looks()).toBe(1)
  })
})
