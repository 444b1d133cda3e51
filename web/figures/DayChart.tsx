/** Views by day as an area over a zero line; the numbers themselves stand in a table for those who cannot see it. */
import { useElementSize } from '@mantine/hooks'
import type { z } from 'zod'
import type { DayCount } from '@floowe/contracts/analytics'
import { useFormats } from '../ui/formats.ts'
import { useWords } from '../words/words.ts'
import looks from './figures.module.css'

type Day = z.infer<typeof DayCount>

/** Until it is measured. */
const widthAtFirst = 960
const height = 220
const pad = { top: 16, right: 8, bottom: 26, left: 44 }

/** A round number above the highest day, so that the scale reads in easy steps. */
export function scaleTop(most: number): number {
  if (most <= 4) return 4
  const step = 10 ** Math.floor(Math.log10(most))
  const times = [1, 2, 4, 5, 10].find((factor) => factor * step >= most) ?? 10
  return times * step
}

/** `most` places from the first to the last, the same distance apart. */
const evenly = (count: number, most: number): number[] => [
  ...new Set(Array.from({ length: most }, (_, part) => Math.round((part / (most - 1)) * (count - 1)))),
]

export function DayChart({ days }: { days: readonly Day[] }) {
  const t = useWords('analytics')
  const formats = useFormats()
  const { ref, width: measured } = useElementSize<HTMLElement>()
  const width = measured || widthAtFirst
  const top = scaleTop(Math.max(...days.map(({ views }) => views)))
  const x = (index: number) => pad.left + (index / Math.max(1, days.length - 1)) * (width - pad.left - pad.right)
  const y = (views: number) => height - pad.bottom - (views / top) * (height - pad.top - pad.bottom)
  const line = days
    .map(({ views }, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(views).toFixed(1)}`)
    .join('')
  const labelled =
    days.length <= 10 && width > 560 ? days.map((_, index) => index) : evenly(days.length, width > 560 ? 5 : 3)
  return (
    <figure ref={ref} className={looks.chart}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t('chart')}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              x1={pad.left}
              x2={width - pad.right}
              y1={y(top * share)}
              y2={y(top * share)}
              className={share === 0 ? looks.zero : looks.rule}
            />
            <text x={pad.left - 8} y={y(top * share) + 4} textAnchor="end" className={looks.axis}>
              {formats.number(top * share)}
            </text>
          </g>
        ))}
        <path
          d={`${line}L${x(days.length - 1).toFixed(1)} ${y(0)}L${x(0).toFixed(1)} ${y(0)}Z`}
          className={looks.area}
        />
        <path d={line} className={looks.line} />
        {days.map((day, index) => (
          <circle key={day.day} cx={x(index)} cy={y(day.views)} r={days.length > 60 ? 0 : 3} className={looks.dot}>
            <title>{`${formats.weekday(`${day.day}T12:00:00Z`, 'UTC')}: ${formats.number(day.views)}`}</title>
          </circle>
        ))}
        {labelled.map((index) => (
          <text
            key={index}
            x={x(index)}
            y={height - 8}
            textAnchor={index === 0 ? 'start' : index === days.length - 1 ? 'end' : 'middle'}
            className={looks.axis}
          >
            {formats.shortDate(`${days[index]?.day ?? ''}T12:00:00Z`, 'UTC')}
          </text>
        ))}
      </svg>
      <table className="only-read">
        <caption>{t('chart')}</caption>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{formats.date(`${day.day}T12:00:00Z`, 'UTC')}</th>
              <td>{formats.number(day.views)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
