/** What stands against a time, in words. */
import { IconAlertTriangle, IconBan, IconInfoCircle, type Icon } from '@tabler/icons-react'
import type { Conflict } from '@floowe/contracts/calendar'
import { useFormats } from '../ui/formats.ts'
import { useLanguage, useWords } from '../words/words.ts'
import looks from './planning.module.css'

const icons: Readonly<Record<Conflict['weight'], Icon>> = {
  refused: IconBan,
  warning: IconAlertTriangle,
  note: IconInfoCircle,
}

/** Says one conflict whole, or in a word or two where there is little room. */
export function useConflictWords(): { whole: (one: Conflict) => string; short: (one: Conflict) => string } {
  const t = useWords('planning')
  const formats = useFormats()
  const language = useLanguage()
  return {
    whole: (one) =>
      t(`conflict.${one.code}`, {
        at: one.at ? formats.dateTime(one.at) : '',
        minutes: one.minutes ?? 0,
        name: one.name?.[language] ?? '',
      }),
    short: (one) => t(`conflict.${one.code}.short`, { name: one.name?.[language] ?? '' }),
  }
}

const order: readonly Conflict['weight'][] = ['refused', 'warning', 'note']
export const sorted = (conflicts: readonly Conflict[]): Conflict[] =>
  [...conflicts].sort((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight))

export function Conflicts({ conflicts }: { conflicts: readonly Conflict[] }) {
  const { whole } = useConflictWords()
  if (conflicts.length === 0) return null
  return (
    <ul className={looks.conflicts}>
      {sorted(conflicts).map((one) => {
        const Icon = icons[one.weight]
        return (
          <li key={`${one.code} ${one.deliveryId ?? ''}`} data-weight={one.weight}>
            <Icon size={15} aria-hidden="true" />
            <span>{whole(one)}</span>
          </li>
        )
      })}
    </ul>
  )
}
