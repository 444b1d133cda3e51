/** One delivery in its day. Dragged with the pointer; moved by Alt and arrows; Enter opens it. */
import { useDraggable } from '@dnd-kit/core'
import type { Delivery } from '@floowe/contracts/publishing'
import { deliveryLooks } from '../../statuses/statuses.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './calendar.module.css'
import { isMovable, type Moves } from './use-moves.ts'

type EntryProps = { delivery: Delivery; zone: string; mayPlan: boolean; moves: Moves; onOpen: () => void }

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

export function Entry({ delivery, zone, mayPlan, moves, onOpen }: EntryProps) {
  const t = useWords('calendar')
  const mayMove = mayPlan && isMovable(delivery)
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: delivery.id, disabled: !mayMove })
  return (
    <button
      ref={setNodeRef}
      type="button"
      className={looks.entry}
      data-tone={deliveryLooks[delivery.state].tone}
      data-movable={mayMove || undefined}
      data-dragging={isDragging || undefined}
      onClick={onOpen}
      {...listeners}
      onKeyDown={(event) => {
        const days = steps[event.key]
        if (!event.altKey || days === undefined) return
        event.preventDefault()
        if (mayMove) moves.moveByDays(delivery, days)
      }}
      aria-describedby={mayMove ? 'calendar-how-to-move' : undefined}
    >
      <EntryFace delivery={delivery} zone={zone} untitled={t('untitled')} />
    </button>
  )
}

export function EntryFace({ delivery, zone, untitled }: { delivery: Delivery; zone: string; untitled: string }) {
  const formats = useFormats()
  const inWords = useWords('statuses')
  const Icon = deliveryLooks[delivery.state].icon
  return (
    <>
      <span className={looks.entryTitle} lang={delivery.language}>
        {delivery.title || untitled}
      </span>
      <span className={looks.entryMeta}>
        <Icon size={13} aria-hidden="true" />
        <span className="only-read">{inWords(`delivery.${delivery.state}`)}, </span>
        <time dateTime={delivery.dueAt}>{formats.time(delivery.dueAt, zone)}</time> · {delivery.channelName}
      </span>
    </>
  )
}
