/** Moving plans to other days: shown at once, undone by Ctrl/Cmd-Z or the notice, taken back when the server refuses. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Delivery, When } from '@floowe/contracts/publishing'
import type { DeliveryId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { liesOutside } from '../../approving/span.ts'
import { addDays } from '../../planning/wall-time.ts'
import { useFormats } from '../../ui/formats.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'

type Input = { from: string; to: string; zone: string }
const undoMax = 50

/** Only what waits for a wall-clock time can be moved. */
export const isMovable = (delivery: Delivery): boolean => delivery.state === 'planned' && delivery.wallTime !== null

/**
 * @param input what the calendar asked for; its answer is changed in place while the server decides
 * @param onWouldVoid told instead of moving by days, where that would end an approval: undoing it does not bring one back
 */
export function useMoves(input: Input, onWouldVoid: (delivery: Delivery, wallTime: string) => void) {
  const t = useWords('calendar')
  const formats = useFormats()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const done = useRef<{ id: string; when: When }[]>([])
  const turn = useRef<Promise<unknown>>(Promise.resolve())
  const { queryKey } = api.publishing.getCalendar.queryOptions({ input })

  const put = (id: string, change: (item: Delivery) => Delivery): void => {
    queries.setQueryData(
      queryKey,
      (known) => known && { ...known, items: known.items.map((item) => (item.id === id ? change(item) : item)) },
    )
  }
  const reschedule = async (id: string, when: When): Promise<Delivery | null> => {
    try {
      const moved = await client.publishing.rescheduleDelivery({ id: id as DeliveryId, when })
      put(id, () => moved)
      return moved
    } catch (error) {
      tell(error)
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
    if (last && (await inTurn(last.id, last.when))) showToast({ text: t('undone') })
  }
  const moveTo = async (delivery: Delivery, wallTime: string, zone: string): Promise<void> => {
    const step = {
      id: delivery.id as string,
      when: { wallTime: delivery.wallTime ?? '', zone: delivery.zone ?? input.zone },
    }
    done.current = [...done.current.slice(1 - undoMax), step]
    const moved = await inTurn(delivery.id, { wallTime, zone })
    if (!moved) {
      done.current = done.current.filter((one) => one !== step)
      return
    }
    showToast({
      text: t('moved', {
        title: moved.title || t('untitled'),
        at: formats.dateTime(moved.dueAt, moved.zone ?? input.zone),
      }),
      undo: () => void undo(),
    })
  }
  return {
    undo: () => void undo(),
    moveTo,
    /** By whole days; the clock on the wall keeps its reading. */
    moveByDays: (delivery: Delivery, days: number): void => {
      const { wallTime, zone } = delivery
      if (!wallTime || !zone || days === 0 || !isMovable(delivery)) return
      const next = `${addDays(wallTime.slice(0, 10), days)}${wallTime.slice(10)}`
      const dueAt = new Date(Date.parse(delivery.dueAt) + days * 86_400_000).toISOString()
      if (Date.parse(dueAt) < Date.now()) {
        showToast({ tone: 'bad', text: t('past') })
        return
      }
      if (liesOutside(delivery.approval.window, next, zone)) return onWouldVoid(delivery, next)
      put(delivery.id, (item) => ({ ...item, wallTime: next, dueAt }))
      void moveTo(delivery, next, zone)
    },
  }
}
export type Moves = ReturnType<typeof useMoves>
