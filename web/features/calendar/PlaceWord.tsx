/** Said in a place while something is carried: that it would be refused there, or what to think of before. */
import { IconAlertTriangle, IconBan } from '@tabler/icons-react'
import { sorted, useConflictWords } from '../../planning/Conflicts.tsx'
import { useWords } from '../../words/words.ts'
import type { Verdict } from './carrying/verdict.ts'
import looks from './calendar.module.css'

export function PlaceWord({ verdict }: { verdict: Verdict | null }) {
  const t = useWords('calendar')
  const { short } = useConflictWords()
  if (!verdict || verdict.weight === 'free' || verdict.weight === 'note') return null
  const [first] = sorted(verdict.conflicts)
  const word = verdict.why ? t('place.refused') : first ? short(first) : ''
  return (
    <span className={looks.placeWord} data-weight={verdict.weight} aria-hidden="true">
      {verdict.weight === 'refused' ? <IconBan size={13} /> : <IconAlertTriangle size={13} />}
      <span>{word}</span>
    </span>
  )
}
