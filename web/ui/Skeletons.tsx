/** Grey shapes that keep the layout still while data comes. */
import looks from './Skeletons.module.css'
import { useSurroundings } from './surroundings.tsx'

const widths = ['72%', '48%', '64%', '56%', '80%', '40%'] as const

export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  const { words } = useSurroundings()
  return (
    <div role="status" aria-label={words.loading} className={looks.rows}>
      {Array.from({ length: Math.min(rows, 50) }, (_, index) => (
        // the rows are all alike and never move
        <div key={index} className={looks.row}>
          <span className={looks.bar} style={{ width: widths[index % widths.length] }} />
          <span className={looks.bar} style={{ width: '12%' }} />
        </div>
      ))}
    </div>
  )
}

export function SkeletonCards({ cards = 6 }: { cards?: number }) {
  const { words } = useSurroundings()
  return (
    <div role="status" aria-label={words.loading} className={looks.cards}>
      {Array.from({ length: Math.min(cards, 50) }, (_, index) => (
        // the cards are all alike and never move
        <span key={index} className={looks.card} />
      ))}
    </div>
  )
}

export function SkeletonText({ lines = 4 }: { lines?: number }) {
  const { words } = useSurroundings()
  return (
    <div role="status" aria-label={words.loading} className={looks.text}>
      {Array.from({ length: Math.min(lines, 50) }, (_, index) => (
        // the lines are all alike and never move
        <span key={index} className={looks.bar} style={{ width: widths[index % widths.length] }} />
      ))}
    </div>
  )
}
