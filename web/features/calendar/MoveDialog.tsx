/** A delivery of the calendar: what it is, and for a plan another day and time. */
import { useState } from 'react'
import type { Delivery } from '@floowe/contracts/publishing'
import { liesOutside } from '../../approving/span.ts'
import { WouldVoid } from '../../approving/WouldVoid.tsx'
import { usePaths } from '../../location.ts'
import { DeliveryStatus } from '../../statuses/statuses.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormRow, FormStack, TextField } from '../../ui/Field.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'
import { isMovable, type Moves } from './use-moves.ts'
import looks from './calendar.module.css'

type MoveProps = {
  delivery: Delivery | null
  /** Where it was to be moved to before this was opened to ask. */
  wallTime?: string | undefined
  mayPlan: boolean
  moves: Moves
  onClose: () => void
  onCancelPlan: (delivery: Delivery) => void
}

export function MoveDialog({ delivery, ...rest }: MoveProps) {
  return (
    <Dialog isOpen={delivery !== null} onClose={rest.onClose} title={delivery?.title ?? ''} size={520}>
      {delivery && <MoveForm key={`${delivery.id} ${rest.wallTime ?? ''}`} delivery={delivery} {...rest} />}
    </Dialog>
  )
}

function MoveForm({ delivery, wallTime, mayPlan, moves, onClose, onCancelPlan }: MoveProps & { delivery: Delivery }) {
  const t = useWords('calendar')
  const paths = usePaths()
  const [date, setDate] = useState((wallTime ?? delivery.wallTime)?.slice(0, 10) ?? '')
  const [time, setTime] = useState((wallTime ?? delivery.wallTime)?.slice(11, 16) ?? '')
  const mayMove = mayPlan && isMovable(delivery)
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        if (delivery.zone) void moves.moveTo(delivery, `${date}T${time}`, delivery.zone)
        onClose()
      }}
    >
      <p className={looks.about}>
        <DeliveryStatus {...delivery} /> <Time at={delivery.dueAt} zone={delivery.zone} />
        <span>{delivery.channelName}</span>
      </p>
      {delivery.problem && <p className={looks.problem}>{delivery.problem.text}</p>}
      {delivery.isOutdated && delivery.state === 'planned' && <p className={looks.faint}>{t('outdated')}</p>}
      {mayMove && (
        <FormRow>
          <TextField
            type="date"
            label={t('date')}
            value={date}
            required
            onChange={(event) => setDate(event.currentTarget.value)}
          />
          <TextField
            type="time"
            label={t('time', { zone: delivery.zone ?? '' })}
            value={time}
            required
            onChange={(event) => setTime(event.currentTarget.value)}
          />
        </FormRow>
      )}
      {mayMove && delivery.zone && liesOutside(delivery.approval.window, `${date}T${time}`, delivery.zone) && (
        <WouldVoid approval={delivery.approval} change="time" />
      )}
      <FormActions>
        {mayMove && (
          <Button type="submit" tone="primary">
            {t('move')}
          </Button>
        )}
        {mayMove && (
          <Button tone="danger" onClick={() => onCancelPlan(delivery)}>
            {t('cancel-plan')}
          </Button>
        )}
        <LinkButton tone="quiet" href={paths.delivery(delivery.id)}>
          {t('details')}
        </LinkButton>
        <LinkButton tone="quiet" href={paths.editor(delivery.articleId, delivery.language)}>
          {t('edit')}
        </LinkButton>
      </FormActions>
    </FormStack>
  )
}
