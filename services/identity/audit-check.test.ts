/** Logs that somebody with the database, and without the secret, has changed: each is found, at its row. */
import { createHmac, randomUUID } from 'node:crypto'
import { createSealer } from '@floowe/platform/ground'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createChain } from './audit-chain.ts'
import { type Damage, verifyAudit } from './audit-check.ts'
import { type IdentityWorld, identityWorld } from './identity-world.ts'

let world: IdentityWorld
let owner: Awaited<ReturnType<IdentityWorld['setUp']>>
let entries: number
const seed = Number(process.env['FLOOWE_TEST_SEED'] ?? Date.now() % 100_000)
/** One seed, one series (mulberry32): a whole number below `limit`. */
let state = seed
function below(limit: number): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
}

const happen = async (count: number): Promise<void> => {
  await world.ground.bus.publish(
    Array.from({ length: count }, (_, n) => ({
      id: randomUUID(),
      name: 'site.settings-changed',
      workspaceId: owner.workspaceId,
      key: `k${n % 7}`,
      at: world.clock.instant(),
      actor: owner.userId,
      requestId: null,
      data: { n, nested: { z: 1, a: [n, 'ż', null, 1.5, -0, 1e21] } },
    })),
  )
  await world.drain()
}
const verification = async () => (await world.as(owner.session)).verifyAudit({})
const whole = () => ({ checked: entries, notCheckable: 0, damage: null, next: null })
/** With `$1` for the workspace. */
const sql = (text: string, ...values: unknown[]) => world.sql(text, [owner.workspaceId, ...values])

beforeAll(async () => {
  world = await identityWorld()
  owner = await world.setUp()
  await happen(120)
  await happen(120)
  entries = (await (await world.as(owner.session)).listAudit({})).total
  await world.sql('create table kept_entries as select * from audit_entries')
  await world.sql('create table kept_heads as select * from audit_heads')
})
afterAll(() => world.stop())

async function putBack(): Promise<void> {
  await world.sql('delete from audit_entries')
  await world.sql('delete from audit_heads')
  await world.sql('insert into audit_heads select * from kept_heads')
  await world.sql('insert into audit_entries select * from kept_entries')
}

type Tampering = { words: string; found: Damage; apply: () => Promise<unknown> }

const changes = [
  'event_id = gen_random_uuid()',
  "at = at + interval '1 millisecond'",
  "actor = 'service:site'",
  "event = 'site.page-removed'",
  "subject = subject || ' '",
  "data = jsonb_build_object('n', -1)",
  `data = data || '{"z": null}'`,
  "hash = left(hash, 9) || encode(sha256('guess'), 'hex')",
  // As it was written, but said to be of the form before.
  "hash = left(hash, 8) || '.' || substr(hash, 10)",
]
const forged = `gen_random_uuid(), at, actor, event, 'forged', data`
const moveUp = async (from: number): Promise<void> => {
  await sql('update audit_entries set seq = -seq - 1 where workspace_id = $1 and seq >= $2', from)
  await sql('update audit_entries set seq = -seq where workspace_id = $1 and seq < 0')
}
const cutBehind = async (seq: number): Promise<void> => {
  await sql('delete from audit_entries where workspace_id = $1 and seq > $2', seq)
  await sql(
    'update audit_heads h set seq = e.seq, hash = e.hash from audit_entries e where h.workspace_id = $1 and e.workspace_id = $1 and e.seq = $2',
    seq,
  )
}

