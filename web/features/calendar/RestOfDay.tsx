/** What does not fit into a day's field: its button counts it, and opens the whole day beside the field. */
import { standingLook } from '../../statuses/statuses.tsx'
import { type ToggleEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Delivery } from '@floowe/contracts/publishing'
import { placeBeside } from '../../ui/place.ts'
import { useWords } from '../../words/words.ts'
import { Entry, type EntryProps } from './Entry.tsx'
import looks from './calendar.module.css'

type RestProps = Omit<EntryProps, 'delivery' | 'onOpen'> & {
  /** The day in words. */
  label: string
  /** The whole day; of these, the field shows all but the last `more`. */
  deliveries: readonly Delivery[]
  more: number
  onOpen: (delivery: Delivery) => void
}

const widthPx = 280

/** Stands on the browser's own popovers: Escape and a click elsewhere close it, the focus goes back to the button. */
export function RestOfDay({ label, more, deliveries, moves, onOpen, ...shared }: RestProps) {
  const t = useWords('calendar')
  const inWords = useWords('statuses')
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  useLayoutEffect(() => {
    if (!isOpen || !list.current || !button.current) return
    placeBeside(list.current, button.current.getBoundingClientRect(), widthPx, 'start')
    list.current.querySelector('button')?.focus({ preventScroll: true })
  }, [isOpen])
  const folded = deliveries.slice(-more)
  const folds = folded.map(standingLook)
  // what needs a person is never folded away unseen
  const worst = ['clay', 'amber']
    .map((tone) => folds.find((look) => look.tone === tone))
    .find((look) => look !== undefined)
  const Icon = worst?.icon
  const leave = (): void => list.current?.hidePopover()
  return (
    <>
      <button
        ref={button}
        type="button"
        className={looks.more}
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        data-folds={folded.map((delivery) => delivery.id).join(' ')}
        data-tone={worst?.tone}
      >
        {Icon && <Icon size={13} aria-hidden="true" />}
        <span>{t('more', { count: more })}</span>
        <span className="only-read">
          {worst ? `, ${inWords(worst.word)}` : ''}, {label}
        </span>
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={looks.rest}
        style={{ width: widthPx }}
        onBeforeToggle={(event: ToggleEvent<HTMLDivElement>) =>
          event.newState === 'open' && event.currentTarget.style.setProperty('visibility', 'hidden')
        }
        onToggle={(event: ToggleEvent<HTMLDivElement>) => setOpen(event.newState === 'open')}
      >
        {isOpen && (
          <>
            <h2>{label}</h2>
            {deliveries.map((delivery) => (
              <Entry
                key={delivery.id}
                {...shared}
                delivery={delivery}
                moves={{
                  ...moves,
                  moveByDays: (moved, days) => {
                    leave()
                    button.current?.blur() // the focus follows the entry into its day
                    moves.moveByDays(moved, days)
                  },
                }}
                onOpen={() => {
                  leave()
                  onOpen(delivery)
                }}
              />
            ))}
          </>
        )}
      </div>
    </>
  )
}
