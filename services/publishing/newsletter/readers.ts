/**
 * Who reads a newsletter.
 *
 * pending: somebody typed the address; a letter with a link was sent there. → confirmed: its owner opened the link and pressed the
 * button; or a person declared, in words that are kept, that they had agreed. Only confirmed ones get issues.
 * confirmed → unsubscribed (by their own link), bounced (the address does not work), complained (they reported it).
 * removed: the address was erased on request, and a keyed hash of it stays.
 *
 * Whoever left, bounced, complained or was erased never comes back by an import. By the form they may: then they ask for it themselves,
 * and confirm it again.
 */
import type { Subscriber } from '@floowe/contracts/newsletters'
import type { Clock, Database, Ids, Sealer, Transaction } from '@floowe/platform'
import { hashToken, refuse } from '@floowe/platform'
import type { Settings } from '../settings.ts'
import * as rows from '../store/subscribers.ts'
import { enqueueConfirmations, type PendingLetter } from './confirmations.ts'
import { addressHashes, newConfirmToken } from './links.ts'

export type ReaderParts = { db: Database; clock: Clock; ids: Ids; sealer: Sealer; settings: Settings }

/** How long the link in a confirmation letter counts. */
export const confirmWithinMs = 7 * 24 * 60 * 60_000
const chunk = 1_000

export type Entering = {
  workspaceId: string
  channelId: string
  source: Subscriber['source']
  /** Who entered them: an actor, or `reader`. */
  askedBy: string
  /** Of their consent; null: they get a letter to confirm. */
  declaration: string | null
}
export type Entry = { email: string; locale: 'pl' | 'en' }
export type Entered = { added: number; known: number; skipped: number; ids: string[] }

/** Enters addresses, each once. @throws Refusal too-many-subscribers */
export function enter(parts: ReaderParts, of: Entering, entries: readonly Entry[]): Promise<Entered> {
  const { db, settings } = parts
  const wanted = [...new Map(entries.map((entry) => [entry.email, entry])).values()]
  return db.transaction(async (tx) => {
    await rows.lockNewsletter(tx, of.workspaceId, of.channelId)
    const max = settings.subscribersMax
    let room = max - (await rows.countSubscribers(tx, of.workspaceId, of.channelId, max))
    const entered: Entered = { added: 0, known: 0, skipped: 0, ids: [] }
    for (let from = 0; from < wanted.length; from += chunk) {
      const { made, letters, known, skipped, fresh } = await sorted(parts, tx, of, wanted.slice(from, from + chunk))
      room -= fresh
      if (room < 0) refuse('too-many-subscribers', { max })
      await rows.writeSubscribers(tx, of.workspaceId, of.channelId, made, parts.clock.instant())
      await enqueueConfirmations(parts, tx, of, letters)
      entered.added += made.length
      entered.known += known
      entered.skipped += skipped
      entered.ids.push(...made.map(({ id }) => id))
    }
    return entered
  })
}

async function sorted({ sealer, ids, clock }: ReaderParts, tx: Transaction, of: Entering, entries: readonly Entry[]) {
  const { workspaceId, channelId, source, askedBy, declaration } = of
  const asked = entries.map(({ email }) => ({ email, hashes: addressHashes(sealer, email) }))
  const found = await rows.knownAddresses(tx, workspaceId, channelId, asked)
  // Entered anew after it was erased, an address stands there twice; the one that is readable counts.
  const knownOf = new Map(
    found.toSorted((a, b) => Number(a.email !== null) - Number(b.email !== null)).map((row) => [row.asked, row]),
  )
  const made: rows.NewSubscriber[] = []
  const letters: PendingLetter[] = []
  const counts = { known: 0, skipped: 0, fresh: 0 }
  for (const [index, { email, locale }] of entries.entries()) {
    const row = knownOf.get(email)
    const fate = row ? fateOf(of, row.state) : 'enter'
    if (fate !== 'enter') {
      counts[fate] += 1
      continue
    }
    const id = row?.id ?? ids.next<string>()
    if (!row || row.email === null) counts.fresh += 1
    const token = declaration === null ? newConfirmToken(workspaceId) : null
    if (token !== null) letters.push({ id, token })
    made.push({
      id,
      email,
      emailHash: asked[index]?.hashes[0] ?? '',
      state: token === null ? 'confirmed' : 'pending',
      locale,
      source,
      askedBy,
      declaration,
      confirmHash: token === null ? null : hashToken(token),
      confirmUntil: token === null ? null : new Date(clock.now() + confirmWithinMs).toISOString(),
    })
  }
  return { made, letters, ...counts }
}

/** What becomes of an address that is there. Pure. */
export function fateOf(
  { source, declaration }: Pick<Entering, 'source' | 'declaration'>,
  state: rows.SubscriberRow['state'],
): 'enter' | 'known' | 'skipped' {
  if (state === 'confirmed') return 'known'
  if (state === 'pending') return source === 'import' && declaration === null ? 'known' : 'enter'
  if (source === 'form') return 'enter'
  // By hand, and with a letter that asks them; never on a word that somebody else gives for them.
  return source === 'person' && declaration === null && state !== 'complained' ? 'enter' : 'skipped'
}

/** Their own word: by the link, by a button of their mail program, or by a mail. */
export const leave = ({ db, clock }: Pick<ReaderParts, 'db' | 'clock'>, workspaceId: string, id: string) =>
  rows.endSubscription(db, workspaceId, id, 'unsubscribed', clock.instant())

/** So long a leaving can be taken back on the page that confirms it. */
const takeBackMs = 60 * 60_000
export const comeBack = ({ db, clock }: Pick<ReaderParts, 'db' | 'clock'>, workspaceId: string, id: string) =>
  rows.takeBack(db, workspaceId, id, new Date(clock.now() - takeBackMs).toISOString())

/** Erases an address. Repeating it changes nothing. */
export async function erase(
  { db, clock, sealer }: Pick<ReaderParts, 'db' | 'clock' | 'sealer'>,
  workspaceId: string,
  channelId: string,
  id: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await rows.getSubscriber(tx, workspaceId, id)
    if (row?.channelId !== channelId || row.email === null) return
    const [hash = null] = addressHashes(sealer, row.email)
    await rows.eraseSubscriber(tx, workspaceId, channelId, id, hash, clock.instant())
  })
}
