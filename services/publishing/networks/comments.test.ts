/** First comments: once, under their post, whatever happens to the answer; they follow the post in everything. */
import { startFacebook } from '@floowe/emulators/facebook'
import { startLinkedin } from '@floowe/emulators/linkedin'
import type { Fault, Vendor, VendorOptions } from '@floowe/emulators/vendor'
import { fakeClock } from '@floowe/platform/testing'
import { describe, expect, test } from 'vitest'
import { accountOf, agreed, drive, exchanged, parcelOf, partsFor, postOf, timeoutMs } from '../testing/network.ts'
import { facebook } from './facebook.ts'
import { linkedin } from './linkedin.ts'
import type { Granted, Network, NetworkParts, Parcel, Remote } from './network.ts'

type Comment = { id: string; post: string; words: string }
type Row = {
  start: (options: VendorOptions) => Promise<Vendor & { comments: () => Comment[]; lose: (id: string) => void }>
  network: (parts: NetworkParts) => Network
  addresses: (url: string) => Partial<NetworkParts['addresses']>
  kind: Granted['kind']
  /** What was written can be asked for. */
  isRead: boolean
}

const onLinkedin: Omit<Row, 'kind' | 'isRead'> = {
  start: async (options) => {
    const vendor = await startLinkedin(options)
    const comments = () => vendor.comments().map(({ id, post, text: words }) => ({ id, post, words }))
    return { ...vendor, comments }
  },
  network: linkedin,
  addresses: (url) => ({ linkedin: url, linkedinSignIn: `${url}/oauth/v2` }),
}
const rows: Readonly<Record<string, Row>> = {
  facebook: {
    start: async (options) => {
      const vendor = await startFacebook(options)
      const comments = () => vendor.comments().map(({ id, post, message: words }) => ({ id, post, words }))
      return { ...vendor, comments }
    },
    network: facebook,
    addresses: (url) => ({ facebook: url, facebookSignIn: url }),
    kind: 'page',
    isRead: true,
  },
  'a page on linkedin': { ...onLinkedin, kind: 'organisation', isRead: true },
  'a person on linkedin': { ...onLinkedin, kind: 'person', isRead: false },
}

async function stage({ start, network: make, addresses, kind }: Row, options: VendorOptions = {}) {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const vendor = await start({ nowMs: clock.now, hangMs: timeoutMs * 3, ...options })
  const { parts, close } = partsFor(clock, addresses(vendor.url))
  const network = make(parts)
  const granted = await exchanged(network, (await agreed(network)).code)
  const account = granted && !('kind' in granted) ? granted.find((one) => one.kind === kind) : undefined
  if (!account) throw new Error(`not connected: ${JSON.stringify(granted)}`)
  let posts = 0
  const parcel = (words: string | null, standing: Remote | null = null): Parcel => {
    // No two posts have the same words: the vendors refuse that.
    const post = { ...postOf([`Zażółć gęślą jaźń ${(posts += 1)}`]), firstComment: words }
    return parcelOf(post, standing ? { kind: 'update', standing } : {})
  }
  const send = (what: Parcel, how: Parameters<typeof drive>[4] = {}) =>
    drive(network, what, accountOf(account), clock, how)
  const onComments = () => vendor.faults.concerns(({ method, path }) => method !== 'GET' && /comments/.test(path))
  return {
    ...{ clock, vendor, network, parcel, send, onComments },
    account: accountOf(account),
    publish: async (words = 'Pierwszy komentarz') => {
      const { end, remote } = await send(parcel(words))
      expect(end).toBe('accepted')
      return remote
    },
    words: () => vendor.comments().map(({ words }) => words),
    close: async () => {
      close()
      await vendor.stop()
    },
  }
}
type Stage = Awaited<ReturnType<typeof stage>>
async function withStage(row: Row, work: (on: Stage) => Promise<void>, options?: VendorOptions): Promise<void> {
  const on = await stage(row, options)
  try {
    await work(on)
  } finally {
    await on.close()
  }
}

