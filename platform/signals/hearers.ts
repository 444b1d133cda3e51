/** Who hears which topic in this process. */
import type { Log } from '../log.ts'
import type { Hearer } from './port.ts'

export type Entry = { topic: string; hearer: Hearer }

export function createHearers<Kept extends Entry>(log: Log) {
  const entries = new Map<string, Set<Kept>>()
  /** What one throws, at once or later, is nobody else's. */
  const call = (topic: string, work: () => unknown): void => {
    const failed = (error: unknown): void => log.warn('a hint was not understood', { error, topic })
    try {
      const result = work()
      if (result instanceof Promise) result.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
  const of = (topic: string): Kept[] => [...(entries.get(topic) ?? [])]
  return {
    add: (entry: Kept): void => {
      const known = entries.get(entry.topic) ?? new Set()
      entries.set(entry.topic, known.add(entry))
    },
    /** Answers whether nobody hears this topic any more. */
    remove: (entry: Kept): boolean => {
      const known = entries.get(entry.topic)
      if (!known?.delete(entry) || known.size > 0) return false
      entries.delete(entry.topic)
      return true
    },
    topics: (): string[] => [...entries.keys()],
    of,
    heard: (topic: string, text: string): void => {
      for (const { hearer } of of(topic)) call(topic, () => hearer.heard(text))
    },
    missed: (some: readonly Kept[]): void => {
      for (const { topic, hearer } of some) call(topic, () => hearer.missed())
    },
    clear: (): void => entries.clear(),
  }
}
