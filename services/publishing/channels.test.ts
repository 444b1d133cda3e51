import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeClock, openStage, otherWorkspaceId, type Stage, workspaceId } from './testing/stage.ts'

const clock = fakeClock('2026-11-22T10:00:00.000Z')
let stage: Stage
beforeAll(async () => {
  stage = await openStage({ clock, env: { FLOOWE_PUBLISHING_CHANNELS_MAX: '12' } })
})
afterAll(() => stage.close())

const day = 24 * 60 * 60 * 1000
const later = { wallTime: '2030-07-01T09:00', zone: 'Europe/Warsaw' }
const named = async (name: string) => (await stage.me.listChannels(undefined)).find((channel) => channel.name === name)
const lastSignatures = () => stage.receiver.log().at(-1)?.headers['webhook-signature']?.split(' ').length

describe('the built-in site', () => {
  test('is there in every workspace, once, and comes with a new one', async () => {
    const [site, ...others] = await stage.me.listChannels(undefined)
    expect(site).toMatchObject({
      network: 'floowe-site',
      name: 'Floowe Site',
      state: 'connected',
      settings: { url: null },
      lastDeliveryAt: null,
    })
    expect(others).toEqual([])
    const born = '0190aaaa-0000-7000-8000-0000000000cc'
    const data = {
      id: born,
      slug: 'nowa',
      name: 'Nowa',
      language: 'pl',
      zone: 'Europe/Warsaw',
      isDemo: false,
      createdAt: clock.instant(),
    }
    await stage.world.tell({ name: 'identity.workspace-created', workspaceId: born, key: born, actor: 'x', data })
    expect(await stage.world.sql('select network from channels where workspace_id = $1', [born])).toEqual([
      { network: 'floowe-site' },
    ])
    const lists = await Promise.all(
      Array.from({ length: 4 }, () =>
        stage.world.as({ workspaceId: otherWorkspaceId, role: 'viewer' }).listChannels(undefined),
      ),
    )
    expect(new Set(lists.flat().map((channel) => channel.id)).size).toBe(1)
  })

  test('can be paused and renamed, has neither address nor secret, and stays', async () => {
    const id = await stage.channelOf('floowe-site')
    expect(await stage.me.updateChannel({ id, paused: true, name: 'Magazyn' })).toMatchObject({
      state: 'paused',
      name: 'Magazyn',
    })
    expect(await stage.me.updateChannel({ id, paused: false, name: 'Floowe Site' })).toMatchObject({
      state: 'connected',
    })
    await expect(stage.me.updateChannel({ id, url: stage.receiver.url })).rejects.toMatchObject({
      code: 'invalid-input',
    })
    await expect(stage.me.rotateChannelSecret({ id })).rejects.toMatchObject({ code: 'no-secret' })
    await expect(stage.me.removeChannel({ id })).rejects.toMatchObject({ code: 'built-in' })
    expect(await stage.me.testChannel({ id })).toEqual({ ok: true, status: null, code: null, text: null })
    stage.site.hold.failWith = 'unavailable'
    expect(await stage.me.testChannel({ id })).toMatchObject({ ok: false, code: 'site-unavailable' })
    stage.site.hold.failWith = null
  })
})

