/** The article exists, but not in the language of this address. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconCopy, IconPlus } from '@tabler/icons-react'
import type { Article } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { usePaths } from '../../location.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Page } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'

export function MissingEdition({ article, language }: { article: Article; language: string }) {
  const t = useWords('editor')
  const formats = useFormats()
  const paths = usePaths()
  const queries = useQueryClient()
  const mayWrite = useMay('content:write') && article.trashedAt === null
  const { mutate, error, isPending } = useMutation({
    mutationFn: (copyFrom: string | undefined) => client.content.addEdition({ id: article.id, language, copyFrom }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.content.getArticle.key() }),
  })
  const original = article.editions[0]
  return (
    <Page title={original?.title || t('untitled')} trail={<a href={paths.content()}>{t('trail')}</a>} width="wide">
      <FormProblem error={error} />
      <EmptyState
        drawing="desk"
        title={t('missing.title', { language: formats.language(language) })}
        action={
          <>
            {mayWrite && (
              <Button tone="primary" icon={<IconPlus />} busy={isPending} onClick={() => mutate(undefined)}>
                {t('missing.empty')}
              </Button>
            )}
            {mayWrite && original && (
              <Button icon={<IconCopy />} onClick={() => mutate(original.id)}>
                {t('missing.copy', { language: formats.language(original.language) })}
              </Button>
            )}
            {original && (
              <LinkButton href={paths.editor(article.id, original.language)}>
                {t('missing.open', { language: formats.language(original.language) })}
              </LinkButton>
            )}
          </>
        }
      >
        {mayWrite ? t('missing.words') : t('missing.readOnly')}
      </EmptyState>
    </Page>
  )
}
