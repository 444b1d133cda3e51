/** One delivery where it stands. Carried with the pointer, or with the keys after Space; moved by Alt and arrows; Enter opens it. */
import { IconRepeat } from '@tabler/icons-react'
import { type CSSProperties, type KeyboardEvent, memo } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { standingLook } from '../../statuses/statuses.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import { useActs } from './acts.ts'
import { idOf, useCarried } from './carrying/carry.ts'
import { isMovable } from './carrying/verdict.ts'
import { readingElsewhere } from './hours.ts'
import { useIsSelected } from './selection.ts'
import looks from './calendar.module.css'

/** `line`: all in one line, as in a column of hours. `dated`: where no day stands above it. */
export type EntryForm = 'card' | 'line' | 'dated'
type EntryProps = {
  delivery: CalendarItem
  form?: EntryForm
  /** Beside another one in a narrow column. */
  isTight?: boolean
  hasTwoLines?: boolean
  style?: CSSProperties
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

export const Entry = memo(function Entry({
  delivery,
  form = 'card',
  isTight = false,
  hasTwoLines = false,
  style,
}: EntryProps) {
  const t = useWords('calendar')
  const { open, moveByDays, lift, mayPlan, zone, selection } = useActs()
  const mayMove = mayPlan && isMovable(delivery)
  const isCarried = useCarried((state) => state.by !== null && idOf(state.carried) === delivery.id)
  const isSelected = useIsSelected(selection, delivery.id)
  const onKeyDown = (event: KeyboardEvent): void => {
    const days = steps[event.key]
    if (event.altKey && days !== undefined) {
      event.preventDefault()
      if (mayMove) moveByDays(delivery, days)
    } else if (event.key === ' ' && mayMove) {
      event.preventDefault()
      lift(delivery.id)
    } else if (event.key.toLowerCase() === 'x' && mayPlan && !event.ctrlKey && !event.metaKey) {
      selection.toggle(delivery.id)
    }
  }
  return (
    <button
      type="button"
      className={looks.entry}
      style={style}
      data-form={form}
      data-tight={isTight || undefined}
      data-two-lines={hasTwoLines || undefined}
      data-delivery={delivery.id}
      data-carry={mayPlan ? delivery.id : undefined}
      data-tone={standingLook(delivery).tone}
      data-movable={mayMove || undefined}
      data-carried={isCarried || undefined}
      data-selected={isSelected || undefined}
      onClick={({ ctrlKey, metaKey, shiftKey }) => {
        if (mayPlan && (ctrlKey || metaKey || shiftKey)) selection.toggle(delivery.id)
        else open(delivery)
      }}
      onKeyDown={onKeyDown}
      // the browser presses a button when Space is let go
      onKeyUp={(event) => event.key === ' ' && mayMove && event.preventDefault()}
      aria-describedby={mayMove ? 'calendar-how-to-move' : undefined}
    >
      {isSelected && <span className="only-read">{t('selected.one')}, </span>}
      <EntryFace delivery={delivery} zone={zone} isDated={form === 'dated'} />
    </button>
  )
})

type FaceProps = { delivery: CalendarItem; zone: string; isDated?: boolean }

export function EntryFace({ delivery, zone, isDated = false }: FaceProps) {
  const t = useWords('calendar')
  const formats = useFormats()
  const inWords = useWords('statuses')
  const look = standingLook(delivery)
  const elsewhere = readingElsewhere(delivery, zone)
  return (
    <>
      <span className={looks.entryTitle} lang={delivery.language}>
        {delivery.title || t('untitled')}
      </span>
      <span className={looks.entryMeta}>
        <look.icon size={13} aria-hidden="true" />
        {!look.isHeld && <span className="only-read">{inWords(look.word)}, </span>}
        <time dateTime={delivery.dueAt}>
          {isDated && `${formats.shortDay(delivery.dueAt, zone)} `}
          {formats.time(delivery.dueAt, zone)}
        </time>
        {delivery.series && (
          <>
            <IconRepeat size={12} aria-hidden="true" />
            <span className="only-read">{t('of-series')}, </span>
          </>
        )}
        <span>· {delivery.channelName}</span>
      </span>
      {elsewhere && <span className={looks.elsewhere}>{t('elsewhere', elsewhere)}</span>}
      {look.isHeld && (
        <span className={looks.entryWord} title={inWords(look.word)}>
          {inWords(look.short)}
        </span>
      )}
    </>
  )
}
