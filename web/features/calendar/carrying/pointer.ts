/**
 * Carrying with a pointer: one listener on the surface, however many entries stand on it. What can be carried says so with
 * `data-carry="<id>"`, where it can be put with `data-target="<Target as JSON>"`, or `data-hours="<day>"` for a column whose
 * height is a day.
 */
import type { Target } from './carry.ts'

export type PointerCarrying = {
  /** @returns false when this may not be carried */
  lift: (id: string, at: { x: number; y: number }) => boolean
  move: (at: { x: number; y: number }, target: Target | null) => void
  drop: () => void
  cancel: () => void
}
type Point = { x: number; y: number }
type Grip = Point & { id: string; offsetY: number; pointerId: number }

const distancePx = 5
const longPressMs = 220
const touchSlackPx = 8
const edgePx = 56
const edgeStepPx = 14
const stepMinutes = 15
const dayMinutes = 24 * 60

/** @returns a function that stops it. */
export function carryByPointer(surface: HTMLElement, acts: PointerCarrying): () => void {
  const stop = new AbortController()
  surface.addEventListener(
    'pointerdown',
    (event) => {
      const source = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-carry]') : null
      if (!source || event.button !== 0 || !event.isPrimary) return
      const offsetY = event.clientY - source.getBoundingClientRect().top
      follow(
        { x: event.clientX, y: event.clientY, id: source.dataset['carry'] ?? '', offsetY, pointerId: event.pointerId },
        event.pointerType,
        acts,
        stop.signal,
      )
    },
    { signal: stop.signal },
  )
  return () => stop.abort()
}

/** From the press to the release. Nothing is lifted before the pointer has moved, or a finger has rested. */
function follow(grip: Grip, pointerType: string, acts: PointerCarrying, outer: AbortSignal): void {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, outer])
  const isTouch = pointerType === 'touch'
  let isLifted = false
  let at: Point = grip
  let frame = 0
  const lift = (): void => {
    isLifted = acts.lift(grip.id, at)
    if (!isLifted) return over.abort()
    document.documentElement.dataset['carrying'] = ''
    for (const open of document.querySelectorAll<HTMLElement>(':popover-open')) open.hidePopover()
    draw()
  }
  const timer = isTouch ? setTimeout(lift, longPressMs) : undefined
  const scrolling = createScrolling()
  const draw = (): void => {
    frame = requestAnimationFrame(draw)
    const below = document.elementFromPoint(at.x, at.y)
    scrolling(at, below)
    acts.move(at, targetAt(at, below, grip.offsetY))
  }
  const finish = (isDropped: boolean): void => {
    if (isLifted) {
      if (isDropped) acts.move(at, targetAt(at, document.elementFromPoint(at.x, at.y), grip.offsetY))
      if (isDropped) acts.drop()
      else acts.cancel()
      swallowClick()
    }
    over.abort()
  }
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    delete document.documentElement.dataset['carrying']
  })
  const isOurs = (event: PointerEvent): boolean => event.pointerId === grip.pointerId
  addEventListener(
    'pointermove',
    (event) => {
      if (!isOurs(event)) return
      at = { x: event.clientX, y: event.clientY }
      if (isLifted) return
      const far = Math.hypot(at.x - grip.x, at.y - grip.y)
      if (isTouch && far > touchSlackPx) over.abort()
      else if (!isTouch && far >= distancePx) lift()
    },
    { signal, passive: true },
  )
  addEventListener('pointerup', (event) => isOurs(event) && finish(true), { signal })
  addEventListener('pointercancel', (event) => isOurs(event) && finish(false), { signal })
  addEventListener('blur', () => finish(false), { signal })
  addEventListener(
    'keydown',
    (event) => {
      if (!isLifted || event.key !== 'Escape') return
      event.preventDefault()
      event.stopPropagation()
      finish(false)
    },
    { signal, capture: true },
  )
  // what was lifted moves, not the page under the finger
  addEventListener('touchmove', (event) => isLifted && event.preventDefault(), { signal, passive: false })
  addEventListener('contextmenu', (event) => isLifted && event.preventDefault(), { signal })
  addEventListener('dragstart', (event) => event.preventDefault(), { signal })
}

/** The release is a click on what lies there; it was meant as none. */
function swallowClick(): void {
  const once = new AbortController()
  addEventListener(
    'click',
    (event) => {
      event.preventDefault()
      event.stopPropagation()
      once.abort()
    },
    { capture: true, signal: once.signal },
  )
  setTimeout(() => once.abort(), 0)
}

function targetAt({ y }: Point, below: Element | null, offsetY: number): Target | null {
  const place = below?.closest<HTMLElement>('[data-target], [data-hours]')
  if (!place) return null
  const day = place.dataset['hours']
  if (day === undefined) return JSON.parse(place.dataset['target'] ?? 'null') as Target | null // written by the views, from a Target
  const { top, height } = place.getBoundingClientRect()
  return { kind: 'time', day, time: timeAt((y - offsetY - top) / height) }
}

/** @param share of the day that has passed */
export function timeAt(share: number): string {
  const step = Math.round((share * dayMinutes) / stepMinutes)
  const minutes = Math.max(0, Math.min(dayMinutes / stepMinutes - 1, step)) * stepMinutes
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}

/** Near an edge of what scrolls under the pointer, it scrolls on. What scrolls is looked up once. */
function createScrolling(): (at: Point, below: Element | null) => void {
  const known = new WeakMap<Element, boolean>()
  const scrolls = (box: Element): boolean => {
    const found = known.get(box)
    if (found !== undefined) return found
    const does = box === document.documentElement || /auto|scroll/.test(getComputedStyle(box).overflow)
    known.set(box, does)
    return does
  }
  return ({ x, y }, below) => {
    for (let box = below; box; box = box.parentElement) {
      if (!scrolls(box)) continue
      const isPage = box === document.documentElement
      const { top, bottom, left, right } = isPage
        ? { top: 0, bottom: innerHeight, left: 0, right: innerWidth }
        : box.getBoundingClientRect()
      const byY =
        y < Math.max(0, top) + edgePx ? -edgeStepPx : y > Math.min(innerHeight, bottom) - edgePx ? edgeStepPx : 0
      const byX = x < left + edgePx ? -edgeStepPx : x > right - edgePx ? edgeStepPx : 0
      if (byY !== 0 || byX !== 0) box.scrollBy(byX, byY)
    }
  }
}
