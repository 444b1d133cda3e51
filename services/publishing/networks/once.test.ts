/**
 * The same rules for every network that is reached from outside: whatever happens to the request that makes something, it is made
 * once, or a person is asked; what is refused is not there; a process that dies anywhere leaves nothing twice. Who can be asked
 * afterwards tells what is there from what is gone, and neither from no answer. The emulators' own logs judge.
 */
import { Network as NetworkName } from '@floowe/contracts/networks'
import { startBluesky } from '@floowe/emulators/bluesky'
import { startDevto } from '@floowe/emulators/devto'
import { startDiscord } from '@floowe/emulators/discord'
import { startFacebook } from '@floowe/emulators/facebook'
import { startGhost } from '@floowe/emulators/ghost'
import { startLinkedin } from '@floowe/emulators/linkedin'
import { startMastodon } from '@floowe/emulators/mastodon'
import { startSlack } from '@floowe/emulators/slack'
import { startSmtp } from '@floowe/emulators/smtp'
import { startTelegram } from '@floowe/emulators/telegram'
import type { Fault, Losing, Vendor, VendorOptions } from '@floowe/emulators/vendor'
import { startWordpress } from '@floowe/emulators/wordpress'
import { startX } from '@floowe/emulators/x'
import { type Calls, Refusal } from '@floowe/platform'
import { fakeClock } from '@floowe/platform/testing'
import { describe, expect, test } from 'vitest'
import { newsletterFor } from '../testing/mailings.ts'
import {
  accountOf,
  agreed,
  drive,
  exchanged,
  pageFor,
  parcelOf,
  partsFor,
  type Pictures,
  picture,
  postOf,
  timeoutMs,
} from '../testing/network.ts'
import { bluesky } from './bluesky.ts'
import { devto } from './devto.ts'
import { discord } from './discord.ts'
import { facebook } from './facebook.ts'
import { flooweSite } from './floowe-site.ts'
import { ghost } from './ghost.ts'
import { linkedin } from './linkedin.ts'
import { mastodon } from './mastodon.ts'
import type { Failure, Granted, Network, NetworkParts, Remote } from './network.ts'
import { slack } from './slack.ts'
import { telegram } from './telegram.ts'
import { wordpress } from './wordpress.ts'
import { x } from './x.ts'

type Row = {
  start: (options: VendorOptions) => Promise<Vendor & Partial<Losing> & { revoke: () => void }>
  network: (parts: NetworkParts) => Network
  addresses: (url: string) => Partial<NetworkParts['addresses']>
  /** What a person types, and the same with a mistake in the secret; left out: the person is asked by the network. */
  fields?: (vendor: Vendor) => { right: Readonly<Record<string, string>>; wrong: Readonly<Record<string, string>> }
  /** The kind of account whose posts can be read there. Standard: every one. */
  readable?: Granted['kind']
}

const none = (): object => ({})

