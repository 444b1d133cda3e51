/** The rule of a series, field by field. */
import { useMe } from '../../../api/me.ts'
import { zoneChoices } from '../../../planning/wall-time.ts'
import { FieldGroup, FormRow, SelectField, TextField } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import looks from '../dialogs.module.css'
import { SkipFields } from '../SkipFields.tsx'
import { useWeekdayName, weekdays } from '../weekdays.ts'
import type { Draft } from './draft.ts'

type RuleProps = { draft: Draft; set: (change: Partial<Draft>) => void }

export function RuleFields({ draft, set }: RuleProps) {
  const t = useWords('calendar')
  const { workspace, person } = useMe()
  const intervalMax = { days: 365, weeks: 52, months: 24 }[draft.every]
  return (
    <>
      <FormRow>
        <TextField
          type="number"
          label={t('rule.every')}
          min={1}
          max={intervalMax}
          required
          value={draft.interval}
          onChange={(event) => set({ interval: event.currentTarget.value })}
        />
        <SelectField
          label={t('rule.unit')}
          value={draft.every}
          onChoose={(every) => set({ every })}
          options={(['days', 'weeks', 'months'] as const).map((value) => ({
            value,
            label: t(`rule.${value}`, { count: Number(draft.interval) || 1 }),
          }))}
        />
      </FormRow>
      {draft.every === 'weeks' && <Weekdays draft={draft} set={set} />}
      {draft.every === 'months' && <OfMonth draft={draft} set={set} />}
      <FormRow>
        <TextField
          type="date"
          label={t('rule.first')}
          value={draft.firstDay}
          required
          onChange={(event) => set({ firstDay: event.currentTarget.value })}
        />
        <TextField
          type="time"
          label={t('rule.time')}
          value={draft.time}
          required
          onChange={(event) => set({ time: event.currentTarget.value, pick: null })}
        />
      </FormRow>
      <SelectField
        label={t('rule.zone')}
        value={draft.zone}
        onChoose={(zone) => set({ zone, pick: null })}
        options={zoneChoices(workspace.zone, person.zone)}
      />
      <End draft={draft} set={set} />
      <SkipFields value={draft.skip} onChange={(skip) => set({ skip })} />
      {(draft.skip.holidays || draft.skip.closedSundays) && (
        <SelectField
          label={t('rule.instead')}
          value={draft.instead}
          onChoose={(instead) => set({ instead })}
          options={(['nothing', 'next-workday'] as const).map((value) => ({
            value,
            label: t(`rule.instead.${value}`),
          }))}
        />
      )}
    </>
  )
}

function Weekdays({ draft, set }: RuleProps) {
  const t = useWords('calendar')
  const name = useWeekdayName()
  return (
    <FieldGroup label={t('rule.weekdays')}>
      <div className={looks.weekdays}>
        {weekdays.map((weekday) => (
          <label key={weekday}>
            <input
              type="checkbox"
              checked={draft.weekdays.includes(weekday)}
              aria-label={name(weekday)}
              onChange={(event) =>
                set({
                  weekdays: event.currentTarget.checked
                    ? [...draft.weekdays, weekday]
                    : draft.weekdays.filter((one) => one !== weekday),
                })
              }
            />
            <span aria-hidden="true">{name(weekday, 'short')}</span>
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}

function OfMonth({ draft, set }: RuleProps) {
  const t = useWords('calendar')
  const name = useWeekdayName()
  const days = Array.from({ length: 31 }, (_, index) => String(index + 1))
  return (
    <>
      <SelectField
        label={t('rule.by')}
        value={draft.by}
        onChoose={(by) => set({ by })}
        options={[
          { value: 'day' as 'day' | 'weekday', label: t('rule.by.day') },
          { value: 'weekday', label: t('rule.by.weekday') },
        ]}
      />
      {draft.by === 'day' ? (
        <SelectField
          label={t('rule.day')}
          value={draft.day}
          onChoose={(day) => set({ day })}
          options={[...days.map((value) => ({ value, label: value })), { value: '-1', label: t('rule.last-day') }]}
        />
      ) : (
        <FormRow>
          <SelectField
            label={t('rule.nth')}
            value={draft.nth}
            onChoose={(nth) => set({ nth })}
            options={(['1', '2', '3', '4', '-1'] as const).map((value) => ({
              value: value as string,
              label: t(`rule.nth.${value === '-1' ? 'last' : value}`),
            }))}
          />
          <SelectField
            label={t('rule.weekday')}
            value={String(draft.weekday)}
            onChoose={(weekday) => set({ weekday: Number(weekday) })}
            options={weekdays.map((weekday) => ({ value: String(weekday), label: name(weekday) }))}
          />
        </FormRow>
      )}
    </>
  )
}

function End({ draft, set }: RuleProps) {
  const t = useWords('calendar')
  return (
    <FormRow>
      <SelectField
        label={t('rule.ends')}
        value={draft.endsBy}
        onChoose={(endsBy) => set({ endsBy })}
        options={(['count', 'until'] as const).map((value) => ({ value, label: t(`rule.ends.${value}`) }))}
      />
      {draft.endsBy === 'count' ? (
        <TextField
          type="number"
          label={t('rule.count')}
          min={1}
          max={366}
          required
          value={draft.count}
          onChange={(event) => set({ count: event.currentTarget.value })}
        />
      ) : (
        <TextField
          type="date"
          label={t('rule.until')}
          min={draft.firstDay}
          required
          value={draft.until}
          onChange={(event) => set({ until: event.currentTarget.value })}
        />
      )}
    </FormRow>
  )
}
