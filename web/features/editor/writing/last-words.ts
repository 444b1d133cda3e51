/**
 * What a page types in its last moments. The browser's database takes its time and a closing page has none: what no server has
 * acknowledged by then is written here in one go, and is the first that the next visit sends.
 */
import { type Bytes, decodeBytes, encodeBytes } from './frames.ts'

export type LastWords = {
  /** @returns false where the browser has no room for it. */
  keep: (update: Bytes) => boolean
  /** What earlier pages left, this person's and of this text. */
  read: () => Bytes[]
  /** All that was kept or read is on the server. */
  drop: () => void
}

/** Of one text; more pages than that were never closed at once. */
const keysMax = 20

/** @param page tells the pages of one browser apart */
export function lastWordsOf(person: string, editionId: string, page: string): LastWords {
  const prefix = `floowe-last-words:${person}:${editionId}:`
  const known = new Set<string>()
  return {
    keep: (update) => {
      try {
        localStorage.setItem(prefix + page, encodeBytes(update))
        known.add(prefix + page)
        return true
      } catch {
        return false // full or closed
      }
    },
    read: () => {
      const found: Bytes[] = []
      for (const key of keysFrom(prefix)) {
        try {
          found.push(decodeBytes(localStorage.getItem(key) ?? ''))
          known.add(key)
        } catch {
          // not ours, or cut off
        }
      }
      return found
    },
    drop: () => {
      for (const key of known) {
        try {
          localStorage.removeItem(key)
        } catch {
          // closed: it is sent once more, which changes nothing
        }
      }
      known.clear()
    },
  }
}

function keysFrom(prefix: string): string[] {
  try {
    const keys = Array.from({ length: localStorage.length }, (_, place) => localStorage.key(place) ?? '')
    return keys.filter((key) => key.startsWith(prefix)).slice(0, keysMax)
  } catch {
    return []
  }
}
