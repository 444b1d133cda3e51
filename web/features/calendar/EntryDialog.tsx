/** A delivery of the calendar: what it is, for a plan another day and time, and what is known of its article's planning. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { IconCalendarRepeat, IconClockPlay } from '@tabler/icons-react'
import { useState } from 'react'
import type { CalendarItem } from '@floowe/contracts/calendar'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { liesOutside } from '../../approving/span.ts'
import { WouldVoid } from '../../approving/WouldVoid.tsx'
import { usePaths } from '../../location.ts'
import { Against } from '../../planning/Against.tsx'
import { readWall } from '../../planning/wall-time.ts'
import { DeliveryStatus } from '../../statuses/statuses.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormRow, FormStack, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useSurroundings } from '../../ui/surroundings.tsx'
import { Time } from '../../ui/Time.tsx'
import { doWithUndo } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import { ArticlePlan } from './ArticlePlan.tsx'
import { isMovable, type Wanted } from './carrying/verdict.ts'
import type { Opened } from './opened.ts'
import type { Moves } from './use-moves.ts'
import looks from './dialogs.module.css'

type EntryProps = {
  delivery: CalendarItem | null
  /** Where it was to be moved to before this was opened to ask. */
  wanted?: Wanted | undefined
  moves: Moves
  onClose: () => void
  open: (what: Opened) => void
}

export function EntryDialog({ delivery, ...rest }: EntryProps) {
  const t = useWords('calendar')
  return (
    <Dialog
      isOpen={delivery !== null}
      onClose={rest.onClose}
      title={delivery ? delivery.title || t('untitled') : ''}
      size={540}
    >
      {delivery && <Entry key={`${delivery.id} ${rest.wanted?.wallTime ?? ''}`} delivery={delivery} {...rest} />}
    </Dialog>
  )
}

function Entry({ delivery, wanted, moves, onClose, open }: EntryProps & { delivery: CalendarItem }) {
  const t = useWords('calendar')
  const formats = useFormats()
  const { zone: viewing } = useSurroundings()
  const mayMove = useMay('publishing:plan') && isMovable(delivery)
  const isElsewhere = delivery.zone !== null && delivery.zone !== viewing
  return (
    <div className={looks.entryDialog}>
      <p className={looks.about}>
        <DeliveryStatus {...delivery} /> <Time at={delivery.dueAt} zone={delivery.zone} />
        {isElsewhere && (
          <span className={looks.faint}>{t('time.here', { at: formats.dateTime(delivery.dueAt, viewing) })}</span>
        )}
        <span>{delivery.channelName}</span>
      </p>
      {delivery.problem && <p className={looks.problem}>{delivery.problem.text}</p>}
      {delivery.isOutdated && delivery.state === 'planned' && <p className={looks.faint}>{t('outdated')}</p>}
      {delivery.series && (
        <p className={looks.faint}>{delivery.series.isDetached ? t('of-series.detached') : t('of-series.how')}</p>
      )}
      {mayMove && <MoveForm delivery={delivery} wanted={wanted} moves={moves} onClose={onClose} />}
      <ArticlePlan articleId={delivery.articleId} />
      <EntryActs delivery={delivery} onClose={onClose} open={open} />
    </div>
  )
}

type MoveProps = Pick<EntryProps, 'wanted' | 'moves' | 'onClose'> & { delivery: CalendarItem }

function MoveForm({ delivery, wanted, moves, onClose }: MoveProps) {
  const t = useWords('calendar')
  const zone = wanted?.zone ?? delivery.zone ?? ''
  const begin = wanted?.wallTime ?? delivery.wallTime ?? ''
  const [date, setDate] = useState(begin.slice(0, 10))
  const [time, setTime] = useState(begin.slice(11, 16))
  const wallTime = `${date}T${time}`
  const isMeant = date !== '' && time !== '' && (wallTime !== delivery.wallTime?.slice(0, 16) || zone !== delivery.zone)
  const read = date !== '' && time !== '' ? readWall(wallTime, zone) : null
  const unclear = read && read.exists !== 'once' ? read : null
  const move = (pick?: 'earlier' | 'later'): void => {
    moves.moveTo(delivery, { wallTime, zone, ...(pick && { pick }) })
    onClose()
  }
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        move(wanted?.pick && wallTime === begin.slice(0, 16) ? wanted.pick : undefined)
      }}
    >
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
          label={t('time', { zone: zone.replaceAll('_', ' ') })}
          value={time}
          required
          onChange={(event) => setTime(event.currentTarget.value)}
        />
      </FormRow>
      {liesOutside(delivery.approval.window, wallTime, zone) && (
        <WouldVoid approval={delivery.approval} change="time" />
      )}
      {unclear && <Unclear unclear={unclear} zone={zone} onPick={move} />}
      {isMeant && !unclear && (
        <Against of={{ deliveryId: delivery.id }} wallTime={wallTime} zone={zone} leaveOut={['outside-approval']} />
      )}
      <FormActions>
        {!unclear && (
          <Button type="submit" tone="primary" disabledWhy={!isMeant && t('move.nowhere')}>
            {t('move')}
          </Button>
        )}
        <NextSlot delivery={delivery} moves={moves} onClose={onClose} />
      </FormActions>
    </FormStack>
  )
}

