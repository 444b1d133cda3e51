/** Nothing on the screen but the text. */
import { type RefObject, useEffect, useState } from 'react'

/** While it is on, everything around the frame is out of reach for keys and for those who listen, but notices. */
export function useDistractionFree(frame: RefObject<HTMLElement | null>): [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(false)
  useEffect(() => {
    if (!isOn || !frame.current) return
    const hidden: HTMLElement[] = []
    for (
      let inside: HTMLElement = frame.current;
      inside.parentElement && inside.parentElement !== document.body;
      inside = inside.parentElement
    ) {
      for (const beside of inside.parentElement.children) {
        if (!(beside instanceof HTMLElement) || beside === inside || beside.inert || beside.getAttribute('aria-live'))
          continue
        beside.inert = true
        hidden.push(beside)
      }
    }
    return () => {
      for (const element of hidden) element.inert = false
    }
  }, [isOn, frame])
  return [isOn, setOn]
}
