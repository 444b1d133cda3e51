/** The calendar: what went out, what will, and what has no date yet; by month, week, day, as a list or a board. */
import { useMediaQuery } from '@mantine/hooks'
import { type ReactNode, useCallback, useDeferredValue, useMemo, useState } from 'react'
import type { Campaign } from '@floowe/contracts/calendar'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useSearchState } from '../../location.ts'
import { wallIn } from '../../planning/wall-time.ts'
import { useKeys } from '../../ui/keys.tsx'
import { Page } from '../../ui/Page.tsx'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { useWords } from '../../words/words.ts'
import { Backlog } from './Backlog.tsx'
import { BoardView } from './BoardView.tsx'
import { CalendarDialogs } from './CalendarDialogs.tsx'
import { DayList } from './DayList.tsx'
import { Desk } from './Desk.tsx'
import { type CalendarFilters, countOf, filtersOf, noFilters, searchOf } from './filters.ts'
import { Filters } from './Filters.tsx'
import { HoursView } from './HoursView.tsx'
import { useIdeas } from './ideas.ts'
import { weeksOf } from './month.ts'
import { MonthView, showToday } from './MonthView.tsx'
import { Nothing } from './Nothing.tsx'
import type { Opened } from './opened.ts'
import { daysShown, narrow, placeOf, stepped, type View, views } from './range.ts'
import { type FreeSlot, useFreeSlots } from './slots.ts'
import { Actions, Heading, unitOf, useTitle } from './Toolbar.tsx'
import { useCalendar, useCampaigns } from './use-calendar.ts'
import { useExport } from './use-export.ts'
import { useMoves } from './use-moves.ts'
import { useNow } from './use-now.ts'
import looks from './calendar.module.css'

export function CalendarPage() {
  const t = useWords('calendar')
  const { zone } = useSurroundings()
  const mayPlan = useMay('publishing:plan')
  const mayWrite = useMay('content:write')
  const [search, change] = useSearchState()
  const isNarrow = useMediaQuery(narrow, matchMedia(narrow).matches) ?? false
  const today = wallIn(zone, useNow()).date
  const { view, day } = placeOf(search, today, isNarrow)
  const filters = useMemo(() => filtersOf(search), [search])
  const asked = useDeferredValue(filters)
  const days = useMemo(() => daysShown(view, day), [view, day])
  const calendar = useCalendar(days, zone, asked)
  const backlog = useIdeas(asked)
  const [opened, setOpened] = useState<Opened | null>(null)
  const moves = useMoves(zone, (id, wanted) => setOpened({ kind: 'entry', id, wanted }))
  /** `asked`: a person opened them, and goes on in them. */
  const [filtering, setFiltering] = useState<'asked' | 'shown' | null>(() => (countOf(filters) > 0 ? 'shown' : null))
  const toggleFilters = (): void => setFiltering(filtering ? null : 'asked')
  const goTo = useCallback((to: string) => change({ day: to, month: null }), [change])
  const onDay = useCallback((to: string) => change({ day: to, month: null, view: 'day' }), [change])
  const toView = (to: View) => change({ view: to === 'month' ? null : to, day, month: null })
  const toToday = (): void => {
    change({ day: null, month: null })
    showToday()
  }
  useCalendarKeys({
    view,
    day,
    toToday,
    goTo,
    toView,
    undo: moves.undo,
    mayWrite,
    onFilters: toggleFilters,
    onNew: () => setOpened({ kind: 'new', moment: null }),
  })
  const title = useTitle(view, day, isNarrow)
  const exportFile = useExport({ from: days[0] ?? '', to: days.at(-1) ?? '', zone, ...asked })
  const onFill = useCallback(
    ({ wallTime, zone: own, channelId }: FreeSlot) =>
      setOpened({
        kind: 'fill',
        moment: { day: wallTime.slice(0, 10), time: wallTime.slice(11, 16), zone: own, channelId },
      }),
    [],
  )
  const isEmpty = calendar.isLoaded && calendar.items.length === 0
  const nothing = isEmpty && (
    <Nothing view={view} isFiltered={countOf(asked) > 0} onClear={() => change(searchOf(noFilters))} />
  )
  return (
    <Page
      title={t('title')}
      width="full"
      heading={<Heading view={view} title={title} onStep={(by) => goTo(stepped(view, day, by))} onToday={toToday} />}
      actions={
        <Actions
          {...{ view, zone, isNarrow, mayPlan, mayWrite }}
          isFiltering={filtering !== null}
          filterCount={countOf(filters)}
          onFilters={toggleFilters}
          onView={toView}
          onExport={exportFile}
          open={setOpened}
        />
      }
    >
      {filtering && (
        <Filters
          isEntered={filtering === 'asked'}
          filters={filters}
          view={view}
          change={change}
          onCampaign={(campaign) => setOpened({ kind: 'campaign', campaign })}
        />
      )}
      <FormProblem error={calendar.error} />
      {calendar.isCut && <p className={looks.cut}>{t('cut')}</p>}
      <Desk
        {...{ view, day, zone, mayPlan, moves, goTo }}
        items={calendar.items}
        ideas={backlog.ideas}
        open={setOpened}
      >
        <Views
          {...{ view, day, days, today, calendar, nothing, zone, onDay, onFill, backlog }}
          shown={asked}
          open={setOpened}
        />
      </Desk>
      <CalendarDialogs
        opened={opened}
        items={calendar.items}
        ideas={backlog.ideas}
        moves={moves}
        filters={filters}
        zone={zone}
        open={setOpened}
      />
    </Page>
  )
}

