/**
 * What was approved is what goes out, byte for byte. A thousand changes after the approval, each by a way that exists: through the
 * door, or behind it in the database. None of them leaves; the untouched ones beside them do. And a thousand edits that change
 * nothing re-open no approval. The receivers' logs judge.
 */
import { createHash, randomUUID } from 'node:crypto'
import { startTelegram, type Telegram } from '@floowe/emulators/telegram'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canonicalJson } from '../snapshots.ts'
import { type FakeClock, openStage, type Stage, startClock, until, workspaceId } from '../testing/stage.ts'

const rounds = 20
const perRound = 50
/** Of each round so many are left as they are. */
const untouched = 5
const approverId = '0190aaaa-0000-7000-8000-00000000000b'
const dueInMs = 30_000
const seed = 20_261_127

/** mulberry32: small, and the same everywhere for one seed. */
function seeded(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
const random = seeded(seed)
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item // none is empty

let stage: Stage
let clock: FakeClock
let telegram: Telegram
let webhook: string
let room: string
beforeAll(async () => {
  clock = startClock()
  telegram = await startTelegram({ nowMs: clock.now })
  stage = await openStage({
    clock,
    // More than a chat takes.
    env: { FLOOWE_PUBLISHING_TELEGRAM_URL: telegram.url, FLOOWE_PUBLISHING_BUDGETS: 'off' },
  })
  webhook = await stage.connect()
  room = (
    await stage.me.createChannel({ network: 'telegram', fields: { token: telegram.token, chat: '@studio_wisla' } })
  ).id
  await stage.me.updateApprovalPolicy({ mode: 'required', steps: [] })
})
afterAll(async () => {
  await stage.close()
  await telegram.stop()
})

type Item = {
  id: string
  editionId: string
  channelId: string
  snapshotId: string
  approvalId: string
  isPost: boolean
  /** A word that nothing else contains; what goes out with it after a change is what must not. */
  mark: string
}

const wallTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19)
const rewrite = (item: Item, fields: Record<string, unknown>): void => {
  const held = stage.content.current(item.editionId)
  stage.content.rewrite(held, fields)
}

/** Planned for this round's moment, asked for and approved. */
async function approved(dueMs: number): Promise<Item> {
  const isPost = random() < 0.4
  const mark = `m${randomUUID().replaceAll('-', '')}`
  const content = stage.content.write({
    title: `Tekst ${mark}`,
    slug: mark,
    html: `<p>Treść ${mark}</p>`,
    lead: 'Lead',
  })
  const channelId = isPost ? room : webhook
  if (isPost) {
    const picture = stage.content.draw('Kamienica')
    const fields = { texts: [`Wpis ${mark}`], mediaIds: [picture.mediaId] }
    await stage.me.saveVariant({ editionId: content.editionId, channelId, fields, basedOn: 0 })
  }
  const when = { wallTime: wallTime(dueMs), zone: 'UTC' }
  const plan = await stage.me.planDelivery({ editionId: content.editionId, channelId, when })
  const { id: approvalId, hash } = await stage.me.requestApproval({ deliveryId: plan.id })
  const approver = stage.world.as({ workspaceId, role: 'editor', userId: approverId })
  await approver.decideApproval({ id: approvalId, decision: 'approved', hash })
  const { snapshotId } = plan
  return {
    id: plan.id,
    editionId: content.editionId,
    channelId,
    snapshotId: snapshotId ?? '',
    approvalId,
    isPost,
    mark,
  }
}

