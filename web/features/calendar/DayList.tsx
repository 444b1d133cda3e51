/** The same month as a list, for narrow screens and for those who prefer it. */
import { useEffect, useRef } from 'react'
import type { Delivery } from '@floowe/contracts/publishing'
import { wallIn } from '../../planning/wall-time.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import { Entry } from './Entry.tsx'
import { showToday } from './MonthGrid.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import type { Moves } from './use-moves.ts'
import looks from './calendar.module.css'

type ListProps = {
  items: readonly Delivery[]
  month: string
  zone: string
  mayPlan: boolean
  moves: Moves
  onOpen: (delivery: Delivery) => void
}

export function DayList({ items, month, zone, mayPlan, moves, onOpen }: ListProps) {
  const t = useWords('calendar')
  const formats = useFormats()
  const list = useRef<HTMLDivElement>(null)
  useKeptFocus(list)
  const today = wallIn(zone, Date.now()).date
  const byDay = [...Map.groupBy(items, (item) => wallIn(zone, item.dueAt).date)]
    .filter(([day]) => day.startsWith(month))
    .sort(([a], [b]) => a.localeCompare(b))
  const next = byDay.find(([day]) => day >= today)?.[0]
  useEffect(() => showToday(list.current, 'center'), [month, next])
  if (byDay.length === 0)
    return (
      <EmptyState drawing="calendar" title={t('empty')}>
        {t('empty.how')}
      </EmptyState>
    )
  return (
    <div ref={list} className={looks.list}>
      <p id="calendar-how-to-move" hidden>
        {t('how-to-move.list')}
      </p>
      {byDay.map(([day, deliveries]) => (
        <section key={day} aria-labelledby={`day-${day}`} data-today={day === next || undefined}>
          <h2 id={`day-${day}`}>
            {formats.weekday(`${day}T12:00:00Z`, 'UTC')}
            {day === today && <span className={looks.today}>{t('today')}</span>}
          </h2>
          {deliveries.map((delivery) => (
            <Entry
              key={delivery.id}
              delivery={delivery}
              zone={zone}
              mayPlan={mayPlan}
              moves={moves}
              onOpen={() => onOpen(delivery)}
            />
          ))}
        </section>
      ))}
    </div>
  )
}