const rows: Partial<Record<NetworkName, Row>> = {
  bluesky: {
    start: startBluesky,
    network: bluesky,
    addresses: none,
    fields: (vendor) => {
      const { url, handle, password } = vendor as Awaited<ReturnType<typeof startBluesky>> // started above
      return { right: { url, handle, password }, wrong: { url, handle, password: `${password}x` } }
    },
  },
  mastodon: {
    start: startMastodon,
    network: mastodon,
    addresses: none,
    fields: (vendor) => {
      const { url, token } = vendor as Awaited<ReturnType<typeof startMastodon>> // started above
      return { right: { url, token }, wrong: { url, token: `${token}x` } }
    },
  },
  wordpress: {
    start: startWordpress,
    network: wordpress,
    addresses: none,
    fields: (vendor) => {
      const { url, handle, password } = vendor as Awaited<ReturnType<typeof startWordpress>> // started above
      return { right: { url, handle, password }, wrong: { url, handle, password: `${password}x` } }
    },
  },
  ghost: {
    start: startGhost,
    network: ghost,
    addresses: none,
    fields: (vendor) => {
      const { url, token } = vendor as Awaited<ReturnType<typeof startGhost>> // started above
      return { right: { url, token }, wrong: { url, token: token.replace(/.$/, (last) => (last === '0' ? '1' : '0')) } }
    },
  },
  devto: {
    start: startDevto,
    network: devto,
    addresses: (url) => ({ devto: url }),
    fields: (vendor) => {
      const { token } = vendor as Awaited<ReturnType<typeof startDevto>> // started above
      return { right: { token }, wrong: { token: `${token}x` } }
    },
  },
  telegram: {
    start: startTelegram,
    network: telegram,
    addresses: (url) => ({ telegram: url }),
    fields: (vendor) => {
      const { token } = vendor as Awaited<ReturnType<typeof startTelegram>> // started above
      return { right: { token, chat: '@studio_wisla' }, wrong: { token: `${token}x`, chat: '@studio_wisla' } }
    },
  },
  discord: {
    start: startDiscord,
    network: discord,
    addresses: (url) => ({ discord: url }),
    fields: (vendor) => {
      const { webhookUrl } = vendor as Awaited<ReturnType<typeof startDiscord>> // started above
      return { right: { url: webhookUrl }, wrong: { url: `${webhookUrl}x` } }
    },
  },
  x: {
    start: startX,
    network: x,
    addresses: (url) => ({ x: url, xSignIn: `${url}/i/oauth2/authorize` }),
  },
  linkedin: {
    start: startLinkedin,
    network: linkedin,
    addresses: (url) => ({ linkedin: url, linkedinSignIn: `${url}/oauth/v2` }),
    readable: 'organisation',
  },
  facebook: {
    start: startFacebook,
    network: facebook,
    addresses: (url) => ({ facebook: url, facebookSignIn: url }),
  },
  slack: {
    start: async (options) => {
      const started = await startSlack(options)
      return { ...started, revoke: () => started.close('removed') }
    },
    network: slack,
    addresses: (url) => ({ slack: url }),
    fields: (vendor) => {
      const { webhookUrl } = vendor as Awaited<ReturnType<typeof startSlack>> // started above
      return { right: { url: webhookUrl }, wrong: { url: `${webhookUrl}x` } }
    },
  },
  newsletter: {
    start: startSmtp,
    network: (parts) => newsletterFor(parts, ['ola@example.org']),
    addresses: none,
    fields: ({ url }) => {
      const sender = { senderName: 'Studio Wisła', sender: 'listy@example.com' }
      const right = { ...sender, language: 'pl', imprint: 'Studio Wisła, Warszawa', server: url }
      return { right, wrong: { ...right, server: url.replace('@', 'x@') } }
    },
  },
}

const afterwards: readonly Fault[] = [
  'accept-then-reset',
  'accept-then-500',
  'accept-then-hang',
  'slow-body',
  'html-error',
  'empty-body',
]
const beforehand: readonly Fault[] = ['reset', { status: 429, retryAfter: 2 }, { status: 503 }]

async function stage({ start, network: make, addresses, fields }: Row, kind?: Granted['kind']) {
  const clock = fakeClock('2026-11-22T10:00:00.000Z')
  const pictures: Pictures = new Map()
  const vendor = await start({ nowMs: clock.now, hangMs: timeoutMs * 3 })
  const { parts, close } = partsFor(clock, addresses(vendor.url), pictures)
  const network = make(parts)
  const { right, wrong } = fields?.(vendor) ?? { right: {}, wrong: null }
  const connected = await (wrong ? network.connect?.(right) : firstGranted(network, kind))
  if (!connected || 'code' in connected) throw new Error(`not connected: ${JSON.stringify(connected)}`)
  const content = (words = 'Zażółć gęślą jaźń') =>
    network.facts.form === 'page'
      ? pageFor({ title: words })
      : postOf([words], network.facts.media ? [picture(pictures)] : [])
  const created = () => vendor.effects().filter(({ kind }) => kind === 'created').length
  return {
    clock,
    vendor,
    network,
    wrong,
    right,
    content,
    created,
    account: accountOf(connected),
    close: async () => {
      close()
      await vendor.stop()
    },
  }
}
async function firstGranted(network: Network, kind?: Granted['kind']): Promise<Granted | Failure | undefined> {
  const granted = await exchanged(network, (await agreed(network)).code)
  return granted && 'kind' in granted ? granted : granted?.find((one) => kind === undefined || one.kind === kind)
}
type Stage = Awaited<ReturnType<typeof stage>>

/** Faults are for requests that make, change or take down what people see. */
async function withStage(row: Row, work: (on: Stage) => Promise<void>, kind?: Granted['kind']): Promise<void> {
  const on = await stage(row, kind)
  try {
    await work(on)
  } finally {
    await on.close()
  }
}

const publish = ({ network, account, clock, content }: Stage, words?: string) =>
  drive(network, parcelOf(content(words)), account, clock)

test('every network from outside is held against these rules', () => {
  const builtIn: NetworkName[] = ['floowe-site', 'feed', 'webhook']
  expect(Object.keys(rows).toSorted()).toEqual(NetworkName.options.filter((name) => !builtIn.includes(name)).toSorted())
})