/** A clock that jumps makes one reading mean no moment, or two. The person chooses. */
function Unclear({
  unclear,
  zone,
  onPick,
}: {
  unclear: { exists: 'never' | 'twice'; earlier: number; later: number }
  zone: string
  onPick: (pick: 'earlier' | 'later') => void
}) {
  const t = useWords('calendar')
  const formats = useFormats()
  return (
    <div role="alert" className={looks.unclear}>
      <p>{t(`unclear.${unclear.exists}`, { zone })}</p>
      <div>
        {(['earlier', 'later'] as const).map((pick) => (
          <Button key={pick} onClick={() => onPick(pick)}>
            {t(`unclear.${pick}`, { at: formats.time(unclear[pick], zone), utc: formats.time(unclear[pick], 'UTC') })}
          </Button>
        ))}
      </div>
    </div>
  )
}

function NextSlot({ delivery, moves, onClose }: Omit<MoveProps, 'wanted'>) {
  const t = useWords('calendar')
  const formats = useFormats()
  const { zone } = useSurroundings()
  const slots = useQuery(api.publishing.nextSlots.queryOptions({ input: { channelId: delivery.channelId, limit: 20 } }))
  const free = slots.data?.find(({ isFree, dueAt }) => isFree && dueAt !== null)
  if (!free?.dueAt) return null
  const { wallTime, zone: own, pick, dueAt } = free
  return (
    <Button
      icon={<IconClockPlay />}
      onClick={() => {
        moves.moveTo(delivery, { wallTime, zone: own, ...(pick && { pick }) })
        onClose()
      }}
    >
      {t('slot.next', { at: `${formats.shortDay(dueAt, zone)}, ${formats.time(dueAt, zone)}` })}
    </Button>
  )
}

function EntryActs({ delivery, onClose, open }: Pick<EntryProps, 'onClose' | 'open'> & { delivery: CalendarItem }) {
  const t = useWords('calendar')
  const paths = usePaths()
  const mayPlan = useMay('publishing:plan')
  const cancelPlan = useCancelPlan(onClose)
  const { editionId, channelId, title, language, network } = delivery
  const time = delivery.wallTime?.slice(11, 16)
  return (
    <FormActions>
      <LinkButton href={paths.editor(delivery.articleId, language)}>{t('edit')}</LinkButton>
      <LinkButton tone="quiet" href={paths.delivery(delivery.id)}>
        {t('details')}
      </LinkButton>
      {mayPlan && network !== 'floowe-site' && !delivery.series && (
        <Button
          tone="quiet"
          icon={<IconCalendarRepeat />}
          onClick={() => open({ kind: 'repeat', of: { editionId, channelId, title, language, time }, series: null })}
        >
          {t('repeat')}
        </Button>
      )}
      {mayPlan && delivery.series && (
        <Button tone="quiet" icon={<IconCalendarRepeat />} onClick={() => open({ kind: 'series' })}>
          {t('series')}
        </Button>
      )}
      {mayPlan && delivery.state === 'planned' && (
        <Button tone="danger" onClick={() => cancelPlan(delivery)}>
          {t('cancel-plan')}
        </Button>
      )}
    </FormActions>
  )
}

function useCancelPlan(onDone: () => void): (delivery: CalendarItem) => void {
  const t = useWords('calendar')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const refresh = () => queries.invalidateQueries({ queryKey: api.publishing.key() })
  return (delivery) => {
    onDone()
    void doWithUndo({
      text: t('cancelled', { title: delivery.title || t('untitled') }),
      run: () => client.publishing.cancelDelivery({ id: delivery.id }).then(refresh),
      undo: () => client.publishing.restoreDelivery({ id: delivery.id }).then(refresh),
      onFailure: tell,
    })
  }
}
