/** The month: what went out, what will, and what has no date yet. */
import { DndContext, useSensors } from '@dnd-kit/core'
import { useMediaQuery } from '@mantine/hooks'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { Delivery } from '@floowe/contracts/publishing'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { useSearchState } from '../../location.ts'
import { ScheduleDialog } from '../../planning/ScheduleDialog.tsx'
import { wallIn } from '../../planning/wall-time.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { KeyHint } from '../../ui/KeyHint.tsx'
import { useKeys } from '../../ui/keys.tsx'
import { Page } from '../../ui/Page.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import { Backlog, type Idea, useIdeas } from './Backlog.tsx'
import { DayList } from './DayList.tsx'
import { addMonths, weeksOf } from './month.ts'
import { MonthGrid, showToday } from './MonthGrid.tsx'
import { MoveDialog } from './MoveDialog.tsx'
import { useMoves } from './use-moves.ts'
import looks from './calendar.module.css'

const isMonth = (text: string | undefined): text is string => text !== undefined && /^\d{4}-(0[1-9]|1[0-2])$/.test(text)

const narrow = '(max-width: 760px)'

export function CalendarPage() {
  const t = useWords('calendar')
  const { zone, locale } = useSurroundings()
  const mayPlan = useMay('publishing:plan')
  const [search, change] = useSearchState()
  const thisMonth = wallIn(zone, Date.now()).date.slice(0, 7)
  const month = isMonth(search['month']) ? search['month'] : thisMonth
  // a month of fields needs room; without it the list is the only view
  const isNarrow = useMediaQuery(narrow, matchMedia(narrow).matches) ?? false
  const view = search['view'] === 'list' || isNarrow ? 'list' : 'month'
  const weeks = weeksOf(month)
  const input = { from: weeks[0]?.[0] ?? '', to: weeks.at(-1)?.at(-1) ?? '', zone }
  const calendar = useQuery({
    ...api.publishing.getCalendar.queryOptions({ input }),
    placeholderData: keepPreviousData,
  })
  const known = calendar.data?.items
  const items = useMemo(() => known?.filter((item) => item.state !== 'cancelled') ?? [], [known])
  const ideas = useIdeas()
  const noSensors = useSensors() // in the list there is no day to drop on: a press opens
  const [opened, setOpened] = useState<{ id: string; wallTime?: string } | null>(null)
  const moves = useMoves(input, ({ id }, wallTime) => setOpened({ id, wallTime }))
  const [planning, setPlanning] = useState<{ idea: Idea; day: string | null } | null>(null)
  const cancelPlan = useCancelPlan(() => setOpened(null))
  const toToday = (): void => {
    change({ month: null })
    showToday()
  }
  const go = (by: number) => change({ month: addMonths(month, by) })

  useKeys([
    { keys: 't', label: t('today'), group: t('title'), run: toToday },
    { keys: 'arrowleft', label: t('previous'), group: t('title'), run: () => go(-1) },
    { keys: 'arrowright', label: t('next'), group: t('title'), run: () => go(1) },
    { keys: 'm', label: t('view.month'), group: t('title'), run: () => change({ view: null }) },
    { keys: 'l', label: t('view.list'), group: t('title'), run: () => change({ view: 'list' }) },
    { keys: 'mod+z', label: t('undo'), group: t('title'), run: moves.undo },
  ])
  const title = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-15T12:00:00Z`),
  )
  const shared = { zone, mayPlan, moves, onOpen: ({ id }: Delivery) => setOpened({ id }) }
  const backlog = <Backlog ideas={ideas} mayPlan={mayPlan} onPlan={(idea) => setPlanning({ idea, day: null })} />
  return (
    <Page
      title={t('title')}
      width="full"
      heading={
        <div className={looks.heading}>
          <h1>{title}</h1>
          <IconButton label={t('previous')} onClick={() => go(-1)}>
            <IconChevronLeft />
          </IconButton>
          <IconButton label={t('next')} onClick={() => go(1)}>
            <IconChevronRight />
          </IconButton>
          <Button onClick={toToday} after={<KeyHint keys="t" />}>
            {t('today')}
          </Button>
        </div>
      }
      actions={
        <>
          <span className={looks.zone}>{zone.replaceAll('_', ' ')}</span>
          {!isNarrow && (
            <Segmented
              label={t('view')}
              value={view}
              onChange={(value) => change({ view: value === 'list' ? value : null })}
              options={[
                { value: 'month', label: t('view.month') },
                { value: 'list', label: t('view.list') },
              ]}
            />
          )}
        </>
      }
    >
      <FormProblem error={calendar.error} />
      {calendar.data?.isCut && <p className={looks.faint}>{t('cut')}</p>}
      {view === 'month' ? (
        <MonthGrid
          {...shared}
          weeks={weeks}
          month={month}
          items={items}
          ideas={ideas}
          onPlanIdea={(idea, day) => setPlanning({ idea, day })}
        >
          {backlog}
        </MonthGrid>
      ) : (
        <div className={looks.listView}>
          <DndContext sensors={noSensors}>
            <DayList {...shared} items={items} month={month} />
            {backlog}
          </DndContext>
        </div>
      )}
      <MoveDialog
        delivery={items.find((item) => item.id === opened?.id) ?? null}
        wallTime={opened?.wallTime}
        mayPlan={mayPlan}
        moves={moves}
        onClose={() => setOpened(null)}
        onCancelPlan={cancelPlan}
      />
      <ScheduleDialog
        isOpen={planning !== null}
        target={planning?.idea ?? null}
        day={planning?.day ?? null}
        onClose={() => setPlanning(null)}
      />
    </Page>
  )
}

function useCancelPlan(onDone: () => void) {
  const t = useWords('calendar')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const refresh = () => queries.invalidateQueries({ queryKey: api.publishing.key() })
  return (delivery: Delivery): void => {
    onDone()
    void doWithUndo({
      text: t('cancelled', { title: delivery.title || t('untitled') }),
      run: () => client.publishing.cancelDelivery({ id: delivery.id }).then(refresh),
      undo: () => client.publishing.restoreDelivery({ id: delivery.id }).then(refresh),
      onFailure: tell,
    })
  }
}