const refrozen = (item: Item) => stage.me.rescheduleDelivery({ id: item.id, refreeze: true })
const sql = (text: string, values: unknown[]) => stage.world.sql<{ content: string }>(text, values)
const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** Of the frozen bytes, in the database: the change, and whatever else whoever makes it may think of. */
async function tampered(item: Item, how: { rehash?: boolean; payload?: boolean; approval?: boolean }): Promise<void> {
  const [kept] = await sql('select content from snapshots where id = $1', [item.snapshotId])
  const content = (kept?.content ?? '').replaceAll(item.mark, `${item.mark}ZMIENIONE`)
  const hash = hashOf(content)
  await sql('update snapshots set content = $2 where id = $1', [item.snapshotId, content])
  if (!how.rehash) return
  await sql('update snapshots set hash = $2 where id = $1', [item.snapshotId, hash])
  await sql('update deliveries set snapshot_hash = $2 where id = $1', [item.id, hash])
  if (!how.payload) return
  const { versionId: _, ...seen } = JSON.parse(content) as Record<string, unknown>
  const payload = hashOf(canonicalJson(seen))
  await sql('update deliveries set payload_hash = $2 where id = $1', [item.id, payload])
  if (!how.approval) return
  await sql(
    `update approvals set payload_hash = $2, hash = encode(sha256(convert_to(format('{"from":"%s","payload":"%s","target":"%s","until":"%s"}',
       to_char(window_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), $2::text, target_hash, to_char(window_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), 'UTF8')), 'hex') where id = $1`,
    [item.approvalId, payload],
  )
}

const words = ['Nowe', 'Inne', 'Zupełnie inne', 'Krótsze']
const variantOf = async ({ editionId, channelId }: Item) => stage.me.getVariant({ editionId, channelId })
const varied = async (item: Item, change: Record<string, unknown>): Promise<void> => {
  const { fields, revision } = await variantOf(item)
  const { editionId, channelId } = item
  await stage.me.saveVariant({ editionId, channelId, fields: { ...fields, ...change }, basedOn: revision })
}

