/** Arrow keys go from one link to the next inside what handles them, beside Tab. */
import type { KeyboardEvent } from 'react'

export function moveAmongLinks(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  // what stands further inside answers first
  if (step === undefined || event.defaultPrevented) return
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a[href]')]
  const next = links[links.findIndex((link) => link === document.activeElement) + step]
  if (!next) return
  event.preventDefault()
  next.focus()
}
