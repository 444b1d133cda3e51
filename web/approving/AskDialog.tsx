/** Asks for approval of what a plan carries. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeliveryApproval } from '@floowe/contracts/approvals'
import type { Delivery } from '@floowe/contracts/publishing'
import { api, client } from '../api/client.ts'
import { FormProblem } from '../api/FormProblem.tsx'
import { useMe } from '../api/me.ts'
import { addDays, wallIn } from '../planning/wall-time.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { CheckField, FieldGroup, FormActions, FormRow, FormStack, TextField } from '../ui/Field.tsx'
import { useFormats } from '../ui/formats.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { showToast } from '../ui/toasts.tsx'
import { useWords } from '../words/words.ts'
import { AskFields, nothingSaid } from './AskFields.tsx'
import { requestApproval } from './request.ts'
import { type Days, windowOf } from './span.ts'

type Askable = Pick<
  Delivery,
  'id' | 'title' | 'channelName' | 'wallTime' | 'zone' | 'dueAt' | 'isOutdated' | 'attempts'
>
type AskProps = {
  delivery: Askable
  isOpen: boolean
  onClose: () => void
  /** An approval whose time has passed undecided: it is taken back first. */
  lapsed?: DeliveryApproval['id']
}

export function AskDialog({ isOpen, onClose, ...rest }: AskProps) {
  const t = useWords('approving')
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('ask')}>
      {isOpen && <AskForm onClose={onClose} {...rest} />}
    </Dialog>
  )
}

function AskForm({ delivery, onClose, lapsed }: Omit<AskProps, 'isOpen'>) {
  const t = useWords('approving')
  const common = useWords('common')
  const queries = useQueryClient()
  const { workspace } = useMe()
  const zone = delivery.zone ?? workspace.zone
  const [said, setSaid] = useState(nothingSaid)
  const [days, setDays] = useState<Days | null>(null)
  // what was tried once keeps its text: the network may have it
  const mayFreeze = delivery.isOutdated && delivery.attempts === 0
  const [isNewest, setNewest] = useState(mayFreeze)
  const ask = useMutation({
    mutationFn: async () => {
      if (lapsed) await client.publishing.withdrawApproval({ id: lapsed })
      if (isNewest) await client.publishing.rescheduleDelivery({ id: delivery.id, refreeze: true })
      return requestApproval(delivery.id, said, days && windowOf(days, zone))
    },
    onSuccess: () => {
      showToast({ text: t('ask.done') })
      onClose()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        ask.mutate()
      }}
    >
      <FormProblem error={ask.error} />
      <p>{t('ask.what', { title: delivery.title || t('untitled'), channel: delivery.channelName })}</p>
      {mayFreeze && (
        <CheckField
          label={t('ask.newest')}
          hint={t('ask.newest.hint')}
          checked={isNewest}
          onChange={(event) => setNewest(event.currentTarget.checked)}
        />
      )}
      <AskFields value={said} onChange={setSaid} />
      <WindowField delivery={delivery} zone={zone} days={days} onChange={setDays} />
      <FormActions>
        <Button type="submit" tone="primary" busy={ask.isPending}>
          {t('ask.send')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {common('cancel')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

type WindowProps = { delivery: Askable; zone: string; days: Days | null; onChange: (days: Days | null) => void }

/** Approved for a span of time: within it another hour changes nothing. */
function WindowField({ delivery, zone, days, onChange }: WindowProps) {
  const t = useWords('approving')
  const formats = useFormats()
  const isAhead = delivery.wallTime !== null && Date.parse(delivery.dueAt) > Date.now()
  const first = wallIn(zone, isAhead ? delivery.dueAt : Date.now()).date
  return (
    <FieldGroup
      label={t('window')}
      hint={
        days
          ? t('window.other.hint', { zone })
          : isAhead
            ? t('window.day.hint', { day: formats.date(delivery.dueAt, zone) })
            : t('window.week.hint')
      }
    >
      <Segmented
        label={t('window')}
        value={days ? 'other' : 'standard'}
        onChange={(value) => onChange(value === 'other' ? { from: first, until: addDays(first, 7) } : null)}
        options={[
          { value: 'standard', label: t(isAhead ? 'window.day' : 'window.week') },
          { value: 'other', label: t('window.other') },
        ]}
      />
      {days && (
        <FormRow>
          <TextField
            type="date"
            label={t('window.from')}
            value={days.from}
            max={days.until}
            required
            onChange={(event) => onChange({ ...days, from: event.currentTarget.value })}
          />
          <TextField
            type="date"
            label={t('window.until')}
            value={days.until}
            min={days.from}
            required
            onChange={(event) => onChange({ ...days, until: event.currentTarget.value })}
          />
        </FormRow>
      )}
    </FieldGroup>
  )
}
