/** The month: weeks from Monday, today marked, past days sunken, campaigns over their weeks. Entries are put on days. */
import { memo, type ReactNode, useEffect, useRef } from 'react'
import type { CalendarItem, Campaign } from '@floowe/contracts/calendar'
import { useFormats } from '../../ui/formats.ts'
import { useLanguage, useWords } from '../../words/words.ts'
import { usePlace } from './carrying/carry.ts'
import { CampaignBars } from './CampaignBars.tsx'
import { DayMark } from './DayMark.tsx'
import { Entry } from './Entry.tsx'
import { Ghost } from './Ghost.tsx'
import { foldDay, ghostsIn, type Week } from './month.ts'
import { PlaceWord } from './PlaceWord.tsx'
import { RestOfDay } from './RestOfDay.tsx'
import type { FreeSlot } from './slots.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import looks from './calendar.module.css'

export type ViewProps = {
  today: string
  byDay: ReadonlyMap<string, readonly CalendarItem[]>
  slotsByDay: ReadonlyMap<string, readonly FreeSlot[]>
  campaigns: readonly Campaign[]
  onDay: (day: string) => void
  onCampaign: (campaign: Campaign) => void
  onFill: (slot: FreeSlot) => void
}
type MonthProps = ViewProps & { weeks: readonly Week[]; month: string; isFilled: boolean }

const none: readonly never[] = []

/** Scrolls as little as it takes to have today in sight; with it in the middle where days stand below each other. */
export function showToday(within: ParentNode | null = document, block: ScrollLogicalPosition = 'nearest'): void {
  within?.querySelector('[data-today]')?.scrollIntoView({ block })
}

export function MonthView({ weeks, month, isFilled, today, byDay, slotsByDay, ...rest }: MonthProps) {
  const t = useWords('calendar')
  const language = useLanguage()
  const grid = useRef<HTMLTableElement>(null)
  useKeptFocus(grid)
  useEffect(() => {
    if (isFilled) showToday(grid.current)
  }, [month, isFilled])
  const head = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  return (
    <table ref={grid} className={looks.grid} aria-label={t('title')}>
      <thead>
        <tr>
          {(weeks[0] ?? []).map((day) => (
            <th key={day} scope="col">
              {head.format(new Date(`${day}T12:00:00Z`))}
            </th>
          ))}
        </tr>
      </thead>
      {weeks.map((week) => (
        <tbody key={week[0]}>
          <CampaignRow week={week} campaigns={rest.campaigns} onCampaign={rest.onCampaign} />
          <tr>
            {week.map((day) => (
              <Day
                key={day}
                day={day}
                today={today}
                isOutside={!day.startsWith(month)}
                entries={byDay.get(day) ?? none}
                slots={slotsByDay.get(day) ?? none}
                onDay={rest.onDay}
                onFill={rest.onFill}
              />
            ))}
          </tr>
        </tbody>
      ))}
    </table>
  )
}

function CampaignRow({ week, campaigns, onCampaign }: { week: Week } & Pick<ViewProps, 'campaigns' | 'onCampaign'>) {
  const bars = <CampaignBars days={week} campaigns={campaigns} onCampaign={onCampaign} />
  const isCrossed = campaigns.some(
    ({ firstDay, lastDay }) => firstDay <= (week.at(-1) ?? '') && lastDay >= (week[0] ?? ''),
  )
  if (!isCrossed) return null
  return (
    <tr className={looks.barsRow}>
      <td colSpan={7}>{bars}</td>
    </tr>
  )
}

type DayProps = Pick<ViewProps, 'today' | 'onDay' | 'onFill'> & {
  day: string
  isOutside: boolean
  entries: readonly CalendarItem[]
  slots: readonly FreeSlot[]
}

const Day = memo(function Day({ day, today, isOutside, entries, slots, onDay, onFill }: DayProps) {
  const label = useFormats().weekday(`${day}T12:00:00Z`, 'UTC')
  const { shown, more } = foldDay(entries)
  return (
    <DayField day={day} today={today} isOutside={isOutside} label={label} onDay={onDay}>
      {shown.map((delivery) => (
        <Entry key={delivery.id} delivery={delivery} />
      ))}
      {ghostsIn(entries, slots).map((slot) => (
        <Ghost key={`${slot.channelId} ${slot.dueAt}`} slot={slot} form="line" onFill={onFill} />
      ))}
      {more > 0 && <RestOfDay label={label} deliveries={entries} more={more} />}
    </DayField>
  )
})

type FieldProps = Omit<DayProps, 'entries' | 'slots' | 'onFill'> & { label: string; children: ReactNode }

/** What changes while something is carried over it; the entries in it are not drawn anew. */
function DayField({ day, today, isOutside, label, onDay, children }: FieldProps) {
  const t = useWords('calendar')
  const target = { kind: 'day', day } as const
  const { isOver, verdict } = usePlace(target)
  return (
    <td
      className={looks.day}
      data-target={JSON.stringify(target)}
      data-past={day < today || undefined}
      data-today={day === today || undefined}
      data-outside={isOutside || undefined}
      data-over={isOver || undefined}
      data-verdict={verdict?.weight}
    >
      <div className={looks.dayHead}>
        <button type="button" className={looks.dayNumber} onClick={() => onDay(day)} title={t('day.open')}>
          <time dateTime={day} aria-label={label} aria-current={day === today ? 'date' : undefined}>
            {Number(day.slice(8))}
          </time>
        </button>
        {verdict && (verdict.weight === 'refused' || verdict.weight === 'asks' || verdict.weight === 'warning') ? (
          <PlaceWord verdict={verdict} />
        ) : (
          <DayMark day={day} isShort />
        )}
      </div>
      {children}
    </td>
  )
}
