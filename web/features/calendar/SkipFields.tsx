/** Days that rules leave out. */
import type { SkippedDays } from '@floowe/contracts/calendar'
import { CheckField, FieldGroup } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'

export function SkipFields({ value, onChange }: { value: SkippedDays; onChange: (skip: SkippedDays) => void }) {
  const t = useWords('calendar')
  return (
    <FieldGroup label={t('skip')}>
      <CheckField
        label={t('skip.holidays')}
        checked={value.holidays}
        onChange={(event) => onChange({ ...value, holidays: event.currentTarget.checked })}
      />
      <CheckField
        label={t('skip.closed-sundays')}
        checked={value.closedSundays}
        onChange={(event) => onChange({ ...value, closedSundays: event.currentTarget.checked })}
      />
    </FieldGroup>
  )
}
