/** A week or a day by its hours: entries stand at their time, the present is a line, what is carried lands on quarters of an hour. */
import { memo, useEffect, useMemo, useRef } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { addDays, offsetAt, wallIn } from '../../planning/wall-time.ts'
import { useFormats } from '../../ui/formats.ts'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { useWords } from '../../words/words.ts'
import { useActs } from './acts.ts'
import { CampaignBars } from './CampaignBars.tsx'
import { useCarried, useCarry } from './carrying/carry.ts'
import { DayMark } from './DayMark.tsx'
import { Entry } from './Entry.tsx'
import { Ghost } from './Ghost.tsx'
import { minutesIn, minutesOf, percent, readingElsewhere } from './hours.ts'
import { inLanes } from './lanes.ts'
import type { ViewProps } from './MonthView.tsx'
import { PlaceWord } from './PlaceWord.tsx'
import { RestOfDay } from './RestOfDay.tsx'
import type { FreeSlot } from './slots.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useNow } from './use-now.ts'
import { useRestOfWindow } from './use-rest-of-window.ts'
import shared from './calendar.module.css'
import looks from './hours.module.css'

const hours = Array.from({ length: 24 }, (_, hour) => hour)
const none: readonly never[] = []
/** An entry is a moment; it is drawn as long as it takes to read it. */
const spanMinutes = 30
const firstHourShown = 7

export function HoursView({ days, ...view }: ViewProps & { days: readonly string[] }) {
  const t = useWords('calendar')
  const { zone } = useActs()
  const box = useRef<HTMLDivElement>(null)
  const height = useRestOfWindow(box)
  useKeptFocus(box)
  const range = days.join(' ')
  const columns = { gridTemplateColumns: `56px repeat(${days.length}, minmax(0, 1fr))` }
  const isMeasured = height !== null
  useEffect(() => {
    const line = box.current?.querySelector<HTMLElement>('[data-hour]')
    if (isMeasured && box.current && line) box.current.scrollTop = line.offsetHeight * firstHourShown
  }, [range, isMeasured])
  return (
    // what scrolls is reached with the keys, too
    <section
      ref={box}
      className={looks.box}
      style={{ height: height ?? undefined }}
      aria-label={t('title')}
      tabIndex={0 /* what scrolls must be reached */}
    >
      <div className={looks.head} style={columns}>
        <span className={looks.corner} title={zone} />
        {days.map((day) => (
          <DayHead key={day} day={day} zone={zone} today={view.today} onDay={view.onDay} />
        ))}
        <div className={looks.bars}>
          <CampaignBars days={days} campaigns={view.campaigns} onCampaign={view.onCampaign} />
        </div>
      </div>
      <div className={looks.body} style={columns}>
        <div className={looks.scale} aria-hidden="true">
          {hours.map((hour) => (
            <span key={hour} data-hour={hour}>
              {hour > 0 && `${String(hour).padStart(2, '0')}:00`}
            </span>
          ))}
        </div>
        {days.map((day) => (
          <section
            key={day}
            className={looks.day}
            data-hours={day}
            data-past={day < view.today || undefined}
            aria-labelledby={`day-${day}`}
          >
            <div className={looks.lines} />
            <DayColumn
              entries={view.byDay.get(day) ?? none}
              slots={view.slotsByDay.get(day) ?? none}
              day={day}
              isAlone={days.length === 1}
              onFill={view.onFill}
            />
            {day === view.today && <NowLine zone={zone} />}
            <Landing day={day} />
          </section>
        ))}
      </div>
    </section>
  )
}

