/** What the pieces need to know of the person and the language; the app says it once at the top. */
import { createContext, type ReactNode, use } from 'react'

/** The few words that pieces of `ui/` say by themselves. */
export type PieceWords = {
  undo: string
  close: string
  retry: string
  copy: string
  copied: string
  show: string
  hide: string
  loading: string
  requestId: string
  notices: string
  optional: string
}
export type Surroundings = {
  locale: 'pl' | 'en'
  /** The zone in which this person reads times. */
  zone: string
  words: PieceWords
}

const SurroundingsContext = createContext<Surroundings | null>(null)

export function SurroundingsProvider({ value, children }: { value: Surroundings; children: ReactNode }) {
  return <SurroundingsContext value={value}>{children}</SurroundingsContext>
}

export function useSurroundings(): Surroundings {
  const value = use(SurroundingsContext)
  if (!value) throw new Error('SurroundingsProvider is missing above this piece')
  return value
}