type ViewsProps = {
  view: View
  day: string
  days: readonly string[]
  today: string
  zone: string
  calendar: ReturnType<typeof useCalendar>
  backlog: ReturnType<typeof useIdeas>
  shown: CalendarFilters
  nothing: ReactNode
  onDay: (day: string) => void
  onFill: (slot: FreeSlot) => void
  open: (what: Opened) => void
}

/** One of the views over the same items, and beside it what has no date; on the board that has columns of its own. */
function Views({ view, day, days, today, zone, calendar, backlog, shown, nothing, onDay, onFill, open }: ViewsProps) {
  const campaigns = useCampaigns(days, shown.campaigns)
  const hasFields = view === 'month' || view === 'week' || view === 'day'
  const slotsByDay = useFreeSlots(days, zone, shown.channels, hasFields)
  const onCampaign = useCallback((campaign: Campaign) => open({ kind: 'campaign', campaign }), [open])
  const month = day.slice(0, 7)
  const weeks = useMemo(() => weeksOf(month), [month])
  const fields = { today, byDay: calendar.byDay, slotsByDay, campaigns, onDay, onCampaign, onFill }
  if (view === 'board')
    return (
      <BoardView
        items={calendar.items}
        ideas={backlog.ideas}
        hasMoreIdeas={backlog.hasMore}
        onMoreIdeas={backlog.more}
      />
    )
  return (
    <>
      <div className={looks.view} data-view={view}>
        {nothing}
        {view === 'month' && <MonthView {...fields} weeks={weeks} month={month} isFilled={calendar.items.length > 0} />}
        {(view === 'week' || view === 'day') && <HoursView {...fields} days={days} />}
        {view === 'list' && <DayList days={days} today={today} byDay={calendar.byDay} />}
      </div>
      <Backlog
        ideas={backlog.ideas}
        hasMore={backlog.hasMore}
        onMore={backlog.more}
        onNew={() => open({ kind: 'new', moment: null })}
      />
    </>
  )
}

type KeysOf = {
  view: View
  day: string
  mayWrite: boolean
  toToday: () => void
  goTo: (day: string) => void
  toView: (view: View) => void
  onFilters: () => void
  onNew: () => void
  undo: () => void
}

function useCalendarKeys({ view, day, mayWrite, toToday, goTo, toView, onFilters, onNew, undo }: KeysOf): void {
  const t = useWords('calendar')
  const group = t('title')
  const unit = unitOf(view)
  useKeys([
    { keys: 't', label: t('today'), group, run: toToday },
    { keys: 'arrowleft', label: t(`previous.${unit}`), group, run: () => goTo(stepped(view, day, -1)) },
    { keys: 'arrowright', label: t(`next.${unit}`), group, run: () => goTo(stepped(view, day, 1)) },
    ...views.map((one) => ({ keys: one.charAt(0), label: t(`view.${one}`), group, run: () => toView(one) })),
    ...(mayWrite ? [{ keys: 'n', label: t('new'), group, run: onNew }] : []),
    { keys: 'f', label: t('keys.filters'), group, run: onFilters },
    { keys: 'space', label: t('keys.lift'), group, run: () => {}, isShownOnly: true },
    { keys: 'alt+arrowright', label: t('keys.move'), group, run: () => {}, isShownOnly: true },
    { keys: 'p', label: t('keys.plan'), group, run: () => {}, isShownOnly: true },
    { keys: 'x', label: t('keys.select'), group, run: () => {}, isShownOnly: true },
    { keys: 'mod+z', label: t('undo'), group, run: undo },
  ])
}