function DayHead({ day, zone, today, onDay }: { day: string; zone: string } & Pick<ViewProps, 'today' | 'onDay'>) {
  const t = useWords('calendar')
  const { locale } = useSurroundings()
  const label = useFormats().weekday(`${day}T12:00:00Z`, 'UTC')
  const noon = new Date(`${day}T12:00:00Z`)
  const changes = offsetAt(zone, Date.parse(`${addDays(day, -1)}T23:00:00Z`)) !== offsetAt(zone, noon.getTime())
  return (
    <div className={looks.dayHead} data-today={day === today || undefined}>
      <button type="button" className={shared.dayNumber} onClick={() => onDay(day)} title={t('day.open')}>
        <span aria-hidden="true">
          {new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(noon)}
        </span>
        <time id={`day-${day}`} dateTime={day} aria-label={label} aria-current={day === today ? 'date' : undefined}>
          {Number(day.slice(8))}
        </time>
      </button>
      {changes ? <span className={shared.mark}>{t('day.clocks-change')}</span> : <DayMark day={day} isShort />}
    </div>
  )
}

type ColumnProps = {
  day: string
  entries: readonly CalendarItem[]
  slots: readonly FreeSlot[]
  isAlone: boolean
  onFill: (slot: FreeSlot) => void
}

const DayColumn = memo(function DayColumn({ day, entries, slots, isAlone, onFill }: ColumnProps) {
  const { zone } = useActs()
  const label = useFormats().weekday(`${day}T12:00:00Z`, 'UTC')
  const { placed, folded } = useMemo(() => {
    // a narrow column has no room for the clock of another zone beside the title
    const hasTwoLines = (entry: CalendarItem): boolean => !isAlone && readingElsewhere(entry, zone) !== null
    const laid = inLanes(entries, (entry) => minutesIn(zone, entry), {
      spanOf: (entry) => (hasTwoLines(entry) ? 2 : 1) * spanMinutes,
      lanesMax: isAlone ? 6 : 2,
    })
    return { ...laid, placed: laid.placed.map((one) => ({ ...one, hasTwoLines: hasTwoLines(one.item) })) }
  }, [entries, zone, isAlone])
  const taken = new Set(entries.map((entry) => minutesIn(zone, entry)))
  const at = (minutes: number, lane: number, lanes: number) => ({
    top: percent(minutes),
    left: `calc(${(100 * lane) / lanes}% + 2px)`,
    width: `calc(${100 / lanes}% - 4px)`,
  })
  return (
    <>
      {slots
        .filter(({ time }) => !taken.has(minutesOf(time)))
        .map((slot) => (
          <Ghost
            key={`${slot.channelId} ${slot.dueAt}`}
            slot={slot}
            form="line"
            style={at(minutesOf(slot.time), 0, 1)}
            onFill={onFill}
          />
        ))}
      {placed.map(({ item, lane, lanes, hasTwoLines }) => (
        <Entry
          key={item.id}
          delivery={item}
          form="line"
          isTight={!isAlone && lanes > 1}
          hasTwoLines={hasTwoLines}
          style={at(minutesIn(zone, item), lane, lanes)}
        />
      ))}
      {folded.map(({ at: minutes, items, lanes }) => (
        <RestOfDay
          key={items[0]?.id}
          label={label}
          deliveries={items}
          more={items.length}
          isSmall
          style={at(minutes, lanes - 1, lanes)}
        />
      ))}
    </>
  )
})

function NowLine({ zone }: { zone: string }) {
  const t = useWords('calendar')
  const { time } = wallIn(zone, useNow())
  return (
    <div className={looks.now} style={{ top: percent(minutesOf(time)) }} data-now>
      <span className="only-read">{t('now', { time })}</span>
    </div>
  )
}

/** Where what is carried would land. */
function Landing({ day }: { day: string }) {
  const carry = useCarry()
  const target = useCarried((state) =>
    state.by !== null && state.target && 'day' in state.target && state.target.day === day ? state.target : null,
  )
  const verdict = useCarried(() => carry.verdictOf(target))
  if (!target || target.kind !== 'time') return null
  return (
    <div
      className={looks.landing}
      data-verdict={verdict?.weight}
      style={{ top: percent(minutesOf(target.time)) }}
      aria-hidden="true"
    >
      <time>{target.time}</time>
      <PlaceWord verdict={verdict} />
    </div>
  )
}
