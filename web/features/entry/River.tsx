/** Sheets of paper set out on a river, in lines. Decoration. */
import looks from './EntryFrame.module.css'

const waveAt = (y: number, swing: number) =>
  `M-20 ${y}C80 ${y - swing} 140 ${y - swing} 240 ${y}S400 ${y + swing} 500 ${y}S660 ${y - swing} 760 ${y}`
const waves = Array.from({ length: 9 }, (_, index) => ({
  line: waveAt(318 + index * 23, 28 - index * 1.8),
  opacity: 1 - index * 0.085,
}))

export function River() {
  return (
    <svg viewBox="0 0 640 620" preserveAspectRatio="xMidYMid slice" className={looks.river} aria-hidden="true">
      <path className={looks.thin} d="M176 122c14-14 26-14 34 0c8-14 20-14 34 0M262 164c9-9 17-9 22 0c5-9 13-9 22 0" />
      <path className={looks.sheet} d="m130 236 150-26 34 190-150 26z" />
      <path className={looks.thin} d="m156 262 100-17M161 290l100-17M166 318l64-11" />
      <path className={looks.sheet} d="m364 142 146 25-40 226-146-25z" />
      <path className={looks.thin} d="m379 180 102 17M374 210l102 17M369 240l102 17M364 270l60 10" />
      <path className={looks.wash} d={`${waves[0]?.line}V640H-20Z`} />
      {waves.map(({ line, opacity }) => (
        <path key={line} className={looks.wave} d={line} style={{ opacity }} />
      ))}
    </svg>
  )
}
