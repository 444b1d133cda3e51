/** The point of a picture that every crop keeps: clicked, or moved with the arrow keys. */
import type { KeyboardEvent } from 'react'
import looks from './tools.module.css'

type Point = { x: number; y: number }
const stepBy = 0.02
const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-stepBy, 0],
  ArrowRight: [stepBy, 0],
  ArrowUp: [0, -stepBy],
  ArrowDown: [0, stepBy],
}
const share = (value: number): number => Math.min(1, Math.max(0, Math.round(value * 1000) / 1000))

export function FocalPoint({
  label,
  hint,
  url,
  point,
  onChange,
}: {
  label: string
  hint: string
  url: string
  point: Point | null
  onChange: (point: Point) => void
}) {
  const { x, y } = point ?? { x: 0.5, y: 0.5 }
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    onChange({ x: share(x + move[0]), y: share(y + move[1]) })
  }
  return (
    <div className={looks.focus}>
      <span className={looks.focusLabel}>{label}</span>
      <button
        type="button"
        className={looks.focal}
        aria-label={`${label}: ${Math.round(x * 100)}%, ${Math.round(y * 100)}%`}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          if (event.detail === 0) return
          const box = event.currentTarget.getBoundingClientRect()
          onChange({
            x: share((event.clientX - box.left) / box.width),
            y: share((event.clientY - box.top) / box.height),
          })
        }}
      >
        <img src={url} alt="" />
        <span className={looks.point} style={{ left: `${x * 100}%`, top: `${y * 100}%` }} />
      </button>
      <span className={looks.focusHint}>{hint}</span>
    </div>
  )
}
