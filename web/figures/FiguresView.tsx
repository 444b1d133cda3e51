/** Visits as people read them: a total, a chart by day, and where readers came from. Used by the article and the overview. */
import { lazy, Suspense } from 'react'
import type { Figures } from '@floowe/contracts/analytics'
import { EmptyState } from '../ui/EmptyState.tsx'
import { useFormats } from '../ui/formats.ts'
import { Section } from '../ui/Page.tsx'
import { Time } from '../ui/Time.tsx'
import { useWords } from '../words/words.ts'
import looks from './figures.module.css'

const DayChart = lazy(() => import('./DayChart.tsx').then((module) => ({ default: module.DayChart })))

export function FiguresView({ figures }: { figures: Figures }) {
  const t = useWords('analytics')
  const formats = useFormats()
  if (figures.total.views === 0) {
    return (
      <EmptyState drawing="map" title={t('empty')}>
        {t('empty.how')}
      </EmptyState>
    )
  }
  return (
    <>
      <div className={looks.totals}>
        <p>
          <strong>{formats.number(figures.total.views)}</strong> {t('views', { count: figures.total.views })}
        </p>
        <p>
          <strong>{formats.number(figures.total.visits)}</strong> {t('visits', { count: figures.total.visits })}
        </p>
        <p className={looks.fresh}>
          {t('fresh')} <Time at={figures.freshAt} as="time" />
        </p>
      </div>
      <Suspense fallback={<div className={looks.chartSpace} />}>
        <DayChart days={figures.days} />
      </Suspense>
      <div className={looks.columns}>
        <Section title={t('referrers')}>
          <Bars rows={figures.referrers.map(({ name, views }) => ({ name: name || t('direct'), views }))} />
        </Section>
        <Section title={t('campaigns')}>
          {figures.campaigns.length === 0 ? (
            <p className={looks.fresh}>{t('campaigns.none')}</p>
          ) : (
            <Bars
              rows={figures.campaigns.map(({ source, medium, campaign, views }) => ({
                name: [source, medium, campaign].filter(Boolean).join(' / '),
                views,
              }))}
            />
          )}
        </Section>
      </div>
      <p className={looks.how}>{t('how')}</p>
    </>
  )
}

const barsMax = 8

function Bars({ rows }: { rows: readonly { name: string; views: number }[] }) {
  const formats = useFormats()
  const most = Math.max(1, ...rows.map(({ views }) => views))
  return (
    <ul className={looks.bars}>
      {rows.slice(0, barsMax).map(({ name, views }) => (
        <li key={name}>
          <span className={looks.barName}>{name}</span>
          <span>{formats.number(views)}</span>
          <span className={looks.bar} style={{ width: `${(views / most) * 100}%` }} aria-hidden="true" />
        </li>
      ))}
    </ul>
  )
}