/** One of each kind, at random rows. */
const kinds: ((at: number) => Tampering)[] = [
  (at) => {
    const change = changes[below(changes.length)] ?? ''
    const apply = () => sql(`update audit_entries set ${change} where workspace_id = $1 and seq = $2`, at)
    return { words: `${at} has ${change}`, found: { seq: at, problem: 'changed' }, apply }
  },
  (at) => ({
    words: `${at} is deleted`,
    found: { seq: at, problem: 'missing' },
    apply: () => sql('delete from audit_entries where workspace_id = $1 and seq = $2', at),
  }),
  (at) => ({
    words: `${at} is deleted and the gap closed`,
    // Without its last entry the log ends at the one before.
    found: at === entries ? { seq: at - 1, problem: 'head' } : { seq: at, problem: 'changed' },
    apply: async () => {
      await sql('delete from audit_entries where workspace_id = $1 and seq = $2', at)
      await sql('update audit_entries set seq = -seq + 1 where workspace_id = $1 and seq > $2', at)
      await sql('update audit_entries set seq = -seq where workspace_id = $1 and seq < 0')
      await sql('update audit_heads set seq = seq - 1 where workspace_id = $1')
      if (at === entries) await cutBehind(at - 1)
    },
  }),
  (at) => ({
    words: `one is put in at ${at}`,
    found: { seq: at, problem: 'changed' },
    apply: async () => {
      await moveUp(at)
      await sql(
        `insert into audit_entries (workspace_id, seq, event_id, at, actor, event, subject, data, hash)
         select $1::uuid, $2::bigint, ${forged}, hash from audit_entries where workspace_id = $1 and seq = $2::bigint + 1`,
        at,
      )
      await sql('update audit_heads set seq = seq + 1 where workspace_id = $1')
    },
  }),
  (at) => ({
    words: `one is put in at ${at}, under a key of one's own`,
    found: { seq: at, problem: at === 1 ? 'changed' : 'foreign' },
    apply: async () => {
      await moveUp(at)
      await sql(
        `insert into audit_entries (workspace_id, seq, event_id, at, actor, event, subject, data, hash)
         select $1::uuid, $2::bigint, ${forged}, case when $2::bigint = 1 then hash else 'aaaaaaaa:' || encode(sha256('own'), 'hex') end
         from audit_entries where workspace_id = $1 and seq = $2::bigint + 1`,
        at,
      )
      await sql('update audit_heads set seq = seq + 1 where workspace_id = $1')
    },
  }),
  (at) => ({
    words: 'one is put in behind the end',
    found: { seq: entries + 1, problem: 'extra' },
    apply: () =>
      sql(
        `insert into audit_entries (workspace_id, seq, event_id, at, actor, event, subject, data, hash)
         select $1::uuid, $3::bigint, ${forged}, hash from audit_entries where workspace_id = $1 and seq = $2`,
        at,
        entries + 1,
      ),
  }),
  (at) => {
    const other = at === entries ? at - 1 : at + 1 + below(entries - at)
    const [low, high] = [Math.min(at, other), Math.max(at, other)]
    return {
      words: `${low} and ${high} are swapped`,
      found: { seq: low, problem: 'changed' },
      apply: async () => {
        await sql(
          'update audit_entries set seq = -seq where workspace_id = $1 and seq in ($2::bigint, $3::bigint)',
          low,
          high,
        )
        await sql(
          'update audit_entries set seq = $2::bigint + $3::bigint + seq where workspace_id = $1 and seq < 0',
          low,
          high,
        )
      },
    }
  },
  (at) => ({
    words: `all behind ${at - 1} are cut off`,
    found: { seq: at, problem: 'missing' },
    apply: () => sql('delete from audit_entries where workspace_id = $1 and seq >= $2', at),
  }),
  (at) => {
    const seq = Math.min(at, entries - 1)
    const seal = ['seal', 'null', "'v2.aaaaaaaa.' || substr(seal, 13)", "'made up'"][below(4)] ?? ''
    return {
      words: `all behind ${seq} are cut off with the head, its seal ${seal}`,
      found: { seq, problem: 'head' },
      apply: async () => {
        await cutBehind(seq)
        await sql(`update audit_heads set seal = ${seal} where workspace_id = $1`)
      },
    }
  },
  (at) => ({
    words: `the head has the hash of ${at}`,
    found: { seq: entries, problem: 'head' },
    apply: () =>
      sql(
        `update audit_heads h set hash = case when e.seq = h.seq then e.hash || '0' else e.hash end
         from audit_entries e where h.workspace_id = $1 and e.workspace_id = $1 and e.seq = $2`,
        at,
      ),
  }),
]

