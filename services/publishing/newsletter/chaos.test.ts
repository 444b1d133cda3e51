/**
 * Two hundred readers, a mail server that fails in every way it knows, and a service that is killed again and again. The server's own
 * letters judge: nobody gets two, nobody is forgotten, and of everybody else it is said that nobody knows.
 */
import { startSmtp } from '@floowe/emulators/smtp'
import type { Fault } from '@floowe/emulators/vendor'
import { expect, test } from 'vitest'
import { onStage, readerOf } from '../testing/newsletter-stage.ts'
import { openAgain, openStage } from '../testing/stage.ts'

const readers = 200
const kills = 4
const env = {
  FLOOWE_PUBLISHING_LEASE_MS: '700',
  FLOOWE_PUBLISHING_RETRY_PAUSE_MS: '20',
  FLOOWE_PUBLISHING_LETTER_PAUSE_MS: '20',
  FLOOWE_PUBLISHING_MAIL_TIMEOUT_MS: '500',
  FLOOWE_PUBLISHING_ATTEMPTS_MAX: '50',
  FLOOWE_PUBLISHING_MAIL_LINES_MAX: '8',
}
const faults: readonly Fault[] = ['accept-then-reset', 'accept-then-hang', 'html-error', 'reset', { status: 451 }]
const inTime = 90_000

/** mulberry32: small, and the same everywhere for one seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const counted = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

test.each([0, 0.1])(
  'faults of %d: killed in the middle of 200 readers, nobody gets two',
  async (share) => {
    const random = seeded(7)
    const smtp = await startSmtp({ hangMs: 2_000 })
    let stage = await openStage({ env })
    try {
      const on = onStage(stage, smtp)
      const channelId = await on.connectNewsletter()
      await on.me.updateNewsletter({ channelId, perSecond: 500 })
      await on.addReaders(
        channelId,
        Array.from({ length: readers }, (_, at) => readerOf(at)),
      )
      smtp.faults.always(() => (random() < share ? (faults[Math.floor(random() * faults.length)] ?? 'ok') : 'ok'))
      const { editionId } = on.content.write({ title: 'Do wszystkich' })
      // The call that asked for it loses its service and is of no interest here.
      void on.me.planDelivery({ editionId, channelId, when: { now: true } }).catch(() => undefined)
      for (let kill = 1; kill <= kills; kill++) {
        // In the middle: with letters on their way.
        await smtp.received(Math.ceil((readers * kill) / (kills + 2)), inTime)
        await stage.world.crash()
        stage = await openAgain(stage)
      }
      const { me, world } = stage
      const endMs = Date.now() + inTime
      const open = () =>
        world.sql<{ id: string; state: string }>("select id, state from deliveries where state <> 'published'")
      while ((await open()).length > 0 && Date.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await open()).toEqual([])

      const [delivery] = (await me.listDeliveries({})).items
      const got = counted(smtp.letters().map(({ to }) => to))
      expect([...got].filter(([, times]) => times > 1)).toEqual([])
      const mailing = await me.getMailing({ id: delivery?.id ?? '' })
      const { accepted = 0, unknown = 0, ...others } = mailing?.recipients ?? {}
      expect(accepted + unknown).toBe(readers)
      expect(others).toEqual({ waiting: 0, armed: 0, deferred: 0, refused: 0, dropped: 0 })
      // Whoever is said to have it has it; whoever has none is among those of whom nobody knows.
      const said = await world.sql<{ email: string; state: string }>(
        'select s.email, r.state from recipients r join subscribers s on s.workspace_id = r.workspace_id and s.id = r.subscriber_id',
      )
      expect(said.filter(({ email, state }) => state === 'accepted' && !got.has(email))).toEqual([])
      // The run has teeth: somebody was on their way when it died.
      expect(unknown).toBeGreaterThan(0)
      // Without faults only those are unknown who were on their way: at most one for each connection and kill.
      if (share === 0) expect(unknown).toBeLessThanOrEqual(8 * kills)
    } finally {
      await stage.close()
      await smtp.stop()
    }
  },
  240_000,
)

test('two processes never send to the same reader', async () => {
  const smtp = await startSmtp()
  const one = await openStage({ env: { ...env, FLOOWE_PUBLISHING_LEASE_MS: '20000' } })
  const two = await openAgain(one)
  try {
    const on = onStage(one, smtp)
    const channelId = await on.connectNewsletter()
    await on.me.updateNewsletter({ channelId, perSecond: 500 })
    await on.addReaders(
      channelId,
      Array.from({ length: 40 }, (_, at) => readerOf(at)),
    )
    const ids = await Promise.all(['Raz', 'Dwa', 'Trzy'].map((title) => on.plan(channelId, title)))
    for (const id of ids) await on.reaches(id, 'published')
    const counts = counted(smtp.letters().map(({ messageId }) => messageId))
    expect(counts.size).toBe(3 * 40)
    expect([...counts.values()].every((times) => times === 1)).toBe(true)
  } finally {
    await two.world.stopKeeping()
    await one.close()
    await smtp.stop()
  }
}, 60_000)
