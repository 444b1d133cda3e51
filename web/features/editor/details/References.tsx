/** Which articles this one leads to, and which lead here. */
import { useQuery } from '@tanstack/react-query'
import type { Article } from '@floowe/contracts/content'
import { api } from '../../../api/client.ts'
import { usePaths } from '../../../location.ts'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'

export function References({ article }: { article: Article }) {
  const t = useWords('editor')
  const paths = usePaths()
  const { data } = useQuery(api.content.getReferences.queryOptions({ input: { id: article.id } }))
  if (!data || data.to.length + data.from.length === 0) return null
  const list = (items: typeof data.to) => (
    <ul className={looks.rows}>
      {items.map((item) => (
        <li key={item.articleId}>
          <a href={paths.article(item.articleId)}>{item.title || t('untitled')}</a>
        </li>
      ))}
    </ul>
  )
  return (
    <div className={looks.section}>
      {data.to.length > 0 && (
        <>
          <span className={looks.label}>{t('references.to')}</span>
          {list(data.to)}
        </>
      )}
      {data.from.length > 0 && (
        <>
          <span className={looks.label}>{t('references.from')}</span>
          {list(data.from)}
        </>
      )}
    </div>
  )
}