describe.each(Object.entries(rows))('%s', (name, row) => {
  test('declares what it is and takes', () =>
    withStage(row, async ({ network: { facts, ...network } }) => {
      expect(facts.network).toBe(name)
      expect(facts.connection.kind).toBe(network.oauth ? 'oauth' : 'fields')
      expect(facts.connection.fields.some(({ isSecret }) => isSecret)).toBe(!network.oauth)
      if (facts.form === 'post') expect(facts.text?.max).toBeGreaterThan(0)
      expect(network.firstPauseMs).toBeGreaterThan(0)
    }))

  test('connects with the right words only, and says nothing secret', () =>
    withStage(row, async ({ network, wrong, right }) => {
      const refused = await (wrong ? network.connect?.(wrong) : exchanged(network, 'a-code-that-nobody-gave'))
      expect(refused).toMatchObject({ kind: expect.stringMatching(/reconnect|permanent/) as string })
      const said = JSON.stringify(refused)
      for (const secret of secretsOf(right)) expect(said).not.toContain(secret)
    }))

  test('publishes once, and works when it is tested', () =>
    withStage(row, async (on) => {
      expect(await on.network.test(on.account, 'x')).toMatchObject({ kind: 'accepted' })
      expect((await publish(on)).end).toBe('accepted')
      expect(on.created()).toBe(1)
    }))

  test.each(afterwards)('%j: is there once, or a person is asked', (fault) =>
    withStage(row, async (on) => {
      on.vendor.faults.concerns(isMaking)
      on.vendor.faults.next([fault])
      const { end } = await publish(on)
      expect(end).toBe(on.network.facts.afterLostAnswer === 'ask' ? 'needs-human' : 'accepted')
      expect(on.created()).toBe(1)
    }),
  )

  test.each([
    [0, 150_000],
    [5 * 60_000, undefined],
  ])('an open end %i ms after it first left says when to look where a look may find it: %s', (afterMs, looksInMs) =>
    withStage(row, async (on) => {
      on.vendor.faults.concerns(isMaking)
      on.vendor.faults.next(['accept-then-reset'])
      on.clock.advance(afterMs)
      const armedMs = on.clock.now()
      const { verdicts } = await publish(on)
      const looks = on.network.facts.afterLostAnswer === 'find' && looksInMs !== undefined
      expect(verdicts[0]?.lookAtMs).toBe(looks ? armedMs + looksInMs : undefined)
    }),
  )

  test.each(beforehand)('%j before it was taken: is there once, or a person is asked', (fault) =>
    withStage(row, async (on) => {
      on.vendor.faults.concerns(isMaking)
      on.vendor.faults.next([fault])
      const { end } = await publish(on)
      // Nobody can tell a connection that broke before from one that broke after; nor a 503.
      const isAsked = on.network.facts.afterLostAnswer === 'ask' && !(typeof fault === 'object' && fault.status === 429)
      expect(end).toBe(isAsked ? 'needs-human' : 'accepted')
      expect(on.created()).toBe(isAsked ? 0 : 1)
    }),
  )

  test.each([1, 2])('a process that dies behind the %i. thing it wrote down leaves nothing twice', (dies) =>
    withStage(row, async (on) => {
      const { end } = await drive(on.network, parcelOf(on.content()), on.account, on.clock, { dies })
      const isAsked = dies === 1 && on.network.facts.afterLostAnswer === 'ask'
      expect(end).toBe(isAsked ? 'needs-human' : 'accepted')
      expect(on.created()).toBe(isAsked ? 0 : 1)
    }),
  )

  test('a key that was taken back asks for a person, and publishes nothing', () =>
    withStage(row, async (on) => {
      on.vendor.revoke()
      const { end, verdicts } = await publish(on)
      expect(end).toBe('reconnect')
      expect(on.created()).toBe(0)
      const said = JSON.stringify(verdicts)
      for (const secret of secretsOf(on.right)) expect(said).not.toContain(secret)
    }))

  test('is changed and taken down where the network allows it, and says so where it does not', () =>
    withStage(row, async (on) => {
      const { network, account, clock, content } = on
      const { remote: standing } = await publish(on)
      const update = parcelOf(content('Inne słowa'), { kind: 'update', standing })
      const changed = await drive(network, update, account, clock)
      if (network.facts.edits) {
        expect(changed.end).toBe('accepted')
        expect(on.vendor.effects().at(-1)).toMatchObject({
          kind: 'changed',
          text: expect.stringContaining('Inne słowa') as string,
        })
      } else expect(changed.verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-change' }])
      for (let time = 0; time < 2; time++) {
        const removed = await drive(network, parcelOf(null, { standing }), account, clock)
        if (network.facts.removes) expect(removed.end).toBe('accepted')
        else expect(removed.verdicts).toMatchObject([{ kind: 'permanent', code: 'cannot-remove' }])
      }
      expect(on.vendor.effects().filter(({ kind }) => kind === 'removed')).toHaveLength(network.facts.removes ? 1 : 0)
      expect(on.created()).toBe(1)
    }))

  test('what is there already is never made again, however often it is asked for', () =>
    withStage(row, async (on) => {
      const parcel = parcelOf(on.content())
      const { remote } = await drive(on.network, parcel, on.account, on.clock)
      expect((await drive(on.network, parcel, on.account, on.clock, { remote })).end).toBe('accepted')
      expect(on.created()).toBe(1)
    }))
})

/** Nobody can ask these what they have. */
const mute: readonly NetworkName[] = ['webhook', 'feed', 'newsletter', 'telegram', 'slack']
/** Answers that say nothing of it, a page that is not the vendor's among them. */
const unclear: readonly Fault[] = [
  'reset',
  { status: 500 },
  { status: 503 },
  'html-error',
  'empty-body',
  { status: 200, body: {} },
  { status: 404, body: '<!doctype html><h1>Not found</h1>' },
  { status: 401, body: { error: 'unauthorized' } },
]
/** Of whatever kind: that nobody knows. */
const noAnswer = expect.objectContaining({ kind: expect.any(String) as string, code: expect.any(String) as string })

describe('asked afterwards', () => {
  test('every network is, or is known to be mute', async () => {
    const asked = ['floowe-site', ...Object.keys(rows)].filter((name) => !(mute as readonly string[]).includes(name))
    expect([...asked, ...mute].toSorted()).toEqual([...NetworkName.options].toSorted())
  })

  test.each(Object.entries(rows))('%s: it is there, or gone, or nobody knows', (name, row) =>
    withStage(
      row,
      async (on) => {
        if ((mute as readonly string[]).includes(name)) expect(on.network.verify).toBeUndefined()
        else await asksThere(on)
      },
      row.readable,
    ),
  )

  test('floowe-site: it is there, or gone, or nobody knows', async () => {
    const content = pageFor()
    const parcel = parcelOf(content)
    const { articleId, editionId } = content
    let live = [{ articleId, editionId, snapshotId: parcel.snapshot?.id }]
    let isAway = false
    const getLiveEditions = async () => (isAway ? Promise.reject(new Refusal('unavailable')) : live)
    const { verify } = flooweSite({ call: { site: { getLiveEditions } } as unknown as Calls }) // nothing else is called
    const run = { signal: new AbortController().signal, remote: {} }
    const seen = () =>
      verify?.(parcel, accountOf({ accountId: null, accountName: '', url: null, credentials: {} }), run)
    expect(await seen()).toBe('there')
    isAway = true
    expect(await seen()).toEqual(noAnswer)
    isAway = false
    live = [{ articleId, editionId, snapshotId: 'another' }]
    expect(await seen()).toBe('gone')
    live = []
    expect(await seen()).toBe('gone')
  })
})

async function asksThere(on: Stage): Promise<void> {
  const { vendor, network, account, clock, content } = on
  const parcel = parcelOf(content())
  const { remote } = await drive(network, parcel, account, clock)
  const seen = (of: Remote, by = account) =>
    network.verify?.(parcel, by, { signal: new AbortController().signal, remote: of })
  expect(await seen(remote)).toBe('there')
  vendor.faults.concerns(() => true)
  for (const fault of unclear) {
    vendor.faults.next([fault])
    expect({ fault, seen: await seen(remote) }).toEqual({ fault, seen: noAnswer })
  }
  expect(await seen(remote)).toBe('there')
  // Of what a person found there nobody knows the id.
  expect(await seen({})).toMatchObject({ kind: 'permanent', code: 'cannot-find' })
  if (network.facts.removes) {
    await drive(network, parcelOf(null, { standing: remote }), account, clock)
    expect(await seen(remote)).toBe('gone')
  }
  const again = async (words: string): Promise<Remote> => {
    clock.advance(10 * 60_000)
    return (await publish(on, words)).remote
  }
  const second = await again('Drugie słowa')
  expect(await seen(second)).toBe('there')
  vendor.lose?.()
  expect(await seen(second)).toBe('gone')
  const third = await again('Trzecie słowa')
  vendor.revoke()
  // Another process, which knows no session.
  expect(await seen(third, { ...account, channelId: 'another' })).toEqual(noAnswer)
}

/** Of what a person types, only secrets are so long. */
const secretsOf = (fields: Readonly<Record<string, string>>): string[] =>
  Object.values(fields).filter((value) => value.length > 30)

/** Not sign-in, uploads or questions. */
const isMaking = ({ method, path }: { method: string; path: string }): boolean =>
  method !== 'GET' &&
  !/createSession|refreshSession|uploadBlob|\/media|\/tags|\/categories|getMe|getChat|\/images|dms-uploads|\/photos|access_?[tT]oken|oauth2\/token/.test(
    path,
  )
