/**
 * An entry moved by the keyboard is drawn anew in another day, and the browser drops the focus with the old one. This puts it on
 * the new one, or on the button of the day that now folds it away; also when a refused move comes back.
 */
import { type RefObject, useEffect, useRef } from 'react'
import type { Moves } from './use-moves.ts'

/** @param area where entries stand @returns what makes moves for the keys of its entries */
export function useKeptFocus(area: RefObject<HTMLElement | null>): (moves: Moves) => Moves {
  const moved = useRef<string | null>(null)
  useEffect(() => {
    if (!moved.current || document.activeElement !== document.body) return
    area.current
      ?.querySelector<HTMLElement>(`[data-delivery="${moved.current}"], [data-folds~="${moved.current}"]`)
      ?.focus()
  })
  useEffect(() => {
    const forget = (): void => void (moved.current = null)
    const stop = new AbortController()
    // in the capture phase: before the entry's own keys tell of the next move
    addEventListener('keydown', forget, { capture: true, signal: stop.signal })
    addEventListener('pointerdown', forget, { capture: true, signal: stop.signal })
    return () => stop.abort()
  }, [])
  return (moves) => ({
    ...moves,
    moveByDays: (delivery, days) => {
      moved.current = delivery.id
      moves.moveByDays(delivery, days)
    },
  })
}
