/** The point of a picture that every crop keeps: click it, or move it with the arrow keys. */
import type { Media } from '@floowe/contracts/content'
import { useWords } from '../../words/words.ts'
import looks from './media.module.css'

type Point = NonNullable<Media['focalPoint']>
const step = 0.02
const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-step, 0],
  ArrowRight: [step, 0],
  ArrowUp: [0, -step],
  ArrowDown: [0, step],
}
const inside = (share: number): number => Math.min(1, Math.max(0, Math.round(share * 1000) / 1000))

export function FocalPicture({
  media,
  point,
  onChange,
}: {
  media: Media
  point: Point | null
  onChange: (point: Point) => void
}) {
  const t = useWords('media')
  const { x, y } = point ?? { x: 0.5, y: 0.5 }
  return (
    <div>
      <button
        type="button"
        className={looks.focal}
        aria-label={t('focal.at', { x: Math.round(x * 100), y: Math.round(y * 100) })}
        onClick={(event) => {
          if (event.detail === 0) return
          const box = event.currentTarget.getBoundingClientRect()
          onChange({
            x: inside((event.clientX - box.left) / box.width),
            y: inside((event.clientY - box.top) / box.height),
          })
        }}
        onKeyDown={(event) => {
          const move = moves[event.key]
          if (!move) return
          event.preventDefault()
          onChange({ x: inside(x + move[0]), y: inside(y + move[1]) })
        }}
      >
        <img src={media.variants.at(-1)?.url ?? media.url} alt={media.alt} />
        <span className={looks.point} style={{ left: `${x * 100}%`, top: `${y * 100}%` }} aria-hidden="true" />
      </button>
      <p className={looks.meta}>{t('focal')}</p>
    </div>
  )
}
