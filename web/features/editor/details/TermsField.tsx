/** Tags, categories or authors of the article. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Article, TermKind } from '@floowe/contracts/content'
import { api } from '../../../api/client.ts'
import { useWords } from '../../../words/words.ts'
import { cleanLine } from '../clean-text.ts'
import looks from './details.module.css'
import { TokenField } from './TokenField.tsx'
import { useArticleChange } from './use-article-change.ts'

const parts = { tag: 'tags', category: 'categories', author: 'authors' } as const
const lengthMax = { tag: 80, category: 80, author: 120 } as const

export function TermsField({ article, kind, mayWrite }: { article: Article; kind: TermKind; mayWrite: boolean }) {
  const t = useWords('editor')
  const [query, setQuery] = useState<string | null>(null)
  const { change } = useArticleChange(article)
  const { data } = useQuery({
    ...api.content.listTerms.queryOptions({ input: { kind, query: query || undefined, limit: 12 } }),
    enabled: query !== null,
    placeholderData: keepPreviousData,
  })
  const names = article[parts[kind]].map((term) => term.name)
  if (!mayWrite && names.length === 0) return null
  return (
    <div className={looks.section}>
      <span className={looks.label}>{t(`terms.${kind}`)}</span>
      {mayWrite ? (
        <TokenField
          label={t(`terms.${kind}`)}
          values={names}
          offered={data?.items.map((term) => term.name) ?? []}
          onType={setQuery}
          maxLength={lengthMax[kind]}
          onChange={(values) =>
            change({ [parts[kind]]: values.map((name) => cleanLine(name, lengthMax[kind]).trim()).filter(Boolean) })
          }
          words={{
            placeholder: t(`terms.${kind}.add`),
            create: (name) => t('terms.create', { name }),
            remove: (name) => t('terms.remove', { name }),
          }}
        />
      ) : (
        <p>{names.join(', ')}</p>
      )}
    </div>
  )
}