describe('a webhook', () => {
  test('shows its secret once; at rest it is sealed', async () => {
    const made = await stage.me.createChannel({ network: 'webhook', name: 'Rest', url: stage.receiver.url })
    expect(made).toMatchObject({
      network: 'webhook',
      state: 'connected',
      settings: { url: stage.receiver.url },
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    })
    const rows = await stage.world.sql<{ row: string }>('select row_to_json(c)::text as row from channels c')
    expect(rows.every(({ row }) => !row.includes('whsec_') && !row.includes(made.secret?.slice(6) ?? ''))).toBe(true)
    expect(JSON.stringify(await stage.me.listChannels(undefined))).not.toContain('whsec_')
  })

  test('a name is taken once, whatever its case', async () => {
    await stage.connect('Nazwa')
    const again = () => stage.me.createChannel({ network: 'webhook', name: 'NAZWA', url: stage.receiver.url })
    await expect(again()).rejects.toMatchObject({ code: 'name-taken' })
    const other = await stage.connect('Inna')
    await expect(stage.me.updateChannel({ id: other, name: 'nazwa' })).rejects.toMatchObject({ code: 'name-taken' })
    await stage.me.removeChannel({ id: (await named('Nazwa'))?.id ?? '' })
    expect(await again()).toMatchObject({ name: 'NAZWA' })
  })

  test.each(['http://10.0.0.7/hook', 'http://[::1]/hook', 'http://localhost/hook', 'http://169.254.169.254/latest'])(
    '%s is refused',
    async (url) => {
      await expect(stage.me.createChannel({ network: 'webhook', name: randomUUID(), url })).rejects.toMatchObject({
        code: 'blocked-address',
      })
      const id = (await named('Rest'))?.id ?? ''
      await expect(stage.me.updateChannel({ id, url })).rejects.toMatchObject({ code: 'blocked-address' })
      expect((await named('Rest'))?.settings.url).toBe(stage.receiver.url)
    },
  )

  test.each(['https://user:secret@example.com/hook', 'http://0x7f000001/hook'])(
    '%s is refused for its form',
    async (url) => {
      await expect(stage.me.createChannel({ network: 'webhook', name: randomUUID(), url })).rejects.toMatchObject({
        code: 'invalid-input',
        data: { issues: [{ path: 'url' }] },
      })
    },
  )
  test('a test message is signed, means nothing, and works while paused', async () => {
    const id = await stage.connect('Probe')
    await stage.me.updateChannel({ id, paused: true })
    expect(await stage.me.testChannel({ id })).toEqual({ ok: true, status: 204, code: null, text: null })
    expect(stage.receiver.log().at(-1)).toMatchObject({
      type: 'channel.test',
      problem: null,
      body: { data: { channel: id, workspace: workspaceId, name: 'Probe' } },
    })
    stage.receiver.faults.next([{ status: 404 }, 'reset'])
    expect(await stage.me.testChannel({ id })).toMatchObject({ ok: false, status: 404, code: 'receiver-refused' })
    expect(await stage.me.testChannel({ id })).toMatchObject({ ok: false, status: null, code: 'connection-lost' })
  })

  test('a new secret signs beside the old one for a day', async () => {
    const made = await stage.me.createChannel({ network: 'webhook', name: 'Turning', url: stage.receiver.url })
    const { secret } = await stage.me.rotateChannelSecret({ id: made.id })
    expect(secret).not.toBe(made.secret)
    const isTaken = async (trusted: string | null) => {
      stage.receiver.trust(trusted ?? '')
      return (await stage.me.testChannel({ id: made.id })).ok
    }
    expect(await isTaken(made.secret)).toBe(true)
    expect(await isTaken(secret)).toBe(true)
    expect(lastSignatures()).toBe(2)
    clock.advance(day + 1)
    expect(await isTaken(made.secret)).toBe(false)
    expect(await isTaken(secret)).toBe(true)
    expect(lastSignatures()).toBe(1)
  })

  test('a secret that this installation cannot open asks for attention and sends nothing', async () => {
    const id = await stage.connect('Moved here')
    await stage.world.sql(
      'update channels set secret_sealed = (select secret_sealed from channels where name = $2) where id = $1',
      [id, 'Rest'],
    )
    const count = stage.receiver.log().length
    expect(await stage.me.testChannel({ id })).toMatchObject({ ok: false, code: 'secret-unreadable' })
    const delivery = await stage.me.planDelivery({
      editionId: stage.content.write().editionId,
      channelId: id,
      when: { now: true },
    })
    expect(delivery).toMatchObject({ state: 'failed', problem: { code: 'secret-unreadable' } })
    expect(stage.receiver.log()).toHaveLength(count)
    expect(await named('Moved here')).toMatchObject({ state: 'attention' })
  })

  test('removed: its plans are cancelled, its history keeps its name, its secret is gone', async () => {
    const id = await stage.connect('Leaving')
    const content = stage.content.write()
    const plan = await stage.me.planDelivery({ editionId: content.editionId, channelId: id, when: later })
    await stage.me.removeChannel({ id })
    expect(await named('Leaving')).toBeUndefined()
    expect(await stage.me.getDelivery({ id: plan.id })).toMatchObject({
      state: 'cancelled',
      channelName: 'Leaving',
      problem: { code: 'channel-removed' },
    })
    expect(await stage.world.sql('select secret_sealed, url from channels where id = $1', [id])).toEqual([
      { secret_sealed: null, url: null },
    ])
    await expect(stage.me.restoreDelivery({ id: plan.id })).rejects.toMatchObject({ code: 'wrong-state' })
    await expect(
      stage.me.planDelivery({ editionId: content.editionId, channelId: id, when: later }),
    ).rejects.toMatchObject({ code: 'not-found' })
    await expect(stage.me.updateChannel({ id, name: 'Back' })).rejects.toMatchObject({ code: 'not-found' })
    await stage.world.drain()
    const told = stage.world.events
      .filter((event) => event.key === id)
      .map((event) => [event.name, (event.data as { state: string }).state])
    expect(told).toEqual([
      ['publishing.channel-changed', 'connected'],
      ['publishing.channel-changed', 'removed'],
    ])
  })

  test('there is a limit to how many', async () => {
    const open = (await stage.me.listChannels(undefined)).length
    for (let made = open; made < 12; made++) await stage.connect(`Many ${made}`)
    await expect(
      stage.me.createChannel({ network: 'webhook', name: 'One more', url: stage.receiver.url }),
    ).rejects.toMatchObject({ code: 'too-many-channels', data: { max: 12 } })
  })
})

