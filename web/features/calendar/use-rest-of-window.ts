/** The height that is left below where something begins, so that it scrolls by itself and the page does not. */
import { type RefObject, useLayoutEffect, useState } from 'react'

const leastPx = 420
const bottomBarPx = 56
const narrow = '(max-width: 640px)'

/** @returns px, null until it is known */
export function useRestOfWindow(box: RefObject<HTMLElement | null>): number | null {
  const [height, setHeight] = useState<number | null>(null)
  useLayoutEffect(() => {
    const measure = (): void => {
      if (!box.current) return
      const top = box.current.getBoundingClientRect().top + scrollY
      const below = matchMedia(narrow).matches ? bottomBarPx : 0
      setHeight(Math.max(leastPx, Math.floor(innerHeight - top - below)))
    }
    measure()
    // what stands above may grow: filters that open, notices
    const watcher = new ResizeObserver(measure)
    watcher.observe(document.body)
    const header = box.current?.closest('main')?.querySelector('header')
    if (header) watcher.observe(header)
    addEventListener('resize', measure)
    return () => {
      watcher.disconnect()
      removeEventListener('resize', measure)
    }
  }, [box])
  return height
}