const afterwards: readonly Fault[] = [
  'accept-then-reset',
  'accept-then-500',
  'accept-then-hang',
  'slow-body',
  'html-error',
  'empty-body',
]
describe.each(Object.entries(rows))('%s', (_, row) => {
  test('goes out once, behind the post and under it', () =>
    withStage(row, async (on) => {
      const remote = await on.publish()
      expect(on.vendor.comments()).toMatchObject([{ words: 'Pierwszy komentarz', post: remote['part-0']?.id }])
      expect(remote['comment']).toMatchObject({ id: on.vendor.comments()[0]?.id })
      expect(remote['comment']?.url).toContain('https://www.')
      expect(on.vendor.effects().map(({ kind, text }) => [kind, text])).toEqual([
        ['created', 'Zażółć gęślą jaźń 1'],
        ['created', 'Pierwszy komentarz'],
      ])
    }))

  test('a post without one gets none', () =>
    withStage(row, async (on) => {
      expect((await on.send(on.parcel(null))).end).toBe('accepted')
      expect(on.words()).toEqual([])
    }))

  test.each(afterwards)('%j: is there once, or a person is asked', (fault) =>
    withStage(row, async (on) => {
      on.onComments()
      on.vendor.faults.next([fault])
      const { end, remote } = await on.send(on.parcel('Raz'))
      expect(end).toBe(row.isRead ? 'accepted' : 'needs-human')
      expect(on.words()).toEqual(['Raz'])
      // The post was never in doubt.
      expect(remote['part-0']?.id).toBeDefined()
    }),
  )

  test('listed late it is made once, and so is what never arrived', () =>
    withStage(
      row,
      async (on) => {
        on.onComments()
        on.vendor.faults.next(['accept-then-reset'])
        expect((await on.send(on.parcel('Raz'))).end).toBe(row.isRead ? 'accepted' : 'needs-human')
        on.vendor.faults.next([{ status: 429, retryAfter: 2 }, 'reset'])
        expect((await on.send({ ...on.parcel('Dwa') })).end).toBe(row.isRead ? 'accepted' : 'needs-human')
        expect(on.words()).toEqual(row.isRead ? ['Raz', 'Dwa'] : ['Raz'])
      },
      { listingDelayMs: 120_000 },
    ))

  test.each([1, 2, 3, 4])('a process that dies behind the %i. thing it wrote down leaves nothing twice', (dies) =>
    withStage(row, async (on) => {
      const { end } = await on.send(on.parcel('Raz'), { dies })
      const isAsked = dies === 3 && !row.isRead
      expect(end).toBe(isAsked ? 'needs-human' : 'accepted')
      expect(on.words()).toEqual(isAsked ? [] : ['Raz'])
      expect(on.vendor.effects().filter(({ text }) => text.startsWith('Zażółć'))).toHaveLength(1)
    }),
  )

  test('where the account may not comment, the post stays, and only the comment is tried again', () =>
    withStage(row, async (on) => {
      on.onComments()
      const words = 'Not enough permissions'
      on.vendor.faults.next([
        { status: 403, body: { status: 403, message: words, error: { code: 200, message: words } } },
      ])
      const what = on.parcel('Raz')
      const { end, remote, verdicts } = await on.send(what)
      expect([end, verdicts.at(-1)]).toMatchObject(['failed', { kind: 'permanent', code: 'comment-not-allowed' }])
      expect(remote).toMatchObject({ 'part-0': { id: expect.any(String) as string } })
      expect(remote).not.toHaveProperty('comment')
      expect((await on.send(what, { remote })).end).toBe('accepted')
      expect(on.words()).toEqual(['Raz'])
      expect(on.vendor.effects()).toHaveLength(2)
    }))

  test('is changed, added and taken away with a change of the post', () =>
    withStage(row, async (on) => {
      const first = await on.publish('Raz')
      const second = await on.send(on.parcel('Dwa', first))
      expect([second.end, on.words()]).toEqual(['accepted', ['Dwa']])
      const third = await on.send(on.parcel(null, second.remote))
      expect([third.end, on.words(), third.remote['comment']]).toEqual(['accepted', [], undefined])
      const fourth = await on.send(on.parcel('Trzy', third.remote))
      expect([fourth.end, on.words()]).toEqual(['accepted', ['Trzy']])
      expect(on.vendor.effects().filter(({ kind }) => kind === 'created')).toHaveLength(3)
    }))

  test('goes with its post, known to be there or not', () =>
    withStage(row, async (on) => {
      const standing = await on.publish()
      const open = { ...standing, comment: { key: 'k', armedMs: 0 } }
      expect((await on.send(parcelOf(null, { standing: open }))).end).toBe('accepted')
      expect(on.words()).toEqual([])
      expect(on.vendor.effects().filter(({ kind }) => kind === 'removed')).toHaveLength(1)
    }))

  test('gone alone it is missed, where it can be asked for', () =>
    withStage(row, async (on) => {
      const remote = await on.publish()
      const run = { signal: new AbortController().signal, remote }
      const seen = () => on.network.verify?.(on.parcel('x'), on.account, run)
      if (!row.isRead) return expect(await seen()).toMatchObject({ kind: 'permanent', code: 'cannot-find' })
      expect(await seen()).toBe('there')
      on.vendor.lose(on.vendor.comments()[0]?.id ?? '')
      expect(await seen()).toBe('gone')
    }))
})

test('somebody else’s words under the post are not taken for ours, nor are older ones', () =>
  withStage(rows['a page on linkedin'] as Row, async (on) => {
    // there is one
    const remote = await on.publish('Raz')
    on.clock.advance(10 * 60_000)
    on.onComments()
    on.vendor.faults.next(['reset'])
    const { comment: _, ...post } = remote
    expect((await on.send(on.parcel('Raz'), { remote: post })).end).toBe('accepted')
    expect(on.words()).toEqual(['Raz', 'Raz'])
  }))

test('LinkedIn that does not know a new post yet is asked again', () =>
  withStage(rows['a person on linkedin'] as Row, async (on) => {
    // there is one
    on.onComments()
    const early = { status: 404, body: { status: 404, message: 'Received error for urn:li:share:1' } }
    on.vendor.faults.next([early, early])
    const { end, verdicts } = await on.send(on.parcel('Raz'))
    expect([end, ...verdicts.map(({ kind }) => kind)]).toEqual(['accepted', 'transient', 'transient', 'accepted'])
    expect(on.words()).toEqual(['Raz'])
    // Later it is no longer new: then it is gone.
    on.vendor.faults.next(Array.from({ length: 12 }, () => early))
    expect((await on.send(on.parcel('Dwa'))).verdicts.at(-1)).toMatchObject({ kind: 'permanent', code: 'cannot-find' })
  }))