/** Ways to change what goes out, where or when. Each must fail to get it out. */
const mutations: Readonly<Record<string, { of?: 'post' | 'page'; change: (item: Item) => Promise<unknown> }>> = {
  'title, and frozen anew': {
    change: async (item) => (rewrite(item, { title: `${pick(words)} ${random()}` }), refrozen(item)),
  },
  'text, and frozen anew': {
    of: 'page',
    change: async (item) => (rewrite(item, { html: `<p>${pick(words)} ${random()}</p>` }), refrozen(item)),
  },
  'lead, and frozen anew': {
    of: 'page',
    change: async (item) => (rewrite(item, { lead: `${pick(words)} ${random()}` }), refrozen(item)),
  },
  'address, and frozen anew': {
    change: async (item) => (rewrite(item, { slug: `inny-${randomUUID().slice(0, 8)}` }), refrozen(item)),
  },
  'meta, and frozen anew': {
    of: 'page',
    change: async (item) => (
      rewrite(item, {
        meta: { title: String(random()), description: '', canonicalUrl: null, keyphrase: '', isHidden: false },
      }),
      refrozen(item)
    ),
  },
  'an older version planned anew': {
    of: 'page',
    change: async (item) => {
      await stage.me.cancelDelivery({ id: item.id })
      const when = { wallTime: wallTime(clock.now() + 20_000), zone: 'UTC' }
      await stage.me.planDelivery({
        editionId: item.editionId,
        channelId: item.channelId,
        when,
        versionId: '0190aaaa-0000-7000-8000-0000000000e1',
      })
    },
  },
  'cancelled, changed, planned anew': {
    change: async (item) => {
      await stage.me.cancelDelivery({ id: item.id })
      rewrite(item, { title: `${pick(words)} ${random()}` })
      const when = { wallTime: wallTime(clock.now() + 20_000), zone: 'UTC' }
      await stage.me.planDelivery({ editionId: item.editionId, channelId: item.channelId, when })
    },
  },
  'the words of the post': {
    of: 'post',
    change: async (item) => (await varied(item, { texts: [`${pick(words)} ${item.mark}`] }), refrozen(item)),
  },
  'a second part': {
    of: 'post',
    change: async (item) => (await varied(item, { texts: [`Wpis ${item.mark}.`] }), refrozen(item)),
  },
  'another picture': {
    of: 'post',
    change: async (item) => (await varied(item, { mediaIds: [stage.content.draw('Most').mediaId] }), refrozen(item)),
  },
  'no picture': { of: 'post', change: async (item) => (await varied(item, { mediaIds: [] }), refrozen(item)) },
  'words of the post in the database': {
    of: 'post',
    change: async (item) => {
      await sql(
        `update variants set fields = jsonb_set(fields, '{texts}', '["Zmienione za plecami"]') where edition_id = $1`,
        [item.editionId],
      )
      return refrozen(item)
    },
  },
  'another day': {
    change: (item) => stage.me.rescheduleDelivery({ id: item.id, when: { wallTime: '2027-03-01T09:00', zone: 'UTC' } }),
  },
  'frozen bytes in the database': { change: (item) => tampered(item, {}) },
  'frozen bytes and their hash': { change: (item) => tampered(item, { rehash: true }) },
  'frozen bytes, hash and the payload noted': { change: (item) => tampered(item, { rehash: true, payload: true }) },
  'frozen bytes, every hash, the approval too': {
    change: (item) => tampered(item, { rehash: true, payload: true, approval: true }),
  },
  'the bytes of another text': {
    change: async (item) => {
      const other = await approved(clock.now() + 300_000)
      return sql(
        'update deliveries set snapshot_id = s.id, snapshot_hash = s.hash from snapshots s where deliveries.id = $1 and s.id = $2',
        [item.id, other.snapshotId],
      )
    },
  },
  'the target in the database': {
    of: 'page',
    change: async (item) => {
      const other = await stage.connect(`Other ${randomUUID()}`)
      return sql('update deliveries set channel_id = $2 where id = $1', [item.id, other])
    },
  },
  'an approval that was never given': {
    change: async (item) => {
      rewrite(item, { title: `${pick(words)} ${random()}` })
      await refrozen(item)
      const { id } = await stage.me.requestApproval({ deliveryId: item.id })
      await sql("update approvals set state = 'approved', step = 1, decided_at = now() where id = $1", [id])
      return sql('update deliveries set wake_at = due_at where id = $1', [item.id])
    },
  },
  'the signature of another approval': {
    change: async (item) => {
      rewrite(item, { title: `${pick(words)} ${random()}` })
      await refrozen(item)
      const { id } = await stage.me.requestApproval({ deliveryId: item.id })
      await sql(
        "update approvals a set state = 'approved', step = 1, signature = coalesce((select signature from approvals where signature is not null limit 1), 'x') where id = $1",
        [id],
      )
      return sql('update deliveries set wake_at = due_at where id = $1', [item.id])
    },
  },
  'a wider span of time': {
    change: async (item) => {
      await sql(
        "update approvals set window_from = window_from - interval '90 days', window_until = window_until + interval '90 days' where id = $1",
        [item.approvalId],
      )
    },
  },
  'the mark that it waits, taken away': {
    change: async (item) => {
      rewrite(item, { title: `${pick(words)} ${random()}` })
      await refrozen(item)
      return sql('update deliveries set wake_at = due_at where id = $1', [item.id])
    },
  },
}

/** What has arrived of any of these, by the id of its delivery or the word it bears. */
function arrivedOf(items: readonly Item[]): Item[] {
  const hooks = stage.receiver.effects()
  const bodies = [...hooks.values()].map(({ raw }) => raw).join('\n')
  const posts = telegram.messages().map(({ text }) => text)
  return items.filter(
    ({ mark, id }) => hooks.has(id) || bodies.includes(mark) || posts.some((text) => text.includes(mark)),
  )
}

const isSettled = async (ids: readonly string[]): Promise<boolean> => {
  const rows = await stage.world.sql(
    `select from deliveries where id = any($1) and (state in ('sending', 'retrying') or (state = 'planned' and wake_at <= $2))`,
    [ids, clock.instant()],
  )
  return rows.length === 0
}

