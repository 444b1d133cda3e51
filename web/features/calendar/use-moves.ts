/** Moving plans to other times: shown at once, undone by Ctrl/Cmd-Z or the notice, taken back when the server refuses. */
import { useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import type { Delivery, When } from '@floowe/contracts/publishing'
import type { DeliveryId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../api/client.ts'
import { isRefusal } from '../../api/refusals.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { readWall } from '../../planning/wall-time.ts'
import { useFormats } from '../../ui/formats.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import type { Wanted } from './carrying/verdict.ts'

const undoMax = 50

type Listed = { items: CalendarItem[] }

/**
 * @param onAsk told instead of moving, where the server asks which of two instants is meant
 */
export function useMoves(zone: string, onAsk: (id: string, wanted: Wanted) => void) {
  const t = useWords('calendar')
  const formats = useFormats()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const done = useRef<{ id: string; when: When }[]>([])
  const turn = useRef<Promise<unknown>>(Promise.resolve())
  const latest = useRef({ t, formats, tell, onAsk, zone })
  latest.current = { t, formats, tell, onAsk, zone }

  return useMemo(() => {
    /** In every answer that lists it: the months before and behind are kept, too. */
    const put = (id: string, change: (item: CalendarItem) => CalendarItem): void => {
      queries.setQueriesData<Listed>({ queryKey: api.publishing.getCalendar.key() }, (known) =>
        known?.items.some((item) => item.id === id)
          ? { ...known, items: known.items.map((item) => (item.id === id ? change(item) : item)) }
          : known,
      )
    }
    const reschedule = async (id: string, when: When): Promise<Delivery | null> => {
      try {
        const moved = await client.publishing.rescheduleDelivery({ id: id as DeliveryId, when }) // it came with the delivery
        put(id, (item) => ({ ...item, ...moved }))
        return moved
      } catch (error) {
        if (isRefusal(error, 'time-does-not-exist', 'time-exists-twice') && 'wallTime' in when)
          latest.current.onAsk(id, { wallTime: when.wallTime, zone: when.zone })
        else latest.current.tell(error)
        return null
      } finally {
        void queries.invalidateQueries({ queryKey: api.publishing.key() })
      }
    }
    /** One after another, so that an undo pressed at once finds its move done. */
    const inTurn = (id: string, when: When): Promise<Delivery | null> => {
      const next = turn.current.then(() => reschedule(id, when))
      turn.current = next
      return next
    }
    const undo = async (): Promise<void> => {
      const last = done.current.pop()
      if (last && (await inTurn(last.id, last.when))) showToast({ text: latest.current.t('undone') })
    }
    const moveTo = async (delivery: CalendarItem, wanted: Wanted): Promise<void> => {
      const { wallTime, zone: own, dueAt } = delivery
      const zoneBefore = own ?? latest.current.zone
      const step = { id: delivery.id as string, when: whenOf({ wallTime: wallTime ?? '', zone: zoneBefore }, dueAt) }
      done.current = [...done.current.slice(1 - undoMax), step]
      const read = readWall(wanted.wallTime, wanted.zone)
      const at = read.exists === 'once' ? read.at : wanted.pick === 'later' ? read.later : read.earlier
      const dueAtThen = new Date(at).toISOString()
      put(delivery.id, (item) => ({ ...item, wallTime: wanted.wallTime, zone: wanted.zone, dueAt: dueAtThen }))
      const moved = await inTurn(delivery.id, wanted)
      if (!moved) {
        done.current = done.current.filter((one) => one !== step)
        put(delivery.id, (item) => ({ ...item, wallTime, zone: own, dueAt }))
        return
      }
      const words = latest.current
      showToast({
        text: words.t('moved', {
          title: moved.title || words.t('untitled'),
          at: words.formats.dateTime(moved.dueAt, moved.zone ?? words.zone),
        }),
        undo: () => void undo(),
      })
    }
    return {
      undo: () => void undo(),
      moveTo: (delivery: CalendarItem, wanted: Wanted) => void moveTo(delivery, wanted),
    }
  }, [queries])
}
export type Moves = ReturnType<typeof useMoves>

/** The same plan again; where its reading comes twice, the instant says which one it was. */
function whenOf({ wallTime, zone }: { wallTime: string; zone: string }, dueAt: string): Wanted {
  const read = readWall(wallTime, zone)
  if (read.exists === 'once') return { wallTime, zone }
  return { wallTime, zone, pick: Date.parse(dueAt) === read.later ? 'later' : 'earlier' }
}
