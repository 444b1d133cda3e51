/** A river through sheets of paper, in lines. Decoration. */
import looks from './EntryFrame.module.css'

const waves = Array.from({ length: 9 }, (_, index) => {
  const y = 300 + index * 22
  const swing = 26 - index * 1.5
  return `M-20 ${y}C80 ${y - swing} 140 ${y - swing} 240 ${y}S400 ${y + swing} 500 ${y}S660 ${y - swing} 760 ${y}`
})

export function River() {
  return (
    <svg viewBox="0 0 640 620" preserveAspectRatio="xMidYMid slice" className={looks.river} aria-hidden="true">
      <path className={looks.wash} d="M-20 330C80 296 140 296 240 326S400 356 500 326S660 296 760 326V640H-20Z" />
      <g className={looks.sheets}>
        <path d="m150 214 150-26 26 150c-50-6-70-14-98-22s-44-10-56-4z" />
        <path d="m176 238 104-18M182 266l104-18M187 294l64-11" />
        <path d="m372 150 128 22-26 152c-34 12-66 18-90 14s-34-6-40-8z" />
        <path d="m388 186 84 14M383 214l84 15M378 242l52 9" />
      </g>
      {waves.map((wave, index) => <path key={wave} className={looks.wave} d={wave} style={{ opacity: 1 - index * 0.085 }} />)}
      <g className={looks.sheets}>
        <path d="M470 92c14-14 26-14 34 0M504 92c8-14 20-14 34 0M560 132c9-9 17-9 22 0M582 132c5-9 13-9 22 0" />
      </g>
    </svg>
  )
}