describe(`a log of some hundred entries (FLOOWE_TEST_SEED=${seed})`, () => {
  test('is whole', async () => {
    expect(entries).toBeGreaterThan(240)
    expect(await verification()).toEqual(whole())
  })

  test('200 tamperings at random rows are found, each at its row', async () => {
    for (let n = 0; n < 200; n++) {
      const tampering = kinds[n % kinds.length]?.(1 + below(entries))
      if (!tampering) throw new Error('no kind')
      const { words, found, apply } = tampering
      await apply()
      const { checked, notCheckable, damage, next } = await verification()
      expect({ damage: damage && { seq: damage.seq, problem: damage.problem }, notCheckable, next }, words).toEqual({
        damage: found,
        notCheckable: 0,
        next: null,
      })
      const isBehind = found.problem === 'head' || found.problem === 'extra'
      expect(checked, words).toBe(isBehind ? Math.min(found.seq, entries) : found.seq - 1)
      await putBack()
    }
    expect(await verification()).toEqual(whole())
  }, 120_000)

  test('the damage names the entry, where it is still there', async () => {
    await sql("update audit_entries set actor = 'service:site' where workspace_id = $1 and seq = 21")
    const [row] = await sql('select event_id, at, event from audit_entries where workspace_id = $1 and seq = 21')
    expect((await verification()).damage?.entry).toEqual({
      id: row?.['event_id'],
      at: row?.['at'] instanceof Date ? row['at'].toISOString() : null,
      event: 'site.settings-changed',
    })
    await putBack()
    await sql('delete from audit_entries where workspace_id = $1 and seq = 23')
    expect((await verification()).damage).toEqual({ seq: 23, problem: 'missing', entry: null })
    await putBack()
  })

  test('goes on from a place, as far as it was told', async () => {
    const query = (text: string, values: readonly unknown[] = []) => world.sql(text, [...values])
    const numbered = async (text: string, values?: readonly unknown[]) =>
      (await query(text, values)).map((row) => ({
        ...row,
        ...('seq' in row && { seq: Number(row['seq']) }),
        ...('last' in row && { last: Number(row['last']) }),
      }))
    const db = {
      query: numbered,
      one: async (text: string, values?: readonly unknown[]) => (await numbered(text, values))[0] ?? null,
    } as never // only reading is asked of it
    const check = (after: number) =>
      verifyAudit({ db, sealer: world.ground.sealer }, owner.workspaceId, { after, entriesMax: 100 })
    expect(await check(0)).toEqual({ checked: 100, notCheckable: 0, damage: null, next: 100 })
    expect(await check(100)).toEqual({ checked: 100, notCheckable: 0, damage: null, next: 200 })
    expect(await check(200)).toEqual({ checked: entries - 200, notCheckable: 0, damage: null, next: null })
    expect(await check(entries)).toEqual({ checked: 0, notCheckable: 0, damage: null, next: null })
    expect((await check(entries + 1)).damage).toEqual({ seq: entries + 1, problem: 'missing' })
    await sql("update audit_entries set subject = 'other' where workspace_id = $1 and seq = 150")
    expect((await check(0)).damage).toBeNull()
    expect(await check(100)).toMatchObject({ checked: 49, damage: { seq: 150, problem: 'changed' }, next: null })
    await putBack()
  })
})

