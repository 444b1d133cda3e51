/** A new article, empty or from a template; opens in the editor at once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconFile, IconPlus, IconTemplate } from '@tabler/icons-react'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { useMe } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { useGo, usePaths } from '../../location.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, SelectField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useKeys } from '../../ui/keys.tsx'
import { useWords } from '../../words/words.ts'
import { contentLanguages } from './languages.ts'
import looks from './content.module.css'

export function NewArticle() {
  const t = useWords('content')
  const [isOpen, setOpen] = useState(false)
  useKeys([{ keys: 'n', label: t('new'), group: t('title'), run: () => setOpen(true) }])
  return (
    <>
      <Button tone="primary" icon={<IconPlus />} onClick={() => setOpen(true)}>
        {t('new')}
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={t('new')}>
        <NewArticleForm onClose={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

function NewArticleForm({ onClose }: { onClose: () => void }) {
  const t = useWords('content')
  const formats = useFormats()
  const paths = usePaths()
  const go = useGo()
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { workspace } = useMe()
  const [language, setLanguage] = useState<string>(workspace.language)
  const [type, setType] = useState<'article' | 'page'>('article')
  const templates = useQuery(api.content.listTemplates.queryOptions())
  const fitting = templates.data?.filter((template) => template.language === language) ?? []
  const create = useMutation({
    mutationFn: (templateId: string | undefined) => client.content.createArticle({ language, type, templateId }),
    onSuccess: ({ article, edition }) => {
      void queries.invalidateQueries({ queryKey: api.content.listArticles.key() })
      onClose()
      go(paths.editor(article.id, edition.language))
    },
    onError: tell,
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate(undefined)
      }}
    >
      <SelectField
        label={t('new.language')}
        value={language}
        onChoose={setLanguage}
        options={[...new Set([workspace.language, ...contentLanguages])].map((one) => ({
          value: one as string,
          label: formats.language(one),
        }))}
      />
      <SelectField
        label={t('new.type')}
        value={type}
        onChoose={setType}
        options={[
          { value: 'article', label: t('type.article') },
          { value: 'page', label: t('type.page') },
        ]}
      />
      {fitting.length > 0 && (
        <div className={looks.templates}>
          <p>{t('new.template')}</p>
          {fitting.map((template) => (
            <button key={template.id} type="button" onClick={() => create.mutate(template.id)}>
              <IconTemplate size={18} aria-hidden="true" />
              <strong>{template.name}</strong>
              <span>{template.description}</span>
            </button>
          ))}
        </div>
      )}
      <FormActions>
        <Button type="submit" tone="primary" busy={create.isPending} icon={<IconFile />}>
          {t('new.empty')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {t('cancel')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
