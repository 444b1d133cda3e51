/** Where what floats beside a button stands: below it, above it where there is no room, always inside the window. */

const gapPx = 6
const edgePx = 8

/** @param width px @param align which edges stand below each other */
export function placeBeside(floating: HTMLElement, at: DOMRect, width: number, align: 'start' | 'end'): void {
  const height = floating.offsetHeight
  const isBelow = at.bottom + gapPx + height <= innerHeight - edgePx || at.top < height
  const wanted = align === 'start' ? at.left : at.right - width
  floating.style.left = `${Math.max(edgePx, Math.min(wanted, innerWidth - width - edgePx))}px`
  floating.style.top = `${Math.max(edgePx, isBelow ? Math.min(at.bottom + gapPx, innerHeight - height - edgePx) : at.top - gapPx - height)}px`
  floating.style.visibility = 'visible'
}
