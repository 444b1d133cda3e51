/** Carrying with the pointer on the calendar's surface; what is lifted follows it exactly. */
import { type RefObject, useEffect } from 'react'
import type { Carried, Carry } from './carry.ts'
import { carryByPointer } from './pointer.ts'

/**
 * @param lifted drawn under the pointer while something is carried
 * @param find what an id is; null where it may not be carried
 * @param onDrop told when it was let go, wherever that was
 */
export function usePointerCarrying(
  surface: RefObject<HTMLElement | null>,
  lifted: RefObject<HTMLElement | null>,
  carry: Carry,
  find: (id: string) => Carried | null,
  onDrop: () => void,
): void {
  useEffect(() => {
    if (!surface.current) return
    const place = ({ x, y }: { x: number; y: number }): void => {
      if (lifted.current) lifted.current.style.transform = `translate3d(${x}px, ${y}px, 0)`
    }
    return carryByPointer(surface.current, {
      lift: (id, at) => {
        const carried = find(id)
        if (!carried || carry.now().by !== null) return false
        carry.begin('pointer', carried)
        requestAnimationFrame(() => place(at))
        return true
      },
      move: (at, target) => {
        place(at)
        carry.over(target)
      },
      drop: onDrop,
      cancel: () => void carry.end(),
    })
  }, [surface, lifted, carry, find, onDrop])
}
