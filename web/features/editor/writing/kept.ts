/**
 * The document kept in this browser, so that what is typed survives a closed tab, a crash and a night without network. One
 * store per person and edition, shared by the tabs: what both wrote merges.
 *
 * Stores are remembered in a list, so that those nobody needs any more go: they hold text of the workspace.
 */
import { clearDocument, IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'

export type Kept = {
  /** Updates with this origin came from the store. */
  origin: unknown
  /** Resolves with true once everything up to now is in the store, with false when it is not. */
  confirm: () => Promise<boolean>
  /** Everything the store has is on the server. */
  markClean: () => void
  close: () => void
}

const listKey = 'floowe-writing'
const probeName = 'floowe-probe'
const answerMsMax = 3_000
/** Of what is on the server as well. */
const cleanMsMax = 7 * 24 * 60 * 60 * 1000
const storesMax = 300

type Entry = { at: number; isClean: boolean }

const nameOf = (person: string, editionId: string): string => `floowe-writing:${person}:${editionId}`

/** @returns null where the browser has no storage for it, as in some private windows: then only the page holds the text. */
export async function keepHere(person: string, editionId: string, doc: Y.Doc): Promise<Kept | null> {
  if (!(await inTime(canStore(), false))) return null
  const name = nameOf(person, editionId)
  const store = new IndexeddbPersistence(name, doc)
  const isRead = await inTime(
    store.whenSynced.then(() => true),
    false,
  )
  if (!isRead) {
    void store.destroy()
    return null
  }
  remember(name, false)
  return {
    origin: store,
    // the browser takes changes of one store in their order, so this one is written after them
    confirm: () =>
      inTime(
        store.set('at', Date.now()).then(
          () => true,
          () => false,
        ),
        false,
      ),
    markClean: () => remember(name, true),
    close: () => void store.destroy(),
  }
}

/** Removes what is kept of an edition. */
export async function forgetKept(person: string, editionId: string): Promise<void> {
  const name = nameOf(person, editionId)
  await clearDocument(name)
  write(Object.fromEntries(Object.entries(read()).filter(([known]) => known !== name)))
}

/** Removes stores that nobody needs any more. */
export async function tidyKept(now: number): Promise<void> {
  const entries = Object.entries(read()).sort(([, a], [, b]) => b.at - a.at)
  const gone = entries.filter(([, { at, isClean }], place) => (isClean && now - at > cleanMsMax) || place >= storesMax)
  if (gone.length === 0) return
  write(Object.fromEntries(entries.filter((entry) => !gone.includes(entry))))
  for (const [name] of gone) await clearDocument(name).catch(() => undefined)
}

function canStore(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(probeName)
      request.onsuccess = () => {
        request.result.close()
        resolve(true)
      }
      request.onerror = (event) => {
        event.preventDefault()
        resolve(false)
      }
    } catch {
      resolve(false) // closed to us
    }
  })
}

function inTime<Value>(asked: Promise<Value>, late: Value): Promise<Value> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(late), answerMsMax)
    const done = (value: Value) => {
      clearTimeout(timer)
      resolve(value)
    }
    asked.then(done, () => done(late))
  })
}

function read(): Record<string, Entry> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(listKey) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, Entry>) : {} // written below only
  } catch {
    return {}
  }
}

function write(entries: Record<string, Entry>): void {
  try {
    localStorage.setItem(listKey, JSON.stringify(entries))
  } catch {
    // full or closed: the stores stay until the browser clears them
  }
}

function remember(name: string, isClean: boolean): void {
  write({ ...read(), [name]: { at: Date.now(), isClean } })
}
