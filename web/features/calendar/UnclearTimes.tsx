/** Hours that the clocks make come twice or never on some day ahead: asked about before they are kept, for each of them. */
import type { ClockPick, UnclearTime } from '@floowe/contracts/calendar'
import { isRefusal, refusalOf } from '../../api/refusals.ts'
import { type Choice, SelectField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './dialogs.module.css'

/** What a refusal asks about. */
export const unclearIn = (error: unknown): UnclearTime[] =>
  isRefusal(error, 'times-unclear') ? ((refusalOf(error).data['times'] as UnclearTime[] | undefined) ?? []) : [] // by the contract of the refusal

export const keyOfTime = ({ weekday, time }: Pick<UnclearTime, 'weekday' | 'time'>): string => `${weekday} ${time}`

type Props = {
  times: readonly UnclearTime[]
  zone: string
  picks: Readonly<Record<string, ClockPick>>
  onPick: (key: string, pick: ClockPick) => void
}

export function UnclearTimes({ times, zone, picks, onPick }: Props) {
  const t = useWords('calendar')
  const formats = useFormats()
  const choices = (one: UnclearTime): Choice<ClockPick | ''>[] => [
    { value: '', label: t('times.choose') },
    ...(['earlier', 'later'] as const).map((pick) => ({
      value: pick,
      label: t(`times.${pick}`, { at: formats.time(one[pick], zone), utc: formats.time(one[pick], 'UTC') }),
    })),
    { value: 'skip', label: t('times.skip') },
  ]
  return (
    <div role="alert" className={looks.unclear}>
      {times.map((one) => {
        const day = formats.shortDate(`${one.day}T12:00:00Z`, 'UTC')
        return (
          <SelectField
            key={keyOfTime(one)}
            label={t(`times.${one.exists}`, { time: one.time, day })}
            value={picks[keyOfTime(one)] ?? ''}
            required
            onChoose={(pick) => pick !== '' && onPick(keyOfTime(one), pick)}
            options={choices(one)}
          />
        )
      })}
    </div>
  )
}
