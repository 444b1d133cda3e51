/** A month as a list, for narrow screens and for those who prefer it. */
import { memo, useEffect, useRef, useState } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { Button } from '../../ui/Button.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import { usePlace } from './carrying/carry.ts'
import { DayMark } from './DayMark.tsx'
import { Entry } from './Entry.tsx'
import { showToday, type ViewProps } from './MonthView.tsx'
import { PlaceWord } from './PlaceWord.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import looks from './calendar.module.css'

/** Of a day that has more, the rest comes when asked for: a list of thousands is slow to draw and slow to read. */
const dayEntriesMax = 30

type ListProps = Pick<ViewProps, 'today' | 'byDay'> & { days: readonly string[] }

export function DayList({ days, today, byDay }: ListProps) {
  const list = useRef<HTMLDivElement>(null)
  useKeptFocus(list)
  const filled = days.filter((day) => byDay.has(day))
  const next = filled.find((day) => day >= today)
  const month = days[0]
  useEffect(() => showToday(list.current, 'center'), [month, next])
  return (
    <div ref={list} className={looks.list}>
      {filled.map((day) => (
        <ListDay key={day} day={day} isToday={day === today} isNext={day === next} entries={byDay.get(day) ?? []} />
      ))}
    </div>
  )
}

type DayProps = { day: string; isToday: boolean; isNext: boolean; entries: readonly CalendarItem[] }

const ListDay = memo(function ListDay({ day, isToday, isNext, entries }: DayProps) {
  const t = useWords('calendar')
  const formats = useFormats()
  const target = { kind: 'day', day } as const
  const { isOver, verdict } = usePlace(target)
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? entries : entries.slice(0, dayEntriesMax)
  return (
    <section
      aria-labelledby={`day-${day}`}
      data-today={isNext || undefined}
      data-target={JSON.stringify(target)}
      data-over={isOver || undefined}
      data-verdict={verdict?.weight}
    >
      <h2 id={`day-${day}`}>
        <span className={looks.listDay}>{formats.weekday(`${day}T12:00:00Z`, 'UTC')}</span>
        {isToday && <span className={looks.today}>{t('today')}</span>}
        <DayMark day={day} />
        {isOver && <PlaceWord verdict={verdict} />}
      </h2>
      {shown.map((delivery) => (
        <Entry key={delivery.id} delivery={delivery} />
      ))}
      {shown.length < entries.length && (
        <Button tone="quiet" size="small" onClick={() => setWhole(true)}>
          {t('more', { count: entries.length - shown.length })}
        </Button>
      )}
    </section>
  )
})
