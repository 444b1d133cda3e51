/** Where and when an edition goes out. Opened from the editor, the article and the calendar; loaded when first opened. */
import { lazy, Suspense, useState } from 'react'
import type { Delivery } from '@floowe/contracts/publishing'

export type ScheduleTarget = { editionId: string; title: string; language: string }
export type ScheduleProps = {
  isOpen: boolean
  onClose: () => void
  target: ScheduleTarget | null
  /** A day to begin with (`2026-11-24`), from a calendar's cell. */
  day?: string | null
  /** A moment and channel to begin with, from a place in a calendar: a slot has a zone and channel of its own. */
  moment?: { day: string; time?: string; zone?: string; channelId?: string } | null
  onPlanned?: (delivery: Delivery) => void
}

const Body = lazy(() => import('./ScheduleDialogBody.tsx').then((module) => ({ default: module.ScheduleDialogBody })))

export function ScheduleDialog(props: ScheduleProps) {
  const [wasOpened, setOpened] = useState(false)
  if (props.isOpen && !wasOpened) setOpened(true)
  if (!wasOpened || !props.target) return null
  return (
    <Suspense fallback={null}>
      <Body
        {...props}
        key={`${props.target.editionId} ${props.day ?? ''} ${props.moment?.time ?? ''} ${props.moment?.channelId ?? ''}`}
        target={props.target}
      />
    </Suspense>
  )
}
