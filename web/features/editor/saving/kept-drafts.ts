/**
 * Text that is not on the server yet, kept in this browser. One entry per edition, person and tab; it names the revision it
 * stands on. Written at once and whole, so that it survives a closing tab, a crash and a night without network.
 */
import type { Draft } from './text.ts'

export type Kept = {
  editionId: string
  articleId: string
  language: string
  /** The revision it stands on. */
  basedOn: number
  /** Unix milliseconds. */
  at: number
  draft: Draft
  /** Fingerprint of a text that was sent and not answered when this was kept; the server may have it. */
  sent: string | null
  tab: string
}

/** A text put aside on purpose, because someone else's was taken. */
export type PutAside = { id: string; editionId: string; at: number; draft: Draft }

export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

const draftPrefix = 'floowe-draft'
const asidePrefix = 'floowe-aside'
/** Texts put aside are remembered up to so many; the oldest goes. */
const asideMax = 20

export type KeptDrafts = ReturnType<typeof createKeptDrafts>

/** @param person whose texts these are: another person of the same browser does not see them. */
export function createKeptDrafts(storage: Storage, person: string, tab: string) {
  const place = (editionId: string, ofTab: string) => [draftPrefix, person, editionId, ofTab].join(':')
  const asidePlace = (id: string) => [asidePrefix, person, id].join(':')
  return {
    tab,
    /** @returns false when this browser has no room or no storage: then only the open page holds the text. */
    keep: (kept: Omit<Kept, 'tab'>): boolean => write(storage, place(kept.editionId, tab), { ...kept, tab }),
    forget: (editionId: string, ofTab: string = tab): void => remove(storage, place(editionId, ofTab)),
    /** All that is kept of an edition, this tab's own first, then the newest. */
    find: (editionId: string): Kept[] =>
      entries<Kept>(storage, `${place(editionId, '')}`, isKept).sort(
        (a, b) => Number(b.tab === tab) - Number(a.tab === tab) || b.at - a.at,
      ),
    putAside: (aside: PutAside): boolean => {
      const all = entries<PutAside>(storage, asidePlace(''), isAside).sort((a, b) => b.at - a.at)
      for (const old of all.slice(asideMax - 1)) remove(storage, asidePlace(old.id))
      return write(storage, asidePlace(aside.id), aside)
    },
    listAside: (editionId: string): PutAside[] =>
      entries<PutAside>(storage, asidePlace(''), isAside)
        .filter((aside) => aside.editionId === editionId)
        .sort((a, b) => b.at - a.at),
    removeAside: (id: string): void => remove(storage, asidePlace(id)),
  }
}

function write(storage: Storage, key: string, value: unknown): boolean {
  try {
    storage.setItem(key, JSON.stringify(value))
    return true
  } catch {
    return false // full, or closed to us
  }
}

function remove(storage: Storage, key: string): void {
  try {
    storage.removeItem(key)
  } catch {
    // closed to us: then nothing was written either
  }
}

function entries<Entry>(storage: Storage, prefix: string, isEntry: (value: unknown) => value is Entry): Entry[] {
  const found: Entry[] = []
  try {
    for (let index = 0; index < storage.length; index++) {
      const key = storage.key(index)
      if (!key?.startsWith(prefix)) continue
      const value: unknown = JSON.parse(storage.getItem(key) ?? 'null')
      if (isEntry(value)) found.push(value)
    }
  } catch {
    // closed to us, or not ours: what cannot be read is left alone
  }
  return found
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isDraft = (value: unknown): value is Draft =>
  isRecord(value) &&
  typeof value.title === 'string' &&
  typeof value.lead === 'string' &&
  isRecord(value.meta) &&
  isRecord(value.body) &&
  Array.isArray(value.body.content)
const isKept = (value: unknown): value is Kept =>
  isRecord(value) &&
  typeof value.basedOn === 'number' &&
  typeof value.at === 'number' &&
  typeof value.tab === 'string' &&
  isDraft(value.draft)
const isAside = (value: unknown): value is PutAside =>
  isRecord(value) && typeof value.id === 'string' && typeof value.at === 'number' && isDraft(value.draft)

const tabKey = 'floowe-tab'

/** A name for this tab that a reload keeps and a second tab does not share. */
export function nameOfTab(makeId: () => string): string {
  try {
    const known = sessionStorage.getItem(tabKey)
    // a duplicated tab copies the session: the name is held only while the page is open
    sessionStorage.removeItem(tabKey)
    const name = known ?? makeId()
    addEventListener('pagehide', () => sessionStorage.setItem(tabKey, name))
    return name
  } catch {
    return makeId()
  }
}

/** Names of other tabs that are open now, where the browser can tell. */
export async function openTabs(): Promise<ReadonlySet<string>> {
  try {
    const { held = [] } = await navigator.locks.query()
    return new Set(held.flatMap(({ name }) => (name?.startsWith(`${tabKey}:`) ? [name.slice(tabKey.length + 1)] : [])))
  } catch {
    return new Set() // no locks outside https: then every kept text counts as left behind
  }
}

/** Lets other tabs know that this one is open. */
export function announceTab(tab: string): void {
  void navigator.locks?.request(`${tabKey}:${tab}`, () => new Promise<never>(() => {})).catch(() => {})
}

/**
 * What is to be done with a text kept from an earlier visit, given the edition as the server has it now.
 * `gone`: the server has it already. `restore`: nobody saved since. `conflict`: someone did, a person decides.
 */
export function judgeKept(
  kept: Kept,
  server: { revision: number; fingerprint: string },
  own: string,
): 'gone' | 'restore' | 'conflict' {
  if (own === server.fingerprint) return 'gone'
  if (server.revision === kept.basedOn) return 'restore'
  // the save that was under way when the tab closed had arrived
  return kept.sent !== null && kept.sent === server.fingerprint ? 'restore' : 'conflict'
}
