import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { SelectField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'

const lateChoices = [15, 60, 240, 1440, 10_080] as const
type Settings = { missed: 'hold' | 'send-late'; lateMinutesMax: number }

/** What happens to deliveries whose time passed while the machine was off. Each choice is saved as it is made. */
export function MissedForm() {
  const t = useWords('workspace')
  const common = useWords('common')
  const mayChange = useMay('publishing:channels')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const options = api.publishing.getPublishingSettings.queryOptions()
  const { data } = useSuspenseQuery(options)
  const [shown, setShown] = useState<Settings>(data)
  const { mutate } = useMutation({
    mutationFn: (next: Settings) => client.publishing.updatePublishingSettings(next),
    onMutate: setShown,
    onSuccess: (saved) => {
      queries.setQueryData(options.queryKey, saved)
      showToast({ text: common('saved') })
    },
    onError: (error) => {
      setShown(data)
      tell(error)
    },
  })
  const lates = [...new Set([...lateChoices, shown.lateMinutesMax])].sort((a, b) => a - b)
  return (
    <div style={{ display: 'grid', gap: 16, maxWidth: 420 }}>
      <SelectField
        label={t('missed.label')}
        value={shown.missed}
        disabled={!mayChange}
        options={[
          { value: 'hold', label: t('missed.hold') },
          { value: 'send-late', label: t('missed.sendLate') },
        ]}
        onChoose={(missed: Settings['missed']) => mutate({ ...shown, missed })}
      />
      {shown.missed === 'send-late' && (
        <SelectField
          label={t('missed.late')}
          hint={t('missed.lateHint')}
          value={String(shown.lateMinutesMax)}
          disabled={!mayChange}
          options={lates.map((minutes) => ({ value: String(minutes), label: lateInWords(minutes) }))}
          onChoose={(minutes) => mutate({ ...shown, lateMinutesMax: Number(minutes) })}
        />
      )}
    </div>
  )

  function lateInWords(minutes: number): string {
    if (minutes % 1440 === 0) return t('missed.days', { count: minutes / 1440 })
    return minutes % 60 === 0 ? t('missed.hours', { count: minutes / 60 }) : t('missed.minutes', { count: minutes })
  }
}
