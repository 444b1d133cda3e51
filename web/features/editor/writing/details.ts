/**
 * What belongs to the text besides its words, address and details for search: saved by itself a moment after the last change.
 * Only what was changed here is a wish; the words go along as the server said them last, so that nothing of them is undone.
 */
import type { Edition, Meta } from '@floowe/contracts/content'
import { refusalOf } from '../../../api/refusals.ts'

export type DetailWishes = { slug?: string; meta?: Partial<Meta> }
export type DetailsPorts = {
  look: () => Promise<Edition>
  save: (edition: Edition, wishes: DetailWishes, isLast: boolean) => Promise<Edition>
  landed: (edition: Edition) => void
  slugTaken: (wanted: string, suggestion: string | null) => void
  after: (ms: number, run: () => void) => () => void
}

const pauseMs = 650
const retryMs = 4_000
const triesMax = 4
/** Codes after which asking again may work. */
const passing = new Set(['unreachable', 'unavailable', 'internal', 'too-many-requests'])

export type DetailsSaver = ReturnType<typeof createDetailsSaver>

export function createDetailsSaver(first: Edition, ports: DetailsPorts) {
  let latest = first
  let wishes: DetailWishes | null = null
  let underWay: Promise<void> | null = null
  let error: unknown = null
  let stopWaiting = (): void => undefined
  const watchers = new Set<() => void>()
  const tell = () => {
    for (const watcher of watchers) watcher()
  }
  const landed = (edition: Edition) => {
    if (edition.revision < latest.revision) return
    latest = edition
    ports.landed(edition)
  }
  const wait = (ms: number) => {
    stopWaiting()
    stopWaiting = ports.after(ms, () => void flush())
  }

  async function send(own: DetailWishes): Promise<void> {
    let asked = own
    for (let tries = 1; ; tries++) {
      try {
        landed(await ports.save(latest, asked, false))
        error = null
        return
      } catch (refusal) {
        const { code, data } = refusalOf(refusal)
        if (code === 'slug-taken' && asked.slug !== undefined) {
          ports.slugTaken(asked.slug, typeof data.suggestion === 'string' ? data.suggestion : null)
          const { slug: _, ...rest } = asked
          if (!rest.meta) return
          asked = rest
        } else if (code === 'stale-revision' && tries < triesMax) landed(await ports.look())
        else {
          error = passing.has(code) ? null : refusal
          // what was wished for meanwhile is newer
          wishes = { ...asked, ...wishes, meta: { ...asked.meta, ...wishes?.meta } }
          if (passing.has(code)) wait(retryMs)
          return
        }
      }
    }
  }
  async function flush(): Promise<boolean> {
    stopWaiting()
    if (underWay) await underWay
    if (wishes) {
      const own = wishes
      wishes = null
      underWay = send(own).catch(() => {
        // the look at the newest text failed on the way
        wishes = { ...own, ...wishes, meta: { ...own.meta, ...wishes?.meta } }
        wait(retryMs)
      })
      tell()
      await underWay
      underWay = null
      tell()
    }
    return wishes === null
  }

  return {
    latest: () => latest,
    landed,
    /** Fields that were changed here and are not on the server yet; what others save does not replace them. */
    wishes: () => wishes,
    isUnsaved: () => wishes !== null || underWay !== null,
    error: () => error,
    watch: (watcher: () => void) => {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    wish: (more: DetailWishes) => {
      wishes = { ...wishes, ...more, ...(more.meta ? { meta: { ...wishes?.meta, ...more.meta } } : {}) }
      error = null
      wait(pauseMs)
      tell()
    },
    flush,
    /** The page goes away: what is wished leaves without waiting for the answer. */
    leave: () => {
      stopWaiting()
      if (!wishes || underWay) return
      void ports.save(latest, wishes, true).catch(() => undefined)
    },
    stop: () => stopWaiting(),
  }
}
