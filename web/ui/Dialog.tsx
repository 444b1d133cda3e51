/** Dialogs and side panels. Their machinery is loaded when the first one opens. */
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'

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
  useFocusReturn(isOpen)
  return wasOpened || isOpen
}

/**
 * Afterwards the focus goes back to what opened it. Mantine's own return misses what it did not see opening (its code was on
 * its way) and what is taken off the page instead of closed.
 */
function useFocusReturn(isOpen: boolean): void {
  const [opener, setOpener] = useState<Element | null>(isOpen ? document.activeElement : null)
  // read while rendering: before a field of the dialog takes the focus
  if (isOpen && !opener) setOpener(document.activeElement)
  if (!isOpen && opener) setOpener(null)
  useEffect(() => {
    if (!opener) return
    return () => {
      const now = document.activeElement
      const isLost = !now || now === document.body || now.closest('[role="dialog"]') !== null
      if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true })
    }
  }, [opener])
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
