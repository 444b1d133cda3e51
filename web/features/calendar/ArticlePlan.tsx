/** What planning knows of an article: its campaigns, and before when it must not go out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ArticlePlanning } from '@floowe/contracts/calendar'
import type { ArticleId, CampaignId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay, useMe } from '../../api/me.ts'
import { isRefusal } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { CheckMenu } from '../../ui/CheckMenu.tsx'
import { FormActions, FormRow, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './dialogs.module.css'

type Embargo = { wallTime: string; zone: string; pick: 'earlier' | 'later' | null }
type Change = { campaignIds?: string[]; embargo?: Embargo | null; earlierPlans?: 'cancel' }

function usePlanning(articleId: string) {
  const queries = useQueryClient()
  const options = api.publishing.getArticlePlanning.queryOptions({ input: { articleId: articleId as ArticleId } }) // it came with the article
  const planning = useQuery(options)
  const save = useMutation({
    mutationFn: ({ campaignIds, ...change }: Change) =>
      client.publishing.updateArticlePlanning({
        articleId: articleId as ArticleId, // as above
        ...change,
        ...(campaignIds && { campaignIds: campaignIds as CampaignId[] }), // chosen from the campaigns
      }),
    onSuccess: (known) => {
      queries.setQueryData(options.queryKey, known)
      void queries.invalidateQueries({ queryKey: api.publishing.getCalendar.key() })
      void queries.invalidateQueries({ queryKey: api.publishing.listBacklog.key() })
    },
  })
  return { planning: planning.data ?? null, save }
}

export function ArticlePlan({ articleId }: { articleId: string }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const mayPlan = useMay('publishing:plan')
  const { planning, save } = usePlanning(articleId)
  const campaigns = useQuery(api.publishing.listCampaigns.queryOptions({ input: {} }))
  const [isEditing, setEditing] = useState(false)
  if (!planning) return null
  const names = campaigns.data?.filter(({ id }) => planning.campaignIds.includes(id)).map(({ name }) => name) ?? []
  return (
    <section className={looks.articlePlan} aria-label={t('article.planning')}>
      <div className={looks.about}>
        {mayPlan && (campaigns.data ?? []).length > 0 ? (
          <CheckMenu
            label={t('filter.campaigns')}
            options={(campaigns.data ?? []).map(({ id, name }) => ({ value: id as string, label: name }))}
            chosen={planning.campaignIds}
            onChange={(campaignIds) => save.mutate({ campaignIds })}
          />
        ) : (
          names.length > 0 && <span>{formats.list(names)}</span>
        )}
        {planning.embargo && (
          <span>
            {t('embargo.until', { at: formats.dateTime(planning.embargo.until, planning.embargo.zone) })}{' '}
            {planning.embargo.zone.replaceAll('_', ' ')}
          </span>
        )}
        {mayPlan && !isEditing && (
          <Button size="small" tone="quiet" onClick={() => setEditing(true)}>
            {planning.embargo ? t('embargo.change') : t('embargo.set')}
          </Button>
        )}
      </div>
      {!isEditing && <FormProblem error={save.error} />}
      {isEditing && <EmbargoFields planning={planning} save={save} onDone={() => setEditing(false)} />}
    </section>
  )
}

type FieldsProps = { planning: ArticlePlanning; save: ReturnType<typeof usePlanning>['save']; onDone: () => void }

function EmbargoFields({ planning, save, onDone }: FieldsProps) {
  const t = useWords('calendar')
  const { workspace } = useMe()
  const zone = planning.embargo?.zone ?? workspace.zone
  const [date, setDate] = useState(planning.embargo?.wallTime.slice(0, 10) ?? '')
  const [time, setTime] = useState(planning.embargo?.wallTime.slice(11, 16) ?? '00:00')
  const keep = (change: Change): void => save.mutate(change, { onSuccess: onDone })
  const embargo = (pick: Embargo['pick']): Embargo => ({ wallTime: `${date}T${time}`, zone, pick })
  const stands = isRefusal(save.error, 'planned-before-embargo')
  const isUnclear = isRefusal(save.error, 'time-exists-twice', 'time-does-not-exist')
  return (
    <div className={looks.embargo}>
      <FormProblem error={save.error} />
      <FormRow>
        <TextField
          type="date"
          label={t('embargo.day')}
          value={date}
          onChange={(event) => setDate(event.currentTarget.value)}
        />
        <TextField
          type="time"
          label={t('time', { zone: zone.replaceAll('_', ' ') })}
          value={time}
          onChange={(event) => setTime(event.currentTarget.value)}
        />
      </FormRow>
      <FormActions>
        {isUnclear ? (
          (['earlier', 'later'] as const).map((pick) => (
            <Button key={pick} onClick={() => keep({ embargo: embargo(pick) })}>
              {t(`pick.${pick}`)}
            </Button>
          ))
        ) : (
          <Button
            busy={save.isPending}
            disabledWhy={date === '' && t('embargo.needs-day')}
            onClick={() => keep({ embargo: embargo(null), ...(stands && { earlierPlans: 'cancel' }) })}
          >
            {stands ? t('embargo.cancel-plans') : t('embargo.keep')}
          </Button>
        )}
        {planning.embargo && (
          <Button tone="quiet" onClick={() => keep({ embargo: null })}>
            {t('embargo.remove')}
          </Button>
        )}
        <Button tone="quiet" onClick={onDone}>
          {t('close')}
        </Button>
      </FormActions>
    </div>
  )
}
