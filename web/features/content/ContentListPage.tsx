/** All articles of the workspace: where each stands in each language, and what is out. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { IconFileImport } from '@tabler/icons-react'
import { useDeferredValue, useState } from 'react'
import type { Article } from '@floowe/contracts/content'
import { api } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { usePaths, useSearchState } from '../../location.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { Pager } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page } from '../../ui/Page.tsx'
import { SkeletonRows } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import { ArticleTable } from './ArticleTable.tsx'
import { ContentFilters, filtersOf } from './ContentFilters.tsx'
import { NewArticle } from './NewArticle.tsx'

const pageRows = 25

export function ContentListPage() {
  const t = useWords('content')
  const paths = usePaths()
  const mayWrite = useMay('content:write')
  const mayImport = useMay('content:import')
  const [search, change] = useSearchState()
  const { input, isFiltered } = filtersOf(search)
  const offset = Math.max(0, Number(search['offset']) || 0)
  const asked = useDeferredValue({ ...input, limit: pageRows, offset })
  const articles = useQuery({
    ...api.content.listArticles.queryOptions({ input: asked }),
    placeholderData: keepPreviousData,
  })
  const [hidden, setHidden] = useState<readonly string[]>([])
  const items = (articles.data?.items ?? []).filter((article) => !hidden.includes(article.id))
  const hide = (article: Article, isHidden: boolean) =>
    setHidden((ids) => (isHidden ? [...ids, article.id] : ids.filter((id) => id !== article.id)))
  const isTrash = input.trashed === true
  return (
    <Page
      title={isTrash ? t('trash') : t('title')}
      actions={
        <>
          {mayImport && (
            <LinkButton href={paths.imports()} icon={<IconFileImport />}>
              {t('import')}
            </LinkButton>
          )}
          {mayWrite && <NewArticle />}
        </>
      }
    >
      <ContentFilters search={search} change={change} />
      <FormProblem error={articles.error} />
      {!articles.data && !articles.error && <SkeletonRows rows={8} />}
      {articles.data && items.length === 0 && <Nothing isFiltered={isFiltered} isTrash={isTrash} />}
      {items.length > 0 && <ArticleTable items={items} isTrash={isTrash} hide={hide} />}
      <Pager
        offset={offset}
        limit={pageRows}
        total={articles.data?.total ?? 0}
        label={t('pages')}
        onMove={(next) => change({ offset: next || null })}
        summary={t('pages.summary', { from: offset + 1, to: offset + items.length, total: articles.data?.total ?? 0 })}
        words={{ previous: t('pages.previous'), next: t('pages.next') }}
      />
    </Page>
  )
}

function Nothing({ isFiltered, isTrash }: { isFiltered: boolean; isTrash: boolean }) {
  const t = useWords('content')
  const mayWrite = useMay('content:write')
  if (isTrash)
    return (
      <EmptyState drawing="desk" title={t('trash.empty')}>
        {t('trash.how')}
      </EmptyState>
    )
  if (isFiltered)
    return (
      <EmptyState drawing="map" title={t('filtered.empty')}>
        {t('filtered.how')}
      </EmptyState>
    )
  return (
    <EmptyState drawing="desk" title={t('empty')}>
      {mayWrite ? t('empty.how') : null}
    </EmptyState>
  )
}
