/** How far apart posts of a channel should be, and when nothing is planned at all. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { CalendarSettings } from '@floowe/contracts/calendar'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay, useMe } from '../../api/me.ts'
import { wallIn } from '../../planning/wall-time.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormRow, FormStack, TextField } from '../../ui/Field.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import looks from './dialogs.module.css'

const blackoutsMax = 50

export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const t = useWords('calendar')
  const settings = useQuery(api.publishing.getCalendarSettings.queryOptions())
  return (
    <Dialog isOpen onClose={onClose} title={t('settings')} size={560}>
      {settings.data ? <SettingsForm kept={settings.data} onClose={onClose} /> : <SkeletonText lines={4} />}
    </Dialog>
  )
}

type Blackouts = CalendarSettings['blackouts']

function SettingsForm({ kept, onClose }: { kept: CalendarSettings; onClose: () => void }) {
  const t = useWords('calendar')
  const queries = useQueryClient()
  const mayChange = useMay('publishing:channels')
  const [spacing, setSpacing] = useState(String(kept.spacingMinutes))
  const [blackouts, setBlackouts] = useState<Blackouts>(kept.blackouts)
  const save = useMutation({
    mutationFn: () => client.publishing.updateCalendarSettings({ spacingMinutes: Number(spacing), blackouts }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.publishing.getCalendarSettings.key() })
      onClose()
    },
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <FormProblem error={save.error} />
      <fieldset className={looks.plain} disabled={!mayChange}>
        <TextField
          type="number"
          min={0}
          max={24 * 60}
          label={t('settings.spacing')}
          hint={t('settings.spacing.how')}
          value={spacing}
          required
          onChange={(event) => setSpacing(event.currentTarget.value)}
        />
        <BlackoutFields blackouts={blackouts} onChange={setBlackouts} />
      </fieldset>
      <FormActions>
        {mayChange && (
          <Button type="submit" tone="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        )}
        <Button tone="quiet" onClick={onClose}>
          {t('close')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

function BlackoutFields({ blackouts, onChange }: { blackouts: Blackouts; onChange: (blackouts: Blackouts) => void }) {
  const t = useWords('calendar')
  const { workspace } = useMe()
  const today = wallIn(workspace.zone, Date.now()).date
  const set = (index: number, change: Partial<Blackouts[number]>): void =>
    onChange(blackouts.map((one, at) => (at === index ? { ...one, ...change } : one)))
  return (
    <section className={looks.blackouts}>
      <h3>{t('blackouts')}</h3>
      <p className={looks.faint}>{t('blackouts.how', { zone: workspace.zone.replaceAll('_', ' ') })}</p>
      {blackouts.map((one, index) => (
        <div key={index /* they have no name of their own, and stay in their order */} className={looks.blackout}>
          <TextField
            label={t('blackout.name')}
            value={one.name}
            required
            maxLength={120}
            onChange={(event) => set(index, { name: event.currentTarget.value })}
          />
          <FormRow>
            <TextField
              type="datetime-local"
              label={t('blackout.from')}
              value={one.from.slice(0, 16)}
              required
              onChange={(event) => set(index, { from: event.currentTarget.value })}
            />
            <TextField
              type="datetime-local"
              label={t('blackout.until')}
              value={one.until.slice(0, 16)}
              min={one.from.slice(0, 16)}
              required
              onChange={(event) => set(index, { until: event.currentTarget.value })}
            />
          </FormRow>
          <IconButton
            label={t('blackout.remove', { name: one.name })}
            onClick={() => onChange(blackouts.filter((_, at) => at !== index))}
          >
            <IconX />
          </IconButton>
        </div>
      ))}
      {blackouts.length < blackoutsMax && (
        <Button
          size="small"
          icon={<IconPlus />}
          onClick={() => onChange([...blackouts, { name: '', from: `${today}T00:00`, until: `${today}T23:59` }])}
        >
          {t('blackout.add')}
        </Button>
      )}
    </section>
  )
}
