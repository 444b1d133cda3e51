/**
 * What opens beside a button on the browser's own popovers: Escape and a click elsewhere close it, the focus goes back to the
 * button. It is placed once it is drawn, and not seen before.
 */
import { type RefObject, type ToggleEvent, useLayoutEffect, useRef, useState } from 'react'
import { placeBeside } from './place.ts'

type Popover = {
  button: RefObject<HTMLElement | null>
  /** px */
  width: number
  align: 'start' | 'end'
  /** Of what gets the focus, a selector. */
  first: string
}

export function usePopover({ button, width, align, first }: Popover) {
  const list = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const show = () => {
    if (!list.current || !button.current) return
    placeBeside(list.current, button.current.getBoundingClientRect(), width, align)
    list.current.querySelector<HTMLElement>(first)?.focus({ preventScroll: true })
  }
  // what it holds is there only after it was drawn open
  useLayoutEffect(() => {
    if (isOpen) show()
  }, [isOpen, width, align])
  return {
    list,
    isOpen,
    /** For the element that opens. */
    props: {
      ref: list,
      popover: 'auto',
      style: { width },
      onBeforeToggle: (event: ToggleEvent<HTMLDivElement>) => {
        if (event.newState === 'open') event.currentTarget.style.setProperty('visibility', 'hidden')
      },
      onToggle: (event: ToggleEvent<HTMLDivElement>) => {
        setOpen(event.newState === 'open')
        // closed and opened again before anyone was told: it never counted as closed
        if (event.newState === 'open' && isOpen) show()
      },
    },
  } as const
}
