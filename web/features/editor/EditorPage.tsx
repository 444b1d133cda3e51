/** The editor of one edition. */
import { useSuspenseQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import { api } from '../../api/client.ts'
import { useRouteParam } from '../../location.ts'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { DeskFrame } from './DeskFrame.tsx'
import { MissingEdition } from './MissingEdition.tsx'
import looks from './editor.module.css'
import { useDesk } from './writing/use-desk.ts'

export function EditorPage() {
  const id = useRouteParam('articleId')
  const language = useRouteParam('language')
  const { data: article } = useSuspenseQuery(api.content.getArticle.queryOptions({ input: { id } }))
  const summary = article.editions.find((edition) => edition.language === language)
  if (!summary) return <MissingEdition article={article} language={language} />
  return (
    <Suspense fallback={<Opening />}>
      <OpenEdition key={summary.id} article={article} summary={summary} />
    </Suspense>
  )
}

function OpenEdition({ article, summary }: { article: Article; summary: EditionSummary }) {
  const desk = useDesk(summary)
  return desk ? <DeskFrame key={summary.id} desk={desk} article={article} summary={summary} /> : <Opening />
}

function Opening() {
  return (
    <div className={looks.opening}>
      <SkeletonText lines={7} />
    </div>
  )
}
