/** Connecting on a network's own page, and tokens that end: through the door, with the emulator of X. */
import { startX } from '@floowe/emulators/x'
import { afterEach, describe, expect, test } from 'vitest'
import { client } from './testing/network.ts'
import { openStage, startClock, workspaceId } from './testing/stage.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})
const now = { now: true } as const
const minute = 60_000

async function onStage({ isSetUp = true } = {}) {
  const clock = startClock()
  const x = await startX({ nowMs: clock.now })
  open.push(() => x.stop())
  const stage = await openStage({
    clock,
    env: {
      FLOOWE_PUBLISHING_X_URL: x.url,
      FLOOWE_PUBLISHING_X_SIGN_IN_URL: `${x.url}/i/oauth2/authorize`,
      ...(isSetUp && {
        FLOOWE_PUBLISHING_X_CLIENT_ID: client.id,
        FLOOWE_PUBLISHING_X_CLIENT_SECRET: client.secret,
      }),
    },
  })
  open.push(() => stage.close())
  const { me } = stage
  /** As the person's browser goes there and comes back. */
  const agree = async (channelId?: string) => {
    const { address } = await me.beginConnection({ network: 'x', ...(channelId !== undefined && { channelId }) })
    const back = new URL((await fetch(address, { redirect: 'manual' })).headers.get('location') ?? '')
    return { back, state: back.searchParams.get('state') ?? '', code: back.searchParams.get('code') ?? '' }
  }
  const connect = async (channelId?: string) => {
    const { state, code } = await agree(channelId)
    const { id, accounts } = await me.finishConnection({ state, code })
    return me.chooseAccount({ id, accountId: accounts[0]?.id ?? '' })
  }
  return { clock, x, stage, me, agree, connect }
}
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code: string; data: unknown }) => ({ code: error.code, data: error.data }),
  )

describe('on the network’s own page', () => {
  test('a person agrees, comes back, chooses the account, and posts', async () => {
    const { me, x, stage, agree } = await onStage()
    expect((await me.listNetworks(undefined)).find(({ network }) => network === 'x')).toMatchObject({ isReady: true })
    const { back, state, code } = await agree()
    expect(`${back.origin}${back.pathname}`).toMatch(/\/connect$/)
    const { id, accounts } = await me.finishConnection({ state, code })
    expect(accounts).toEqual([{ id: x.userId, name: `@${x.handle}`, kind: 'person', channelId: null }])
    const channel = await me.chooseAccount({ id, accountId: x.userId })
    expect(channel).toMatchObject({ network: 'x', name: `@${x.handle}`, state: 'connected' })
    const { editionId } = stage.content.write()
    expect(await me.planDelivery({ editionId, channelId: channel.id, when: now })).toMatchObject({ state: 'published' })
    expect(x.posts()).toHaveLength(1)
    // The same account once more is connected anew, not a second time.
    const again = await agree()
    const second = await me.finishConnection({ state: again.state, code: again.code })
    expect(second.accounts).toMatchObject([{ channelId: channel.id }])
    expect((await me.chooseAccount({ id: second.id, accountId: x.userId })).id).toBe(channel.id)
  })

  test('a state is good once, for a quarter of an hour, and for who began', async () => {
    const { me, stage, clock, agree } = await onStage()
    const expired = { code: 'connection-expired' }
    const used = await agree()
    await me.finishConnection({ state: used.state, code: used.code })
    expect(await refusal(me.finishConnection({ state: used.state, code: used.code }))).toMatchObject(expired)
    const theirs = await agree()
    const other = stage.world.as({ workspaceId, role: 'owner', userId: '0190aaaa-0000-7000-8000-0000000000ee' })
    expect(await refusal(other.finishConnection({ state: theirs.state, code: theirs.code }))).toMatchObject(expired)
    const late = await agree()
    clock.advance(16 * minute)
    expect(await refusal(me.finishConnection({ state: late.state, code: late.code }))).toMatchObject(expired)
    expect(await refusal(me.finishConnection({ state: 'made up', code: 'x' }))).toMatchObject(expired)
  })

  test('a code that the network does not know is refused in words, and nothing is connected', async () => {
    const { me, agree } = await onStage()
    const { state } = await agree()
    expect(await refusal(me.finishConnection({ state, code: 'wrong' }))).toMatchObject({ code: 'connection-refused' })
    expect((await me.listChannels(undefined)).map(({ network }) => network)).toEqual(['floowe-site'])
  })

  test('a channel is connected anew on its own network only', async () => {
    const { me, stage } = await onStage()
    const channelId = await stage.channelOf('floowe-site')
    expect(await refusal(me.beginConnection({ network: 'x', channelId }))).toMatchObject({
      code: 'invalid-input',
      data: { issues: [{ path: 'channelId' }] },
    })
  })

  test('a network that the operator has not set up says so', async () => {
    const { me } = await onStage({ isSetUp: false })
    expect((await me.listNetworks(undefined)).find(({ network }) => network === 'x')).toMatchObject({ isReady: false })
    expect(await refusal(me.beginConnection({ network: 'x' }))).toMatchObject({ code: 'network-not-set-up' })
    expect(await refusal(me.beginConnection({ network: 'slack' }))).toMatchObject({ code: 'network-not-set-up' })
  })

  test('what was granted is sealed, and only who began may choose of it', async () => {
    const { me, x, stage, agree } = await onStage()
    const { state, code } = await agree()
    const { id } = await me.finishConnection({ state, code })
    const kept = JSON.stringify(await stage.world.sql('select to_jsonb(c)::text as text from connections c'))
    for (const secret of [state, code, x.userId]) expect(kept).not.toContain(secret)
    const other = stage.world.as({ workspaceId, role: 'owner', userId: '0190aaaa-0000-7000-8000-0000000000ee' })
    expect(await refusal(other.chooseAccount({ id, accountId: x.userId }))).toMatchObject({
      code: 'not-found',
    })
    expect(await refusal(me.chooseAccount({ id, accountId: 'someone else' }))).toMatchObject({ code: 'not-found' })
  })
})

