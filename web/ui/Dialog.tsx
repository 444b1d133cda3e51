/** Dialogs and side panels. Their machinery is loaded when the first one opens. */
import { lazy, type ReactNode, Suspense, useState } from 'react'

export type DialogProps = {
  isOpen: boolean
  onClose: () => void
  title: ReactNode
  /** px or a CSS length. Default 480 for dialogs, 420 for panels. */
  size?: number | string
  children: ReactNode
}

const DialogBody = lazy(() => import('./DialogBody.tsx').then((module) => ({ default: module.DialogBody })))
const SidePanelBody = lazy(() => import('./DialogBody.tsx').then((module) => ({ default: module.SidePanelBody })))

function useOnceOpened(isOpen: boolean): boolean {
  const [wasOpened, setOpened] = useState(isOpen)
  if (isOpen && !wasOpened) setOpened(true)
  return wasOpened || isOpen
}

/** In the middle, for one short task. Escape and a click outside close it. */
export function Dialog(props: DialogProps) {
  if (!useOnceOpened(props.isOpen)) return null
  return (
    <Suspense fallback={null}>
      <DialogBody {...props} />
    </Suspense>
  )
}

/** From the right edge, for details beside the page. */
export function SidePanel(props: DialogProps) {
  if (!useOnceOpened(props.isOpen)) return null
  return (
    <Suspense fallback={null}>
      <SidePanelBody {...props} />
    </Suspense>
  )
}
