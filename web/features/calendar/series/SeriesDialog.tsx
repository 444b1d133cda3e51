/** Publishing the same again and again: the rule, and beside it the days it means, with what is left out and why. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, client } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { useMe } from '../../../api/me.ts'
import { addDays, wallIn } from '../../../planning/wall-time.ts'
import type { ChannelId, EditionId } from '@floowe/contracts/vocabulary'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { FormActions, FormStack } from '../../../ui/Field.tsx'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import type { OpenedOf } from '../CalendarDialogs.tsx'
import looks from '../dialogs.module.css'
import { keyOfTime, UnclearTimes, unclearIn } from '../UnclearTimes.tsx'
import { type Draft, draftOf, newDraft, planOf } from './draft.ts'
import { Preview, usePreview } from './Preview.tsx'
import { RuleFields } from './RuleFields.tsx'

export function SeriesDialog(props: OpenedOf<'repeat'>) {
  const t = useWords('calendar')
  const { of, series } = props.opened
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      title={t(series ? 'series.change' : 'series.title', { title: of.title || t('untitled') })}
      size={820}
    >
      <SeriesForm {...props} />
    </Dialog>
  )
}

function SeriesForm({ opened: { of, series }, onClose, open }: OpenedOf<'repeat'>) {
  const t = useWords('calendar')
  const { workspace } = useMe()
  const queries = useQueryClient()
  const [draft, setDraft] = useState<Draft>(() =>
    series
      ? draftOf(series)
      : newDraft(addDays(wallIn(workspace.zone, Date.now()).date, 1), of.time ?? '09:00', workspace.zone),
  )
  const set = (change: Partial<Draft>): void => setDraft((known) => ({ ...known, ...change }))
  const plan = planOf(draft)
  const place = { editionId: of.editionId as EditionId, channelId: of.channelId as ChannelId } // they came with a delivery
  const preview = usePreview(plan && { ...plan, ...place })
  const save = useMutation({
    mutationFn: async () => {
      if (!plan) throw new Error('the form asks for what is missing before it is sent')
      return series
        ? client.publishing.updateSeries({ ...plan, id: series.id, basedOn: series.revision })
        : client.publishing.createSeries({ ...plan, ...place })
    },
    onSuccess: (kept) => {
      void queries.invalidateQueries({ queryKey: api.publishing.key() })
      showToast({
        text: t(series ? 'series.changed' : 'series.made', { title: kept.title || t('untitled') }),
        action: { label: t('series'), run: () => open({ kind: 'series' }) },
      })
      onClose()
    },
  })
  const asked = unclearIn(save.error)
  const unclear = asked.length > 0 ? asked : (preview.data?.unclear ?? [])
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {asked.length === 0 && <FormProblem error={save.error} />}
      <div className={looks.seriesColumns}>
        <div className={looks.entryDialog}>
          <RuleFields draft={draft} set={set} />
          {unclear.length > 0 && (
            <UnclearTimes
              times={unclear.slice(0, 1)}
              zone={draft.zone}
              picks={draft.pick && unclear[0] ? { [keyOfTime(unclear[0])]: draft.pick } : {}}
              onPick={(_, pick) => set({ pick })}
            />
          )}
        </div>
        <Preview preview={preview} isWhole={plan !== null} zone={draft.zone} />
      </div>
      <FormActions>
        <Button
          type="submit"
          tone="primary"
          busy={save.isPending}
          disabledWhy={
            !plan
              ? t('series.not-whole')
              : preview.data?.total === 0
                ? t('series.no-day')
                : unclear.length > 0 && !draft.pick && t('series.unclear')
          }
        >
          {series ? t('save') : t('series.make', { count: preview.data?.total ?? 0 })}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {t('close')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