describe('a token', () => {
  const sends = async ({ me, stage }: Awaited<ReturnType<typeof onStage>>, channelId: string, title: string) => {
    const { editionId } = stage.content.write({ title })
    return me.planDelivery({ editionId, channelId, when: now })
  }

  test('that ends soon is renewed first; each renewal uses the newest', async () => {
    const on = await onStage()
    const { id } = await on.connect()
    for (let time = 1; time <= 3; time++) {
      on.clock.advance(118 * minute)
      expect(await sends(on, id, `Tekst ${time}`)).toMatchObject({ state: 'published' })
    }
    expect(on.x.posts()).toHaveLength(3)
    const renewals = on.x.log().filter(({ path }) => path === '/2/oauth2/token')
    expect(renewals).toHaveLength(4)
  })

  test('that is refused before its end is renewed, and the post goes out once', async () => {
    const on = await onStage()
    const { id } = await on.connect()
    on.x.expireAccess()
    expect(await sends(on, id, 'Tekst')).toMatchObject({ state: 'published', attempts: 1 })
    expect(on.x.posts()).toHaveLength(1)
  })

  test('is renewed by one at a time, however many go out at once', async () => {
    const on = await onStage()
    const { id } = await on.connect()
    on.clock.advance(118 * minute)
    const sent = await Promise.all(Array.from({ length: 6 }, (_, n) => sends(on, id, `Naraz ${n}`)))
    for (const { id: delivery } of sent) await on.stage.reaches(delivery, 'published')
    expect(on.x.posts()).toHaveLength(6)
    // One for connecting, one for all of them: a second one with the same refresh token would have ended everything.
    expect(on.x.log().filter(({ path }) => path === '/2/oauth2/token')).toHaveLength(2)
  })

  test('that was taken back asks for a person, and works again when the account is connected anew', async () => {
    const on = await onStage()
    const { id } = await on.connect()
    on.x.revoke()
    const delivery = await sends(on, id, 'Tekst')
    await on.stage.reaches(delivery.id, 'failed')
    expect((await on.me.listChannels(undefined)).find((channel) => channel.id === id)).toMatchObject({
      state: 'attention',
    })
    expect(await on.connect(id)).toMatchObject({ id, state: 'connected' })
    expect(await on.me.sendDelivery({ id: delivery.id })).toMatchObject({ state: 'published' })
    expect(on.x.posts()).toHaveLength(1)
  })
})
