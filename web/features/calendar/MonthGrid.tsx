/** The month: weeks from Monday, today marked, past days sunken. Entries are dropped on days. */
import {
  DndContext,
  type DragEndEvent,
  DragOverlay,
  PointerSensor,
  TouchSensor,
  useDroppable,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import type { Delivery } from '@floowe/contracts/publishing'
import { wallIn } from '../../planning/wall-time.ts'
import { standingLook } from '../../statuses/statuses.tsx'
import { useFormats } from '../../ui/formats.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import type { Idea } from './Backlog.tsx'
import { DraggableEntry, EntryFace } from './Entry.tsx'
import { daysBetween, foldDay, polishHolidays, type Week } from './month.ts'
import { RestOfDay } from './RestOfDay.tsx'
import { useKeptFocus } from './use-kept-focus.ts'
import type { Moves } from './use-moves.ts'
import looks from './calendar.module.css'

type GridProps = {
  weeks: readonly Week[]
  month: string
  zone: string
  items: readonly Delivery[]
  mayPlan: boolean
  moves: Moves
  onOpen: (delivery: Delivery) => void
  onPlanIdea: (idea: Idea, day: string) => void
  ideas: readonly Idea[]
  /** The backlog stands beside the grid, inside the same dragging. */
  children: ReactNode
}

const none: readonly Delivery[] = []

const entriesByDay = (items: readonly Delivery[], zone: string): ReadonlyMap<string, readonly Delivery[]> =>
  Map.groupBy(
    [...items].sort((a, b) => a.dueAt.localeCompare(b.dueAt)), // one just moved still stands in its old place
    (item) => wallIn(zone, item.dueAt).date,
  )

/** Scrolls as little as it takes to have today in sight; with it in the middle where days stand below each other. */
export const showToday = (within: ParentNode | null = document, block: ScrollLogicalPosition = 'nearest'): void =>
  within?.querySelector('[data-today]')?.scrollIntoView({ block })

export function MonthGrid({
  weeks,
  month,
  zone,
  items,
  mayPlan,
  moves,
  onOpen,
  onPlanIdea,
  ideas,
  children,
}: GridProps) {
  const t = useWords('calendar')
  const [dragged, setDragged] = useState<Delivery | Idea | null>(null)
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 5 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 200, tolerance: 8 } }),
  )
  const today = wallIn(zone, Date.now()).date
  const byDay = useMemo(() => entriesByDay(items, zone), [items, zone])
  const grid = useRef<HTMLTableElement>(null)
  useKeptFocus(grid)
  const isFilled = items.length > 0
  useEffect(() => {
    if (isFilled) showToday(grid.current)
  }, [month, isFilled])
  const find = (id: string) =>
    items.find((item) => item.id === id) ?? ideas.find((idea) => idea.editionId === id) ?? null
  const drop = ({ active, over }: DragEndEvent): void => {
    setDragged(null)
    const what = find(String(active.id))
    if (!what || !over) return
    const day = String(over.id)
    if (day < today) return void showToast({ tone: 'bad', text: t('past') })
    if ('dueAt' in what) moves.moveByDays(what, daysBetween(wallIn(zone, what.dueAt).date, day))
    else onPlanIdea(what, day)
  }
  return (
    <DndContext
      sensors={sensors}
      onDragStart={({ active }) => setDragged(find(String(active.id)))}
      onDragEnd={drop}
      onDragCancel={() => setDragged(null)}
      accessibility={{ restoreFocus: true, screenReaderInstructions: { draggable: t('how-to-move') } }}
    >
      <p id="calendar-how-to-move" hidden>
        {t('how-to-move')}
      </p>
      <div className={looks.layout}>
        <table ref={grid} className={looks.grid} aria-label={t('title')}>
          <thead>
            <tr>
              {(weeks[0] ?? []).map((day) => (
                <th key={day} scope="col">
                  {new Intl.DateTimeFormat(document.documentElement.lang, { weekday: 'short', timeZone: 'UTC' }).format(
                    new Date(`${day}T12:00:00Z`),
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weeks.map((week) => (
              <tr key={week[0]}>
                {week.map((day) => (
                  <Day
                    key={day}
                    day={day}
                    today={today}
                    isOutside={!day.startsWith(month)}
                    entries={byDay.get(day) ?? none}
                    shared={{ zone, mayPlan, moves }}
                    onOpen={onOpen}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {children}
      </div>
      <DragOverlay dropAnimation={null}>{dragged && <Dragged what={dragged} zone={zone} />}</DragOverlay>
    </DndContext>
  )
}

function Dragged({ what, zone }: { what: Delivery | Idea; zone: string }) {
  const t = useWords('calendar')
  if ('dueAt' in what) {
    return (
      <div className={looks.entry} data-tone={standingLook(what).tone} data-lifted>
        <EntryFace delivery={what} zone={zone} untitled={t('untitled')} />
      </div>
    )
  }
  return (
    <div className={looks.entry} data-tone="neutral" data-lifted>
      <span className={looks.entryTitle}>{what.title || t('untitled')}</span>
    </div>
  )
}

type DayProps = {
  day: string
  today: string
  isOutside: boolean
  entries: readonly Delivery[]
  shared: Pick<GridProps, 'zone' | 'mayPlan' | 'moves'>
  onOpen: (delivery: Delivery) => void
}

function Day({ day, today, isOutside, entries, shared, onOpen }: DayProps) {
  const t = useWords('calendar')
  const label = useFormats().weekday(`${day}T12:00:00Z`, 'UTC')
  const { shown, more } = foldDay(entries)
  const { setNodeRef, isOver } = useDroppable({ id: day })
  const holiday = polishHolidays(Number(day.slice(0, 4))).get(day)
  return (
    <td
      ref={setNodeRef}
      className={looks.day}
      data-past={day < today || undefined}
      data-today={day === today || undefined}
      data-outside={isOutside || undefined}
      data-over={isOver || undefined}
    >
      <div className={looks.dayHead}>
        <time dateTime={day} aria-label={label} aria-current={day === today ? 'date' : undefined}>
          {Number(day.slice(8))}
        </time>
        {holiday && (
          <span className={looks.holiday}>
            {t(`holiday.${holiday}` as 'holiday.easter') /* every name has its words; a test compares */}
          </span>
        )}
      </div>
      {shown.map((delivery) => (
        <DraggableEntry key={delivery.id} {...shared} delivery={delivery} onOpen={() => onOpen(delivery)} />
      ))}
      {more > 0 && <RestOfDay {...shared} label={label} deliveries={entries} more={more} onOpen={onOpen} />}
    </td>
  )
}
