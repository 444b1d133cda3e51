/**
 * Brings every sealed value of an installation under the first key of its ring, while the installation runs.
 *
 * A value at a time, each in a transaction of its own, put only where the old text still stands: whoever writes at the same moment
 * wins, and what he copied from one column to another is found by the next pass. What is done stays done when this ends half
 * way; started again, it does the rest.
 */
import { type Ground, SealingError } from '@floowe/platform/ground'
import type pg from 'pg'
import { countHeld, type Place, putWrapped, sealedPlaces, type SealedRow, valuesToWrap } from './places.ts'

type Unreadable = { place: string; row: string; problem: string }
/** `all`: how many were to be brought over when this began. */
export type Progress = { done: number; all: number }
export type Wrapped = Progress & {
  /** Values that are still under another key, those that do not open among them. */
  left: number
  /** The first of those that do not open: damaged, or under a key that is not in the ring. */
  unreadable: Unreadable[]
}

const pageRows = 200
const passesMax = 5
const unreadableMax = 100
const pagesMax = 100_000

export async function* wrapAll(
  client: pg.ClientBase,
  sealer: Ground['sealer'],
): AsyncGenerator<Progress, Wrapped, undefined> {
  const all = await countLeft(client, sealer)
  let done = 0
  let left = all
  let unreadable: Unreadable[] = []
  yield { done, all }
  for (let pass = 0; pass < passesMax && left > 0; pass++) {
    unreadable = []
    for (const place of sealedPlaces())
      for await (const page of wrapPlace(client, sealer, place)) {
        done += page.done
        unreadable.push(...page.unreadable.slice(0, unreadableMax - unreadable.length))
        yield { done, all }
      }
    left = await countLeft(client, sealer)
    // What does not open now will not in the next pass either.
    if (left === unreadable.length) break
  }
  return { done, all, left, unreadable }
}

const countLeft = async (client: pg.ClientBase, { keyId }: Ground['sealer']): Promise<number> =>
  (await countHeld(client)).reduce((sum, held) => sum + (held.keyId === keyId ? held.old : held.values), 0)

async function* wrapPlace(
  client: pg.ClientBase,
  sealer: Ground['sealer'],
  place: Place,
): AsyncGenerator<{ done: number; unreadable: Unreadable[] }> {
  let after: readonly string[] | null = null
  for (let page = 0; page < pagesMax; page++) {
    const rows: SealedRow[] = await valuesToWrap(client, place, sealer.keyId, after, pageRows)
    const unreadable: Unreadable[] = []
    let done = 0
    for (const row of rows) {
      const wrapped = wrappedOf(sealer, place, row)
      if (typeof wrapped === 'string') done += (await putWrapped(client, place, row, wrapped)) ? 1 : 0
      else unreadable.push(wrapped)
    }
    if (rows.length > 0) yield { done, unreadable }
    if (rows.length < pageRows) return
    after = rows.at(-1)?.key ?? null
  }
}

function wrappedOf(sealer: Ground['sealer'], place: Place, row: SealedRow): string | Unreadable {
  const context = place.context(row.columns)
  try {
    return place.isProof ? sealer.seal(sealer.open(row.sealed, context), context) : sealer.rewrap(row.sealed, context)
  } catch (error) {
    if (!(error instanceof SealingError)) throw error
    return { place: place.name, row: row.key.join(' '), problem: error.message }
  }
}
