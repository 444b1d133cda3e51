import type { Article } from '@floowe/contracts/content'
import { SelectField } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import { useArticleChange } from './use-article-change.ts'

/** An article stands in the stream; a page (About, Contact) beside it. */
export function TypeField({ article }: { article: Article }) {
  const t = useWords('editor')
  const { change } = useArticleChange(article)
  return (
    <SelectField<Article['type']>
      label={t('type')}
      value={article.type}
      options={[
        { value: 'article', label: t('type.article') },
        { value: 'page', label: t('type.page') },
      ]}
      onChoose={(type) => change({ type })}
    />
  )
}
