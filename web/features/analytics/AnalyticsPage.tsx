/** What the whole site brought. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMe } from '../../api/me.ts'
import { FiguresView } from '../../figures/FiguresView.tsx'
import { rangeOf, spanOf, spans } from '../../figures/ranges.ts'
import { usePaths, useSearchState } from '../../location.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page, Section } from '../../ui/Page.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'

export function AnalyticsPage() {
  const t = useWords('analytics')
  const formats = useFormats()
  const paths = usePaths()
  const { workspace } = useMe()
  const [search, change] = useSearchState()
  const span = spanOf(search['days'])
  const overview = useQuery(api.analytics.getOverview.queryOptions({ input: rangeOf(span, workspace.zone) }))
  return (
    <Page
      title={t('title')}
      actions={
        <Segmented
          label={t('span')}
          value={span}
          onChange={(days) => change({ days })}
          options={spans.map((one) => ({ value: one, label: t('span.days', { count: Number(one) }) }))}
        />
      }
    >
      <FormProblem error={overview.error} />
      {!overview.data && !overview.error && <SkeletonText lines={8} />}
      {overview.data && <FiguresView figures={overview.data} />}
      {overview.data && overview.data.articles.length > 0 && (
        <Section title={t('articles')}>
          <DataTable
            caption={t('articles')}
            rows={overview.data.articles}
            rowKey={(row) => `${row.articleId} ${row.language}`}
            columns={[
              {
                id: 'title',
                label: t('article'),
                isMain: true,
                cell: (row) => (
                  <a href={paths.article(row.articleId)} lang={row.language}>
                    {row.title}
                  </a>
                ),
              },
              { id: 'language', label: t('language'), width: '140px', cell: (row) => formats.language(row.language) },
              {
                id: 'views',
                label: t('column.views'),
                align: 'end',
                width: '120px',
                cell: (row) => formats.number(row.views),
              },
              {
                id: 'visits',
                label: t('column.visits'),
                align: 'end',
                width: '120px',
                cell: (row) => formats.number(row.visits),
              },
            ]}
          />
        </Section>
      )}
    </Page>
  )
}
