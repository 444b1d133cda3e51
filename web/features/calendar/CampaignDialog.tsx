/** A campaign: a name, its days, a colour and a note. Removing it leaves its articles where they are. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Campaign, CampaignColour } from '@floowe/contracts/calendar'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { fieldProblems } from '../../api/refusals.ts'
import { useSearchState } from '../../location.ts'
import { addDays, wallIn } from '../../planning/wall-time.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FieldGroup, FormActions, FormRow, FormStack, TextAreaField, TextField } from '../../ui/Field.tsx'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import type { OpenedOf } from './CalendarDialogs.tsx'
import looks from './dialogs.module.css'

const colours: readonly CampaignColour[] = ['river', 'moss', 'amber', 'plum', 'clay']
const firstLength = 13

export function CampaignDialog({ opened: { campaign }, onClose }: OpenedOf<'campaign'>) {
  const t = useWords('calendar')
  return (
    <Dialog isOpen onClose={onClose} title={campaign ? campaign.name : t('campaign.new')} size={500}>
      <CampaignForm campaign={campaign} onClose={onClose} />
    </Dialog>
  )
}

function CampaignForm({ campaign, onClose }: { campaign: Campaign | null; onClose: () => void }) {
  const t = useWords('calendar')
  const { zone } = useSurroundings()
  const queries = useQueryClient()
  const mayPlan = useMay('publishing:plan')
  const today = wallIn(zone, Date.now()).date
  const [fields, setFields] = useState({
    name: campaign?.name ?? '',
    firstDay: campaign?.firstDay ?? today,
    lastDay: campaign?.lastDay ?? addDays(today, firstLength),
    colour: campaign?.colour ?? colours[0] ?? 'river',
    note: campaign?.note ?? '',
  })
  const set = (change: Partial<typeof fields>): void => setFields((known) => ({ ...known, ...change }))
  const refresh = () => queries.invalidateQueries({ queryKey: api.publishing.listCampaigns.key() })
  const save = useMutation({
    mutationFn: () =>
      campaign
        ? client.publishing.updateCampaign({ id: campaign.id, basedOn: campaign.revision, ...fields })
        : client.publishing.createCampaign(fields),
    onSuccess: async () => {
      await refresh()
      onClose()
    },
  })
  const problems = fieldProblems(save.error)
  const isBackwards = fields.lastDay < fields.firstDay
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        if (!isBackwards) save.mutate()
      }}
    >
      <FormProblem error={save.error} />
      <fieldset className={looks.plain} disabled={!mayPlan}>
        <TextField
          label={t('campaign.name')}
          value={fields.name}
          required
          maxLength={120}
          problem={problems['name']}
          onChange={(event) => set({ name: event.currentTarget.value })}
        />
        <FormRow>
          <TextField
            type="date"
            label={t('campaign.first')}
            value={fields.firstDay}
            required
            onChange={(event) => set({ firstDay: event.currentTarget.value })}
          />
          <TextField
            type="date"
            label={t('campaign.last')}
            value={fields.lastDay}
            required
            min={fields.firstDay}
            problem={isBackwards ? t('campaign.backwards') : problems['lastDay']}
            onChange={(event) => set({ lastDay: event.currentTarget.value })}
          />
        </FormRow>
        <Colours value={fields.colour} onChange={(colour) => set({ colour })} />
        <TextAreaField
          label={t('campaign.note')}
          isOptional
          maxLength={2000}
          value={fields.note}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
      </fieldset>
      <CampaignActs campaign={campaign} isBusy={save.isPending} mayPlan={mayPlan} refresh={refresh} onClose={onClose} />
    </FormStack>
  )
}

function Colours({ value, onChange }: { value: CampaignColour; onChange: (colour: CampaignColour) => void }) {
  const t = useWords('calendar')
  return (
    <FieldGroup label={t('campaign.colour')}>
      <div className={looks.colours}>
        {colours.map((colour) => (
          <label key={colour} data-tone={colour}>
            <input type="radio" name="colour" checked={colour === value} onChange={() => onChange(colour)} />
            <span>{t(`colour.${colour}`)}</span>
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}

type ActsProps = {
  campaign: Campaign | null
  isBusy: boolean
  mayPlan: boolean
  refresh: () => Promise<unknown>
  onClose: () => void
}

function CampaignActs({ campaign, isBusy, mayPlan, refresh, onClose }: ActsProps) {
  const t = useWords('calendar')
  const tell = useRefusalToast()
  const [, change] = useSearchState()
  const remove = ({ id, name }: Campaign): void => {
    onClose()
    void doWithUndo({
      text: t('campaign.removed', { name }),
      run: () => client.publishing.removeCampaign({ id }).then(refresh),
      undo: () => client.publishing.restoreCampaign({ id }).then(refresh),
      onFailure: tell,
    })
  }
  return (
    <FormActions>
      {mayPlan && (
        <Button type="submit" tone="primary" busy={isBusy}>
          {t('save')}
        </Button>
      )}
      {campaign && (
        <Button
          onClick={() => {
            change({ campaigns: campaign.id })
            onClose()
          }}
        >
          {t('campaign.only', { count: campaign.articles })}
        </Button>
      )}
      {campaign && mayPlan && (
        <Button tone="danger" onClick={() => remove(campaign)}>
          {t('remove')}
        </Button>
      )}
      <Button tone="quiet" onClick={onClose}>
        {t('close')}
      </Button>
    </FormActions>
  )
}
