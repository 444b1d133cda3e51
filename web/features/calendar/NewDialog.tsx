/** A new idea: a title is enough. It waits without a date, or is written at once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CampaignId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay, useMe } from '../../api/me.ts'
import { useGo, usePaths } from '../../location.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormRow, FormStack, SelectField, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import type { OpenedOf } from './CalendarDialogs.tsx'

export function NewDialog({ filters, onClose }: OpenedOf<'new'>) {
  const t = useWords('calendar')
  return (
    <Dialog isOpen onClose={onClose} title={t('new.title')} size={480}>
      <NewForm campaignId={filters.campaigns.length === 1 ? (filters.campaigns[0] ?? '') : ''} onClose={onClose} />
    </Dialog>
  )
}

const languages = ['pl', 'en', 'de', 'uk', 'fr', 'es', 'cs', 'sk', 'it', 'lt']

function NewForm({ campaignId, onClose }: { campaignId: string; onClose: () => void }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const { workspace } = useMe()
  const mayPlan = useMay('publishing:plan')
  const paths = usePaths()
  const go = useGo()
  const queries = useQueryClient()
  const campaigns = useQuery(api.publishing.listCampaigns.queryOptions({ input: {} }))
  const [title, setTitle] = useState('')
  const [language, setLanguage] = useState<string>(workspace.language)
  const [campaign, setCampaign] = useState<string>(campaignId)
  const make = useMutation({
    mutationFn: async (_next: 'wait' | 'write') => {
      const made = await client.content.createArticle({ title, language, status: 'idea' })
      if (campaign !== '')
        await client.publishing.updateArticlePlanning({
          articleId: made.article.id,
          campaignIds: [campaign as CampaignId], // one of the list
        })
      return made
    },
    onSuccess: ({ article, edition }, next) => {
      void queries.invalidateQueries({ queryKey: api.publishing.listBacklog.key() })
      void queries.invalidateQueries({ queryKey: api.content.listArticles.key() })
      onClose()
      if (next === 'write') go(paths.editor(article.id, edition.language))
      else showToast({ text: t('new.made', { title }) })
    },
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate('wait')
      }}
    >
      <FormProblem error={make.error} />
      <TextField
        label={t('new.name')}
        hint={t('new.how')}
        value={title}
        required
        maxLength={300}
        data-autofocus
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <FormRow>
        <SelectField
          label={t('new.language')}
          value={language}
          onChoose={setLanguage}
          options={[...new Set([workspace.language as string, ...languages])].map((value) => ({
            value,
            label: formats.language(value),
          }))}
        />
        {mayPlan && (campaigns.data ?? []).length > 0 && (
          <SelectField
            label={t('filter.campaigns')}
            value={campaign}
            onChoose={setCampaign}
            options={[
              { value: '', label: t('campaign.none') },
              ...(campaigns.data ?? []).map(({ id, name }) => ({ value: id as string, label: name })),
            ]}
          />
        )}
      </FormRow>
      <FormActions>
        <Button type="submit" tone="primary" busy={make.isPending && make.variables === 'wait'}>
          {t('new.wait')}
        </Button>
        <Button
          busy={make.isPending && make.variables === 'write'}
          disabledWhy={title.trim() === '' && t('new.needs-name')}
          onClick={() => make.mutate('write')}
        >
          {t('new.write')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {t('close')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
