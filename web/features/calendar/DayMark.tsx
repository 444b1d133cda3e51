/** What is special about a day, as icon and word: a holiday, a Sunday with shops open or closed. */
import { IconShoppingCart, IconShoppingCartOff, IconFlag } from '@tabler/icons-react'
import { useLanguage, useWords } from '../../words/words.ts'
import { dayNote } from './days.ts'
import looks from './calendar.module.css'

/** @param isShort a field of the month has room for a word; closed shops are the usual Sunday, and say it quietly */
export function DayMark({ day, isShort = false }: { day: string; isShort?: boolean }) {
  const t = useWords('calendar')
  const language = useLanguage()
  const note = dayNote(day)
  if (!note) return null
  if (note.kind === 'holiday')
    return (
      <span className={looks.mark} data-kind="holiday" title={note.name[language]}>
        <IconFlag size={13} aria-hidden="true" />
        <span>{note.name[language]}</span>
      </span>
    )
  const Icon = note.kind === 'trading-sunday' ? IconShoppingCart : IconShoppingCartOff
  return (
    <span className={looks.mark} data-kind={note.kind} title={t(`day.${note.kind}`)}>
      <Icon size={13} aria-hidden="true" />
      <span>{t(isShort ? `day.${note.kind}.short` : `day.${note.kind}`)}</span>
    </span>
  )
}
