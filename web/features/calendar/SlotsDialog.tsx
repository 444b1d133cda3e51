/** Slots of a channel: the hours of the week at which something of it may go out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { ChannelSlots, ClockPick, Slot } from '@floowe/contracts/calendar'
import type { Channel } from '@floowe/contracts/channels'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay, useMe } from '../../api/me.ts'
import { zoneChoices } from '../../planning/wall-time.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field, FormActions, FormStack, SelectField } from '../../ui/Field.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { slotsOptions } from './slots.ts'
import { SkipFields } from './SkipFields.tsx'
import { keyOfTime, UnclearTimes, unclearIn } from './UnclearTimes.tsx'
import { useWeekdayName, weekdays } from './weekdays.ts'
import looks from './dialogs.module.css'

const slotsMax = 100

export function SlotsDialog({ onClose }: { onClose: () => void }) {
  const t = useWords('calendar')
  const channels = useQuery(api.publishing.listChannels.queryOptions())
  const all = useQuery(slotsOptions())
  const [channelId, setChannel] = useState('')
  const list = channels.data ?? []
  const chosen = list.find(({ id }) => id === channelId) ?? list.find(({ id }) => hasSlots(all.data, id)) ?? list[0]
  return (
    <Dialog isOpen onClose={onClose} title={t('slots')} size={640}>
      <div className={looks.entryDialog}>
        <p className={looks.faint}>{t('slots.how')}</p>
        {!all.data || !chosen ? (
          <SkeletonText lines={5} />
        ) : (
          <>
            <SelectField
              label={t('channel')}
              value={chosen.id as string}
              onChoose={setChannel}
              options={list.map(({ id, name }) => ({ value: id as string, label: name }))}
            />
            <SlotsForm
              key={chosen.id}
              channel={chosen}
              kept={all.data.find((one) => one.channelId === chosen.id) ?? null}
              onClose={onClose}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}

const hasSlots = (all: readonly ChannelSlots[] | undefined, channelId: string): boolean =>
  all?.some((one) => one.channelId === channelId && one.slots.length > 0) ?? false

type FormProps = { channel: Channel; kept: ChannelSlots | null; onClose: () => void }

function SlotsForm({ channel, kept, onClose }: FormProps) {
  const t = useWords('calendar')
  const { workspace, person } = useMe()
  const mayPlan = useMay('publishing:plan')
  const queries = useQueryClient()
  const [slots, setSlots] = useState<readonly Slot[]>(kept?.slots ?? [])
  const [ownZone, setOwnZone] = useState(kept?.ownZone ?? null)
  const [skip, setSkip] = useState(kept?.skip ?? { holidays: false, closedSundays: false })
  const [picks, setPicks] = useState<Record<string, ClockPick>>({})
  const save = useMutation({
    mutationFn: () =>
      client.publishing.setSlots({
        channelId: channel.id,
        ownZone,
        skip,
        slots: slots.map((slot) => ({ ...slot, pick: picks[keyOfTime(slot)] ?? slot.pick })),
        basedOn: kept?.revision ?? 0,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.publishing.listSlots.key() })
      void queries.invalidateQueries({ queryKey: api.publishing.nextSlots.key() })
      showToast({ text: t('slots.kept', { channel: channel.name }) })
      onClose()
    },
  })
  const unclear = unclearIn(save.error)
  const zone = ownZone ?? workspace.zone
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {unclear.length === 0 && <FormProblem error={save.error} />}
      <WeekOfSlots slots={slots} mayPlan={mayPlan} onChange={setSlots} />
      <SelectField
        label={t('slots.zone')}
        value={ownZone ?? ''}
        onChoose={(value) => setOwnZone(value === '' ? null : value)}
        options={[
          { value: '', label: t('slots.zone.workspace', { zone: workspace.zone.replaceAll('_', ' ') }) },
          ...zoneChoices(workspace.zone, person.zone),
        ]}
      />
      <SkipFields value={skip} onChange={setSkip} />
      {unclear.length > 0 && (
        <UnclearTimes
          times={unclear}
          zone={zone}
          picks={picks}
          onPick={(key, pick) => setPicks((known) => ({ ...known, [key]: pick }))}
        />
      )}
      <FormActions>
        {mayPlan && (
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

type WeekProps = { slots: readonly Slot[]; mayPlan: boolean; onChange: (slots: Slot[]) => void }

function WeekOfSlots({ slots, mayPlan, onChange }: WeekProps) {
  const t = useWords('calendar')
  const name = useWeekdayName()
  const [time, setTime] = useState('09:00')
  const add = (days: readonly number[]): void => {
    const known = new Set(slots.map(keyOfTime))
    const added = days
      .map((weekday): Slot => ({ weekday, time, pick: null }))
      .filter((slot) => !known.has(keyOfTime(slot)))
    onChange(
      [...slots, ...added].slice(0, slotsMax).sort((a, b) => a.weekday - b.weekday || a.time.localeCompare(b.time)),
    )
  }
  return (
    <>
      {slots.length === 0 && <p className={looks.faint}>{t('slots.none')}</p>}
      <ul className={looks.slotWeek}>
        {weekdays.map((weekday) => (
          <li key={weekday}>
            <span>{name(weekday)}</span>
            <div>
              {slots
                .filter((slot) => slot.weekday === weekday)
                .map((slot) => (
                  <span key={slot.time} className={looks.chip}>
                    <time>{slot.time}</time>
                    {mayPlan && (
                      <IconButton
                        size="small"
                        label={t('slots.remove', { day: name(weekday), time: slot.time })}
                        onClick={() => onChange(slots.filter((one) => one !== slot))}
                      >
                        <IconX />
                      </IconButton>
                    )}
                  </span>
                ))}
              {mayPlan && (
                <IconButton
                  size="small"
                  label={t('slots.add', { day: name(weekday), time })}
                  onClick={() => add([weekday])}
                >
                  <IconPlus />
                </IconButton>
              )}
            </div>
          </li>
        ))}
      </ul>
      {mayPlan && (
        <div className={looks.slotAdd}>
          <Field label={t('slots.time')}>
            {(ids) => (
              <input
                {...ids}
                type="time"
                value={time}
                className={looks.timeField}
                onChange={(event) => event.currentTarget.value !== '' && setTime(event.currentTarget.value)}
              />
            )}
          </Field>
          <Button size="small" onClick={() => add(weekdays.slice(0, 5))}>
            {t('slots.workdays')}
          </Button>
          <Button size="small" onClick={() => add(weekdays)}>
            {t('slots.every-day')}
          </Button>
        </div>
      )}
    </>
  )
}
