/** What is said of a place, as texts. */
import { sorted, useConflictWords } from '../../planning/Conflicts.tsx'
import { useWords } from '../../words/words.ts'
import type { Verdict } from './carrying/verdict.ts'

/** Everything that a verdict says, gravest first; as one text. */
export function useVerdictWords(): (verdict: Verdict) => string[] {
  const t = useWords('calendar')
  const { whole } = useConflictWords()
  return ({ why, conflicts }) => (why ? [t(`why.${why}`)] : sorted(conflicts).map(whole))
}
