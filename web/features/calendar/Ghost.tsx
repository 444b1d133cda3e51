/** A slot that is free: a quiet place to put something, or to press and choose what goes there. */
import { IconPlus } from '@tabler/icons-react'
import type { CSSProperties } from 'react'
import { useWords } from '../../words/words.ts'
import type { Target } from './carrying/carry.ts'
import { usePlace } from './carrying/carry.ts'
import looks from './places.module.css'
import type { FreeSlot } from './slots.ts'

export const targetOfSlot = ({
  day,
  wallTime,
  zone,
  channelId,
  pick,
}: FreeSlot): Extract<Target, { kind: 'slot' }> => ({
  kind: 'slot',
  day,
  wallTime,
  zone,
  channelId,
  pick,
})

type GhostProps = { slot: FreeSlot; form: 'card' | 'line'; style?: CSSProperties; onFill: (slot: FreeSlot) => void }

export function Ghost({ slot, form, style, onFill }: GhostProps) {
  const t = useWords('calendar')
  const target = targetOfSlot(slot)
  const { isOver, verdict } = usePlace(target)
  return (
    <button
      type="button"
      className={looks.ghost}
      style={style}
      data-form={form}
      data-target={JSON.stringify(target)}
      data-over={isOver || undefined}
      data-verdict={verdict?.weight}
      aria-label={t('slot.fill', { time: slot.time, channel: slot.channelName, day: slot.day })}
      // there may be hundreds: the keys reach a slot with S while they carry something, and in the dialog of a plan
      tabIndex={-1}
      onClick={() => onFill(slot)}
    >
      <IconPlus size={12} aria-hidden="true" />
      <time>{slot.time}</time>
      <span>· {slot.channelName}</span>
    </button>
  )
}
