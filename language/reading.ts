import { rulesFor } from './languages.ts'

/**
 * How long `words` words take to read, in whole minutes: at least 1 for any word, 0 for none.
 *
 * Speeds are the averages of the International Reading Speed Texts for running text (Trauzettel-Klosinski, Dietz, IReST
 * Study Group, 2012): Polish 166 words a minute, English 228; other languages 184, the average of the seventeen
 * measured.
 */
export function readingMinutes(words: number, language: string): number {
  if (!(words > 0)) return 0
  return Math.max(1, Math.round(words / wordsPerMinute[rulesFor(language)]))
}

const wordsPerMinute = { pl: 166, en: 228, other: 184 } as const
