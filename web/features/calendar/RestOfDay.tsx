/** What does not fit into a day's field: its button counts it, and opens the whole day beside the field. */
import { standingLook } from '../../statuses/statuses.tsx'
import { type CSSProperties, useId, useMemo, useRef } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { usePopover } from '../../ui/popover.ts'
import { useWords } from '../../words/words.ts'
import { ActsProvider, useActs } from './acts.ts'
import { Entry } from './Entry.tsx'
import looks from './calendar.module.css'

type RestProps = {
  /** The day in words. */
  label: string
  /** The whole day; of these, the field shows all but the last `more`. */
  deliveries: readonly CalendarItem[]
  more: number
  /** A column of hours has little room: the count alone. */
  isSmall?: boolean
  style?: CSSProperties
}

const widthPx = 280

/** Stands on the browser's own popovers: Escape and a click elsewhere close it, the focus goes back to the button. */
export function RestOfDay({ label, more, deliveries, isSmall = false, style }: RestProps) {
  const t = useWords('calendar')
  const inWords = useWords('statuses')
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const { list, isOpen, props } = usePopover({ button, width: widthPx, align: 'start', first: 'button' })
  const folded = deliveries.slice(-more)
  const folds = folded.map(standingLook)
  // what needs a person is never folded away unseen
  const worst = ['clay', 'amber']
    .map((tone) => folds.find((look) => look.tone === tone))
    .find((look) => look !== undefined)
  const Icon = worst?.icon
  const acts = useActs()
  /** Whatever is done with an entry, the list has served. */
  const actsHere = useMemo(() => {
    const leave = (): void => list.current?.hidePopover()
    return {
      ...acts,
      open: (delivery: CalendarItem) => {
        leave()
        acts.open(delivery)
      },
      moveByDays: (delivery: CalendarItem, days: number) => {
        leave()
        button.current?.blur() // the focus follows the entry into its day
        acts.moveByDays(delivery, days)
      },
      lift: (id: string) => {
        leave()
        acts.lift(id)
      },
    }
  }, [acts])
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
        data-small={isSmall || undefined}
        style={style}
      >
        {Icon && <Icon size={13} aria-hidden="true" />}
        <span>{isSmall ? `+${more}` : t('more', { count: more })}</span>
        <span className="only-read">
          {worst ? `, ${inWords(worst.word)}` : ''}, {label}
        </span>
      </button>
      <div {...props} id={id} role="dialog" aria-label={label} className={looks.rest}>
        {isOpen && (
          <ActsProvider value={actsHere}>
            <h2>{label}</h2>
            {deliveries.map((delivery) => (
              <Entry key={delivery.id} delivery={delivery} />
            ))}
          </ActsProvider>
        )}
      </div>
    </>
  )
}
