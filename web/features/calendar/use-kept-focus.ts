/**
 * An entry that is moved is drawn anew in another day, and the browser drops the focus with the old one. This puts it on the new
 * one, or on the button of the day that now folds it away; also when a move is undone or refused.
 */
import { type RefObject, useEffect, useRef } from 'react'

/** @param area where entries stand */
export function useKeptFocus(area: RefObject<HTMLElement | null>): void {
  const focused = useRef<string | null>(null)
  useEffect(() => {
    if (!focused.current || document.activeElement !== document.body) return
    const id = focused.current
    area.current?.querySelector<HTMLElement>(`[data-delivery="${id}"], [data-folds~="${id}"]`)?.focus()
  })
  useEffect(() => {
    const stop = new AbortController()
    const heard = (event: Event): void => {
      const place = event.target instanceof Element ? event.target : null
      // a dialog comes back to where it was opened
      if (event.type === 'focusin' && place?.closest('[role="dialog"]') && !area.current?.contains(place)) return
      focused.current = place?.closest('[data-delivery]')?.getAttribute('data-delivery') ?? null
    }
    document.addEventListener('focusin', heard, { signal: stop.signal })
    document.addEventListener('pointerdown', heard, { signal: stop.signal })
    return () => stop.abort()
  }, [area])
}