test('settings have a standard and keep what is not named', async () => {
  expect(await stage.me.getPublishingSettings(undefined)).toEqual({ missed: 'hold', lateMinutesMax: 120 })
  expect(await stage.me.updatePublishingSettings({ missed: 'send-late' })).toEqual({
    missed: 'send-late',
    lateMinutesMax: 120,
  })
  expect(await stage.me.updatePublishingSettings({ lateMinutesMax: 30 })).toEqual({
    missed: 'send-late',
    lateMinutesMax: 30,
  })
  expect(
    await stage.world.as({ workspaceId: otherWorkspaceId, role: 'viewer' }).getPublishingSettings(undefined),
  ).toEqual({ missed: 'hold', lateMinutesMax: 120 })
})

describe('what others do', () => {
  const tellArticle = (name: 'content.article-trashed' | 'content.article-deleted', articleId: string) =>
    stage.world.tell({ name, workspaceId, key: articleId, actor: 'someone', data: { articleId } })

  test('an article in the trash takes its plans with it; deleted, also its frozen texts', async () => {
    const channelId = await stage.channelOf('floowe-site')
    const content = stage.content.write({ title: 'Do kosza' })
    const plan = await stage.me.planDelivery({ editionId: content.editionId, channelId, when: later })
    await tellArticle('content.article-trashed', content.articleId)
    expect(await stage.me.getDelivery({ id: plan.id })).toMatchObject({
      state: 'cancelled',
      problem: { code: 'article-trashed' },
    })
    await expect(stage.me.restoreDelivery({ id: plan.id })).rejects.toMatchObject({ code: 'wrong-state' })
    await tellArticle('content.article-deleted', content.articleId)
    expect(await stage.me.getDelivery({ id: plan.id })).toMatchObject({
      snapshotId: null,
      snapshotHash: plan.snapshotHash,
      title: 'Do kosza',
    })
    expect(await stage.world.sql('select from snapshots where id = $1', [plan.snapshotId])).toHaveLength(0)
    const told = stage.world.events.find(
      (event) => event.name === 'publishing.delivery-cancelled' && event.key === content.editionId,
    )
    expect(told?.actor).toBe('someone')
  })

  test('a save marks what was frozen before it, and nothing frozen after', async () => {
    const channelId = await stage.channelOf('floowe-site')
    const content = stage.content.write()
    const plan = await stage.me.planDelivery({ editionId: content.editionId, channelId, when: later })
    const saved = async (versionId: string) => {
      const { articleId, editionId, language, title } = content
      await stage.world.tell({
        name: 'content.edition-saved',
        workspaceId,
        key: editionId,
        actor: 'x',
        data: { articleId, editionId, language, title, versionId, revision: 2, reason: 'autosaved' },
      })
      return (await stage.me.getDelivery({ id: plan.id })).isOutdated
    }
    expect(await saved(content.versionId)).toBe(false)
    clock.advance(1_000)
    // An autosave may join the version that was frozen: the same id, another text.
    expect(await saved(content.versionId)).toBe(true)
    expect((await stage.me.rescheduleDelivery({ id: plan.id, refreeze: true })).isOutdated).toBe(false)
  })

  test('a removed workspace leaves nothing', async () => {
    const gone = '0190aaaa-0000-7000-8000-0000000000dd'
    const owner = stage.world.as({ workspaceId: gone, role: 'owner' })
    await owner.createChannel({ network: 'webhook', name: 'Gone', url: stage.receiver.url })
    const [site] = await owner.listChannels(undefined)
    const content = stage.content.write({}, gone)
    await owner.planDelivery({ editionId: content.editionId, channelId: site?.id ?? '', when: { now: true } })
    await owner.updatePublishingSettings({ missed: 'send-late' })
    await stage.world.tell({
      name: 'identity.workspace-removed',
      workspaceId: gone,
      key: gone,
      actor: 'x',
      data: { id: gone },
    })
    for (const table of ['channels', 'deliveries', 'attempts', 'snapshots', 'workspace_settings']) {
      expect(await stage.world.sql(`select from ${table} where workspace_id = $1`, [gone]), table).toHaveLength(0)
    }
    expect((await stage.me.listChannels(undefined)).length).toBeGreaterThan(0)
  })
})
