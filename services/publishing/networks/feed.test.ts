/** A channel that is a feed, through the door, with the site played from its contract. */
import { afterEach, describe, expect, test } from 'vitest'
import { openStage, type Stage } from '../testing/stage.ts'

let stage: Stage
afterEach(() => stage.close())

const connected = async (name = 'Nowości') => {
  stage = await openStage({ env: { FLOOWE_PUBLISHING_RETRY_PAUSE_MS: '10' } })
  return stage.me.createChannel({ network: 'feed', name, fields: {} })
}
const refusalOf = async (work: Promise<unknown>): Promise<{ code: string; data?: unknown }> =>
  work.then(
    () => ({ code: 'it was done' }),
    (error: { code: string; data?: unknown }) => error,
  )

describe('a feed', () => {
  test('is connected by a name and nothing else', async () => {
    const channel = await connected()
    expect(channel).toMatchObject({
      name: 'Nowości',
      state: 'connected',
      secret: null,
      settings: { url: 'https://floowe.example/site/studio/feeds/nowości/rss.xml' },
    })
    expect(await stage.me.testChannel({ id: channel.id })).toMatchObject({ ok: true })
    expect(await refusalOf(stage.me.createChannel({ network: 'feed', fields: {} }))).toMatchObject({
      code: 'invalid-input',
      data: { issues: [{ path: 'name' }] },
    })
    expect((await refusalOf(stage.me.createChannel({ network: 'feed', name: 'Nowości', fields: {} }))).code).toBe(
      'name-taken',
    )
    // Another feed is another channel: there is no account that could be taken.
    expect((await stage.me.createChannel({ network: 'feed', name: 'Drugie', fields: {} })).state).toBe('connected')
  })

  test('gets an entry, its update and its removal, in the order of deliveries', async () => {
    const { id: channelId } = await connected()
    const content = stage.content.write({ title: 'Pierwszy' })
    const when = { now: true } as const
    const { id } = await stage.me.planDelivery({ editionId: content.editionId, channelId, when })
    await stage.reaches(id, 'published')
    const changed = stage.content.rewrite(content, { title: 'Zmieniony' })
    const update = await stage.me.planDelivery({ editionId: changed.editionId, channelId, when })
    await stage.reaches(update.id, 'published')
    const removal = await stage.me.unpublish({ editionId: content.editionId, channelId })
    await stage.reaches(removal.id, 'unpublished')
    expect(stage.site.entries).toMatchObject([
      { channelId, name: 'Nowości', deliveryId: id, sequence: 1, content: { title: 'Pierwszy' } },
      { channelId, deliveryId: update.id, sequence: 2, content: { title: 'Zmieniony' } },
    ])
    expect(stage.site.removedEntries).toMatchObject([{ channelId, sequence: 3, editionId: content.editionId }])
  })

  test('whose answer was lost is asked again with the same delivery', async () => {
    const { id: channelId } = await connected()
    const { editionId } = stage.content.write()
    const when = { wallTime: '2035-01-01T09:00', zone: 'UTC' }
    const { id } = await stage.me.planDelivery({ editionId, channelId, when })
    stage.site.hold.failWith = 'unavailable'
    await stage.me.sendDelivery({ id })
    await stage.reaches(id, 'retrying')
    stage.site.hold.failWith = null
    await stage.reaches(id, 'published')
    expect(new Set(stage.site.entries.map(({ deliveryId }) => deliveryId))).toEqual(new Set([id]))
  })
})
