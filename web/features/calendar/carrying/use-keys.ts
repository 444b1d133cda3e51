/** Carrying with the keys: arrows take it on, S to the next free slot, Enter puts it down, Escape puts it back. */
import { useEffect } from 'react'
import type { View } from '../range.ts'
import type { Carry, Target } from './carry.ts'
import { stepped } from './steps.ts'

type Acts = {
  view: View
  columns: readonly string[]
  /** The slot that comes behind a place; null when there is none. */
  nextSlot: (from: Target) => Promise<Target | null>
  onDrop: () => void
  /** It was put back where it came from. */
  onCancel: () => void
}

export function useKeyCarrying(carry: Carry, { view, columns, nextSlot, onDrop, onCancel }: Acts): void {
  useEffect(() => {
    const putBack = (): void => {
      carry.end()
      onCancel()
    }
    const press = (event: KeyboardEvent): boolean => {
      const state = carry.now()
      if (state.by !== 'keys' || !state.target) return false
      if (event.key === 'Escape') putBack()
      else if (event.key === 'Enter' || event.key === ' ') onDrop()
      else if (event.key.toLowerCase() === 's') void nextSlot(state.target).then((slot) => slot && carry.over(slot))
      else {
        const next = stepped(view, state.target, event, columns)
        if (next) carry.over(next)
        // Tab would leave it hanging in the air
        return next !== null || event.key === 'Tab'
      }
      return true
    }
    const onKeyDown = (event: KeyboardEvent): void => {
      if (carry.now().by !== 'keys' || event.ctrlKey || event.metaKey) return
      // the other keys of the page rest meanwhile
      event.stopPropagation()
      if (press(event)) event.preventDefault()
    }
    const onKeyUp = (event: KeyboardEvent): void => {
      if (carry.now().by === 'keys' && event.key === ' ') event.preventDefault()
    }
    const onPointerDown = (): void => {
      if (carry.now().by === 'keys') putBack()
    }
    const stop = new AbortController()
    document.addEventListener('keydown', onKeyDown, { capture: true, signal: stop.signal })
    document.addEventListener('keyup', onKeyUp, { capture: true, signal: stop.signal })
    document.addEventListener('pointerdown', onPointerDown, { capture: true, signal: stop.signal })
    return () => stop.abort()
  }, [carry, view, columns, nextSlot, onDrop, onCancel])
}
