/** Where things are moved: a view and the backlog beside it, within one carrying by pointer and keys. */
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { api, client } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { addDays, wallIn } from '../../planning/wall-time.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { ActsProvider, type CalendarActs } from './acts.ts'
import { type Carried, type Carry, CarryProvider, createCarry, type Target } from './carrying/carry.ts'
import { Lifted } from './carrying/Lifted.tsx'
import { firstTarget } from './carrying/steps.ts'
import { useKeyCarrying } from './carrying/use-keys.ts'
import { usePointerCarrying } from './carrying/use-pointer.ts'
import { useServerCheck } from './carrying/use-server-check.ts'
import { blackoutsOf, judge, neighboursIn } from './carrying/verdict.ts'
import { columns } from './columns.ts'
import type { Idea } from './ideas.ts'
import type { Opened } from './opened.ts'
import { isShown, type View } from './range.ts'
import { createSelection, type Selection } from './selection.ts'
import { SelectionBar } from './SelectionBar.tsx'
import type { Moves } from './use-moves.ts'
import { usePut } from './use-put.ts'
import looks from './calendar.module.css'

type DeskProps = {
  view: View
  day: string
  zone: string
  mayPlan: boolean
  items: readonly CalendarItem[]
  ideas: readonly Idea[]
  moves: Moves
  open: (what: Opened) => void
  /** The view goes with what the keys carry. */
  goTo: (day: string) => void
  children: ReactNode
}

/** What a workspace that never set it has. */
const spacingMinutes = 15

export function Desk(props: DeskProps) {
  const { view, day, zone, mayPlan, items, goTo, children } = props
  const t = useWords('calendar')
  const [carry] = useState(createCarry)
  const [selection] = useState(createSelection)
  const surface = useRef<HTMLDivElement>(null)
  const lifted = useRef<HTMLDivElement>(null)
  const { acts, find, onDrop } = useDeskActs(props, carry, selection)
  useJudging(carry, items, zone)
  useServerCheck(carry)
  usePointerCarrying(surface, lifted, carry, find, onDrop)
  const nextSlot = useCallback((from: Target) => slotBehind(carry, from, zone), [carry, zone])
  const onCancel = useCallback(() => showToast({ text: t('put-back') }), [t])
  useKeyCarrying(carry, { view, columns, nextSlot, onDrop, onCancel })
  useEffect(
    () =>
      carry.watch(() => {
        const state = carry.now()
        if (state.by === 'keys' && state.target && 'day' in state.target && !isShown(view, day, state.target.day))
          goTo(state.target.day)
      }),
    [carry, view, day, goTo],
  )
  return (
    <CarryProvider value={carry}>
      <ActsProvider value={acts}>
        <p id="calendar-how-to-move" hidden>
          {t('how-to-move')}
        </p>
        <div ref={surface} className={looks.layout} data-view={view} data-may-plan={mayPlan || undefined}>
          {children}
        </div>
        <Lifted ref={lifted} />
        <SelectionBar selection={selection} shown={items} />
      </ActsProvider>
    </CarryProvider>
  )
}

function useDeskActs(
  { view, day, zone, mayPlan, items, ideas, moves, open }: DeskProps,
  carry: Carry,
  selection: Selection,
) {
  const put = usePut(moves, open)
  const find = (id: string): Carried | null => {
    const delivery = items.find((item) => item.id === id)
    const idea = ideas.find((one) => one.editionId === id)
    return delivery ? { kind: 'delivery', delivery } : idea ? { kind: 'idea', idea } : null
  }
  // entries keep the same acts, which read what is so when they are called
  const latest = useRef({ view, day, put, find })
  useEffect(() => {
    latest.current = { view, day, put, find }
  })
  return useMemo(() => {
    const acts: CalendarActs = {
      zone,
      mayPlan,
      selection,
      open: ({ id }) => open({ kind: 'entry', id }),
      plan: (idea) => open({ kind: 'plan', idea, moment: null }),
      moveByDays: (delivery, days) => {
        const carried: Carried = { kind: 'delivery', delivery }
        const target: Target = { kind: 'day', day: addDays(wallIn(zone, delivery.dueAt).date, days) }
        latest.current.put(carried, target, carry.judged(carried, target))
      },
      lift: (id) => {
        const carried = latest.current.find(id)
        if (carried) carry.begin('keys', carried, firstTarget(latest.current, carried, zone))
      },
    }
    return {
      acts,
      find: (id: string) => latest.current.find(id),
      onDrop: () => {
        const ended = carry.end()
        if (ended?.target) latest.current.put(ended.carried, ended.target, ended.verdict)
      },
    }
  }, [zone, mayPlan, open, carry, selection])
}

/** Says what would come of a place, on what the page knows. */
function useJudging(carry: Carry, items: readonly CalendarItem[], zone: string): void {
  const { workspace } = useMe()
  const { data: settings } = useQuery(api.publishing.getCalendarSettings.queryOptions())
  useEffect(() => {
    const neighboursOf = neighboursIn(items)
    const blackouts = blackoutsOf(settings?.blackouts ?? [], workspace.zone)
    carry.judgeBy((carried, target) =>
      judge(carried, target, {
        zone,
        planningZone: workspace.zone,
        nowMs: Date.now(),
        spacingMinutes: settings?.spacingMinutes ?? spacingMinutes,
        blackouts,
        neighboursOf,
      }),
    )
  }, [carry, items, zone, settings, workspace.zone])
}

const slotsMax = 100

/** The next free slot of its channel behind a place. */
async function slotBehind(carry: Carry, from: Target, zone: string): Promise<Target | null> {
  const state = carry.now()
  if (state.by === null || state.carried.kind !== 'delivery' || from.kind === 'column') return null
  const { channelId } = state.carried.delivery
  const behind = from.kind === 'slot' ? from.wallTime : ''
  const isLater = from.day > wallIn(zone, Date.now()).date
  const slots = await client.publishing
    .nextSlots({ channelId, limit: slotsMax, ...(isLater && { from: from.day }) })
    .catch(() => []) // the keys go on without it
  const slot = slots.find(({ isFree, dueAt, wallTime }) => isFree && dueAt !== null && wallTime > behind)
  if (!slot?.dueAt) return null
  const { wallTime, zone: own, pick, dueAt } = slot
  return { kind: 'slot', day: wallIn(zone, dueAt).date, wallTime, zone: own, channelId, pick }
}