test('a thousand changes after the approval: none goes out', { timeout: 600_000 }, async () => {
  const names = Object.keys(mutations)
  const made = new Map(names.map((name) => [name, 0]))
  const leaked: string[] = []
  let changes = 0
  for (let round = 0; round < rounds; round++) {
    const dueMs = clock.now() + dueInMs
    const items: Item[] = []
    for (let number = 0; number < perRound + untouched; number++) items.push(await approved(dueMs))
    const [left, changed] = [items.slice(0, untouched), items.slice(untouched)]
    const how = new Map<string, string>()
    for (const item of changed) {
      const fit = names.filter(
        (name) => (mutations[name]?.of ?? (item.isPost ? 'post' : 'page')) === (item.isPost ? 'post' : 'page'),
      )
      const name = pick(fit)
      await mutations[name]?.change(item)
      how.set(item.id, name)
      made.set(name, (made.get(name) ?? 0) + 1)
      changes += 1
    }
    clock.advance(dueInMs + 1_000)
    await until(() => isSettled(items.map(({ id }) => id)))
    expect(arrivedOf(left).map(({ mark }) => mark)).toEqual(left.map(({ mark }) => mark))
    leaked.push(...arrivedOf(changed).map(({ id }) => how.get(id) ?? ''))
  }
  expect(leaked).toEqual([])
  expect(changes).toBe(rounds * perRound)
  expect([...made].filter(([, count]) => count === 0)).toEqual([])
})

/** Edits that change nothing of what goes out, where or when. */
const edits: Readonly<Record<string, { of?: 'post' | 'page'; edit: (item: Item, dueMs: number) => Promise<unknown> }>> =
  {
    'the same text saved again, and frozen anew': { edit: async (item) => (rewrite(item, {}), refrozen(item)) },
    'a word changed and changed back': {
      edit: async (item) => {
        const { title } = stage.content.current(item.editionId)
        rewrite(item, { title: `${title}!` })
        rewrite(item, { title })
        return refrozen(item)
      },
    },
    'frozen anew': { edit: refrozen },
    'another minute of the same day and back': {
      edit: async (item, dueMs) => {
        await stage.me.rescheduleDelivery({ id: item.id, when: { wallTime: wallTime(dueMs + 3_600_000), zone: 'UTC' } })
        return stage.me.rescheduleDelivery({ id: item.id, when: { wallTime: wallTime(dueMs), zone: 'Etc/UTC' } })
      },
    },
    'cancelled and restored': {
      edit: async (item) => {
        await stage.me.cancelDelivery({ id: item.id })
        return stage.me.restoreDelivery({ id: item.id })
      },
    },
    'the same variant saved again': { of: 'post', edit: async (item) => (await varied(item, {}), refrozen(item)) },
    'another name of the channel': {
      edit: (item) => stage.me.updateChannel({ id: item.channelId, name: `Kanał ${random()}` }),
    },
    'paused and resumed': {
      edit: async (item) => {
        await stage.me.updateChannel({ id: item.channelId, paused: true })
        return stage.me.updateChannel({ id: item.channelId, paused: false })
      },
    },
    'the same policy saved again': { edit: () => stage.me.updateApprovalPolicy({ mode: 'required', steps: [] }) },
  }

test('a thousand edits that change nothing: no approval is opened again, and all go out', {
  timeout: 600_000,
}, async () => {
  const names = Object.keys(edits)
  const made = new Map(names.map((name) => [name, 0]))
  const reopened: string[] = []
  for (let round = 0; round < rounds; round++) {
    const dueMs = clock.now() + dueInMs
    const items: Item[] = []
    for (let number = 0; number < untouched; number++) items.push(await approved(dueMs))
    for (let number = 0; number < perRound; number++) {
      const item = pick(items)
      const name = pick(names.filter((one) => item.isPost || edits[one]?.of !== 'post'))
      await edits[name]?.edit(item, dueMs)
      made.set(name, (made.get(name) ?? 0) + 1)
      const { approval } = await stage.me.getDelivery({ id: item.id })
      if (approval.state !== 'approved') reopened.push(`${name}: ${approval.state}`)
    }
    clock.advance(dueInMs + 1_000)
    await until(() => arrivedOf(items).length === items.length)
  }
  expect(reopened).toEqual([])
  expect([...made].filter(([, count]) => count === 0)).toEqual([])
})
