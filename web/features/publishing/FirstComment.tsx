/** The first comment of a post, word for word, and whether it is there. */
import type { Post } from '@floowe/contracts/networks'
import type { client } from '../../api/client.ts'
import { useWords } from '../../words/words.ts'
import looks from './publishing.module.css'

type Part = Awaited<ReturnType<typeof client.publishing.getDelivery>>['parts'][number]

/** @param parts of the post; that of the comment is the last one */
export function FirstComment({ post, parts, language }: { post: Post; parts: readonly Part[]; language: string }) {
  const t = useWords('deliveries')
  const part = parts[post.parts.length]
  if (post.firstComment === null || !part) return null
  return (
    <li>
      <p className={looks.faint}>{t('post.comment')}</p>
      <p lang={language}>{post.firstComment}</p>
      <p className={looks.faint}>
        {t(`post.${part.state}`)}
        {part.url && (
          <>
            {' · '}
            <a href={part.url} target="_blank" rel="noopener">
              {t('open')}
            </a>
          </>
        )}
      </p>
    </li>
  )
}
