/** One delivery in its day. Dragged with the pointer where days stand beside it; moved by Alt and arrows; Enter opens it. */
import { useDraggable } from '@dnd-kit/core'
import type { Delivery } from '@floowe/contracts/publishing'
import { standingLook } from '../../statuses/statuses.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './calendar.module.css'
import { isMovable, type Moves } from './use-moves.ts'

export type EntryProps = { delivery: Delivery; zone: string; mayPlan: boolean; moves: Moves; onOpen: () => void }
type Grip = Pick<ReturnType<typeof useDraggable>, 'setNodeRef' | 'listeners' | 'isDragging'>

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

export function DraggableEntry(props: EntryProps) {
  const grip = useDraggable({ id: props.delivery.id, disabled: !props.mayPlan || !isMovable(props.delivery) })
  return <Entry {...props} grip={grip} />
}

export function Entry({ delivery, zone, mayPlan, moves, onOpen, grip }: EntryProps & { grip?: Grip }) {
  const t = useWords('calendar')
  const mayMove = mayPlan && isMovable(delivery)
  return (
    <button
      ref={grip?.setNodeRef}
      type="button"
      className={looks.entry}
      data-delivery={delivery.id}
      data-tone={standingLook(delivery).tone}
      data-movable={(grip && mayMove) || undefined}
      data-dragging={grip?.isDragging || undefined}
      onClick={onOpen}
      {...grip?.listeners}
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
  const look = standingLook(delivery)
  return (
    <>
      <span className={looks.entryTitle} lang={delivery.language}>
        {delivery.title || untitled}
      </span>
      <span className={looks.entryMeta}>
        <look.icon size={13} aria-hidden="true" />
        {!look.isHeld && <span className="only-read">{inWords(look.word)}, </span>}
        <time dateTime={delivery.dueAt}>{formats.time(delivery.dueAt, zone)}</time>
        <span>· {delivery.channelName}</span>
      </span>
      {look.isHeld && (
        <span className={looks.entryWord} title={inWords(look.word)}>
          {inWords(look.short)}
        </span>
      )}
    </>
  )
}
