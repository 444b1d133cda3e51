/**
 * Letters: what comes close together for one person is told in one. The first notification opens a letter, it leaves after a quiet
 * minute and at the latest after five; a job posts it. Processes look for letters that are due every quarter of a minute, and
 * each letter is one process's.
 */
import { entry, type JobRun, paragraph, postLetter, reference, writeLetter, type WrittenLetter } from '@floowe/platform'
import { actorNames } from '../actors.ts'
import type { Locale } from '../letters.ts'
import type { Means } from '../means.ts'
import { findPerson } from '../store/people.ts'
import { findWorkspace } from '../store/workspaces.ts'
import { named } from './inbox.ts'
import { closeDueLetters, holdLetters, inLetter, putIntoLetter } from './store.ts'
import { addressOf, countedKind, countedMore, details, headline, type Reader, type Told } from './words.ts'

export const digestJobKind = 'identity.notification-letter'

const lookEveryMs = 15_000
const lettersPerTurn = 100
const turnsMax = 100
const listedMax = 20

export type Digest = { stop: () => Promise<void> }

export function startDigest(means: Means): Digest {
  const { clock, log } = means
  let running: Promise<void> | null = null
  let stopped = false
  const look = (): void => {
    if (stopped) return
    running = sendOff(means)
      .catch((error: unknown) => log.warn('letters of notifications wait', { error }))
      .finally(() => {
        running = null
        if (!stopped) cancel = clock.at(clock.now() + lookEveryMs, look)
      })
  }
  let cancel = clock.at(clock.now() + lookEveryMs, look)
  return {
    stop: async () => {
      stopped = true
      cancel()
      await running
    },
  }
}

/** Closes the letters that are due, each with a job that posts it. */
async function sendOff({ db, clock }: Means): Promise<void> {
  for (let turn = 0; turn < turnsMax; turn++) {
    const closed = await db.transaction(async (tx) => {
      await holdLetters(tx)
      const letters = await closeDueLetters(tx, clock.instant(), lettersPerTurn)
      for (const { workspace_id: workspaceId, user_id: userId } of letters) {
        const id = await tx.enqueue({ kind: digestJobKind, workspaceId, input: { userId } })
        await putIntoLetter(tx, workspaceId, userId, id)
      }
      return letters.length
    })
    if (closed < lettersPerTurn) return
  }
}

/** Says nothing when all of it was read in the app meanwhile, or the person has left. */
export async function postDigest(means: Means, job: JobRun): Promise<void> {
  const { db, publicUrl } = means
  const { workspaceId } = job
  const userId = String(job.input['userId'])
  const [rows, person, workspace] = await Promise.all([
    inLetter(db, workspaceId, userId, job.id),
    findPerson(db, userId),
    findWorkspace(db, workspaceId),
  ])
  if (rows.length === 0 || !person || !workspace) return
  const names = await actorNames(
    db,
    workspaceId,
    rows.map(({ data }) => String(data['by'] ?? '')),
  )
  const letter = digestLetter(
    rows.map((row) => named(row, names)),
    person,
    { name: workspace.name, url: `${publicUrl}/w/${workspace.slug}` },
  )
  await postLetter(means, { to: person.email, ...letter }, job.id)
}

type Place = { name: string; url: string }

/** Newest first. At most twenty are listed, the rest are counted. */
export function digestLetter(
  told: readonly Told[],
  reader: Reader & { name: string },
  workspace: Place,
): WrittenLetter {
  const { locale } = reader
  const items = told.slice(0, listedMax).map((one) => ({
    headline: headline(one, reader),
    details: details(one, reader),
    url: addressOf(one, workspace.url),
  }))
  const [only] = items
  const summary = told.length === 1 && only ? only.headline : summaryOf(told, locale)
  const words = {
    pl: {
      greeting: `Dzień dobry, ${reader.name}!`,
      all: 'Wszystkie powiadomienia',
      choose: 'Które wiadomości dostajesz, wybierasz na stronie konta:',
    },
    en: {
      greeting: `Hello ${reader.name},`,
      all: 'All notifications',
      choose: 'Choose which letters you get on your account page:',
    },
  }[locale]
  const left = told.length - items.length
  const rest = left === 0 ? [] : [countedMore(left, locale)]
  const all = `${workspace.url}/notifications`
  const account = `${workspace.url}/account#notifications`
  return writeLetter(locale, `${summary} – ${workspace.name}`, [
    paragraph(words.greeting),
    ...items.map((item) => entry(item.headline, item.details, item.url)),
    ...rest.map(paragraph),
    reference(`${words.all}:`, all),
    reference(words.choose, account),
  ])
}

/** `2 nieudane wysyłki, 1 pominięta wysyłka` */
function summaryOf(told: readonly Told[], locale: Locale): string {
  const kinds = Map.groupBy(told, ({ kind }) => kind)
  return [...kinds].map(([kind, ofKind]) => countedKind(kind, ofKind.length, locale)).join(', ')
}
