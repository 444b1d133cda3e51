/** Eight people who type, and how long their letters take to the others. */
import * as Y from 'yjs'
import { randomFrom } from '../data.ts'

export const typists = 8
export const keysPerSecond = 10
/** A third of the keys takes a letter away again. */
const deletedShare = 0.3

export type Typist = {
  doc: Y.Doc
  /** The running texts of the document; in the first one letters are only put in. */
  texts: () => Y.XmlText[]
  isConnected: () => boolean
  /** Since when nothing was done to its connection, in ms; infinite while something is. */
  calmSinceMs: () => number
}
type Key = { typist: number; client: number; clock: number; atMs: number; left: Set<number> }
export type Typing = ReturnType<typeof startTyping>

/** Of a connection, before its times count. */
const calmForMs = 1_500

const letters = 'abcdefghijklmnoprstuwyz ąćęłńóśżź'

/** Types until told to stop; `heard` is to be called when a document may have got something. */
export function startTyping(people: readonly Typist[], seed: number) {
  const random = randomFrom(seed)
  const open: Key[] = []
  const lateMs: number[] = []
  const counts = { keys: 0, typed: 0, uncounted: 0 }

  const press = (index: number): void => {
    const typist = people[index]
    const texts = typist?.texts() ?? []
    const place = Math.floor(random() * texts.length)
    const text = texts[place]
    if (!typist || !text) return
    counts.keys += 1
    const { doc } = typist
    const clock = Y.getState(doc.store, doc.clientID)
    if (place > 0 && text.length > 20 && random() < deletedShare) {
      text.delete(Math.floor(random() * text.length), 1)
      return
    }
    text.insert(Math.floor(random() * (text.length + 1)), letters[Math.floor(random() * letters.length)] ?? 'a')
    counts.typed += 1
    const left = new Set(people.keys())
    left.delete(index)
    open.push({ typist: index, client: doc.clientID, clock, atMs: performance.now(), left })
  }
  const heard = (index: number): void => {
    const doc = people[index]?.doc
    if (!doc) return
    const nowMs = performance.now()
    for (const key of open) {
      if (!key.left.has(index) || Y.getState(doc.store, key.client) <= key.clock) continue
      key.left.delete(index)
      const isCalm = [key.typist, index].every((who) => (people[who]?.calmSinceMs() ?? Infinity) < key.atMs - calmForMs)
      if (isCalm) lateMs.push(nowMs - key.atMs)
      else counts.uncounted += 1
    }
    let done = 0
    while (done < open.length && (open[done]?.left.size === 0 || nowMs - (open[done]?.atMs ?? 0) > 60_000)) done += 1
    open.splice(0, done)
  }

  let timers: NodeJS.Timeout[] = []
  return {
    counts,
    lateMs,
    heard,
    begin: (): void => {
      timers = people.map((_, index) => {
        const everyMs = 1_000 / keysPerSecond
        const timer = setTimeout(
          () => {
            press(index)
            timers[index] = setInterval(() => press(index), everyMs)
          },
          (everyMs / people.length) * index,
        )
        return timer
      })
    },
    end: (): void => {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** All running texts of a body. */
export function textsIn(doc: Y.Doc): Y.XmlText[] {
  return doc
    .getXmlFragment('body')
    .toArray()
    .flatMap((node) => (node instanceof Y.XmlElement ? node.toArray() : []))
    .filter((node) => node instanceof Y.XmlText)
}