describe('what is written behind a damaged end', () => {
  const newest = () => sql('select seq from audit_entries where workspace_id = $1 order by seq desc limit 1')

  test('does not cover it', async () => {
    await cutBehind(100)
    await happen(3)
    expect(Number((await newest())[0]?.['seq'])).toBe(103)
    expect((await verification()).damage).toMatchObject({ seq: 101, problem: 'changed' })
    await happen(3)
    expect((await verification()).damage).toMatchObject({ seq: 101, problem: 'changed' })
    await putBack()
  })

  test('nor does it where the seal was taken off, or names a key of one’s own', async () => {
    for (const seal of ['null', "'v2.aaaaaaaa.' || substr(seal, 13)"]) {
      await cutBehind(100)
      await sql(`update audit_heads set seal = ${seal} where workspace_id = $1`)
      await happen(1)
      expect((await verification()).damage, seal).toMatchObject({ seq: 101, problem: 'changed' })
      await putBack()
    }
  })
})

describe('entries from under a secret that is not here', () => {
  const rename = (from: number, to: number) =>
    sql(
      "update audit_entries set hash = 'aaaaaaaa' || substr(hash, 9) where workspace_id = $1 and seq between $2 and $3",
      from,
      to,
    )

  test('keep their place and are counted, and what comes next goes on from them', async () => {
    await rename(1, entries)
    await sql(
      "update audit_heads set hash = 'aaaaaaaa' || substr(hash, 9), seal = 'v2.aaaaaaaa.' || substr(seal, 13) where workspace_id = $1",
    )
    expect(await verification()).toEqual({ ...whole(), notCheckable: entries })
    await happen(2)
    expect(await verification()).toEqual({ ...whole(), checked: entries + 2, notCheckable: entries })
    await putBack()
  })

  test('are no excuse behind others', async () => {
    await rename(1, 10)
    // The eleventh is bound to the tenth as it was.
    expect(await verification()).toMatchObject({ damage: { seq: 11, problem: 'changed' }, notCheckable: 10 })
    await putBack()
    await rename(11, 11)
    expect(await verification()).toMatchObject({ damage: { seq: 11, problem: 'foreign' }, notCheckable: 0 })
    await putBack()
  })
})

describe('a log from before ends were sealed', () => {
  const sealer = createSealer(Buffer.alloc(32, 7))
  const chain = createChain(sealer)
  const workspaceId = randomUUID()

  test('is whole without a seal, until something is written to it', () => {
    const head = { seq: 7, seal: null }
    expect(chain.isHead(workspaceId, { ...head, hash: `${sealer.keyId}.abc` })).toBe(true)
    expect(chain.isHead(workspaceId, { ...head, hash: `${sealer.keyId}:abc` })).toBe(false)
    expect(chain.isHead(workspaceId, { seq: 0, hash: '', seal: null })).toBe(true)
  })

  test('has hashes of its own form, which are no hashes of the present one', () => {
    const row = {
      ...{ seq: 2, event_id: randomUUID(), at: new Date(1_700_000_000_000), actor: 'service:site' },
      ...{ event: 'site.settings-changed', subject: 's', data: { b: 1, a: ['ż'] } },
    }
    const fields = [workspaceId, 2, row.event_id, row.at.toISOString(), row.actor, row.event, 's', { a: ['ż'], b: 1 }]
    const made = createHmac('sha256', sealer.deriveKey('audit chain')).update(`before\n${JSON.stringify(fields)}`)
    const hash = `${sealer.keyId}.${made.digest('hex')}`
    expect(chain.isLink(workspaceId, 'before', { ...row, hash })).toBe(true)
    expect(chain.isLink(workspaceId, 'other', { ...row, hash })).toBe(false)
    expect(chain.isLink(workspaceId, 'before', { ...row, hash: hash.replace('.', ':') })).toBe(false)
    const present = chain.link(workspaceId, 'before', row)
    expect(chain.isLink(workspaceId, 'before', { ...row, hash: present })).toBe(true)
    expect(chain.isLink(workspaceId, 'before', { ...row, hash: present.replace(':', '.') })).toBe(false)
  })
})
