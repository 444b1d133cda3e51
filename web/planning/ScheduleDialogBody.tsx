import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconSend } from '@tabler/icons-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { loadWeights } from '@floowe/contracts/post-text'
import type { Channel } from '@floowe/contracts/channels'
import type { When } from '@floowe/contracts/publishing'
import type { EditionId } from '@floowe/contracts/vocabulary'
import { api, client } from '../api/client.ts'
import { FormProblem } from '../api/FormProblem.tsx'
import { useMay, useMe } from '../api/me.ts'
import { isRefusal, refusalOf } from '../api/refusals.ts'
import { nothingSaid } from '../approving/AskFields.tsx'
import { askFor, InPlan, usePlanApproval } from '../approving/InPlan.tsx'
import { ChecklistInPlan } from '../checklists/InPlan.tsx'
import { isBlocking, useChecklist } from '../checklists/use-checklist.ts'
import { usePaths } from '../location.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { FieldGroup, FormActions, FormRow, FormStack, SelectField, TextField } from '../ui/Field.tsx'
import { useFormats } from '../ui/formats.ts'
import { Segmented } from '../ui/Segmented.tsx'
import { loadWords, useWords } from '../words/words.ts'
import type { ScheduleProps, ScheduleTarget } from './ScheduleDialog.tsx'
import { Against } from './Against.tsx'
import { SlotTime, useNextSlot } from './NextSlot.tsx'
import { TwoTimes } from './TwoTimes.tsx'
import { usePlannedToast } from './use-planned-toast.ts'
import { nextFullHour, zoneChoices } from './wall-time.ts'
import looks from './planning.module.css'

/** It counts as each network does, which takes a library of its own. */
const PostPanel = lazy(async () => {
  const [panel] = await Promise.all([import('./PostPanel.tsx'), loadWeights()])
  return { default: panel.PostPanel }
})

const LetterPanel = lazy(async () => {
  const [panel] = await Promise.all([import('./LetterPanel.tsx'), loadWords('newsletters')])
  return { default: panel.LetterPanel }
})

/** What fits is seen in the post itself, what is asked about is asked on sending, and approval has its own part. */
const saidByTheForm = ['post-does-not-fit', 'time-does-not-exist', 'time-exists-twice', 'needs-approval'] as const

type Mode = 'now' | 'later' | 'slot'
const whenOf = (mode: Mode, wall: Extract<When, { wallTime: string }>): When =>
  mode === 'now' ? { now: true } : mode === 'slot' ? { slot: 'next' } : wall

type Props = Omit<ScheduleProps, 'target'> & { target: ScheduleTarget }

export function ScheduleDialogBody(props: Props) {
  const [isLoaded, setLoaded] = useState(false)
  // The dialog may be opened from any page, so it brings its own words.
  useEffect(() => void loadWords('planning', 'approving', 'checklists', 'statuses').then(() => setLoaded(true)), [])
  return isLoaded ? <ScheduleForm {...props} /> : null
}

function ScheduleForm({ isOpen, onClose, target, day, moment, onPlanned }: Props) {
  const t = useWords('planning')
  const listed = useWords('checklists')
  const formats = useFormats()
  const paths = usePaths()
  const mayWrite = useMay('content:write')
  const { items: checks = [], tick } = useChecklist(target.editionId)
  const { workspace, person } = useMe()
  const queries = useQueryClient()
  const { data: channels } = useQuery(api.publishing.listChannels.queryOptions())
  const [channelId, setChannel] = useState(moment?.channelId ?? '')
  const [mode, setMode] = useState<Mode>(day ? 'later' : 'now')
  const first = nextFullHour(workspace.zone, day)
  const [date, setDate] = useState(moment?.time ? moment.day : first.date)
  const [time, setTime] = useState(moment?.time ?? first.time)
  // a time of the calendar is a reading of the clock that the person sees
  const [zone, setZone] = useState(moment?.zone ?? (moment?.time ? person.zone : workspace.zone))
  const chosen =
    channels?.find((channel) => channel.id === channelId) ?? channels?.find((channel) => channel.state === 'connected')

  const { data: networks } = useQuery(api.publishing.listNetworks.queryOptions())
  const facts = networks?.find(({ network }) => network === chosen?.network)

  const slot = useNextSlot(chosen?.id)
  if (mode === 'slot' && slot === null) setMode('later')

  /** Words of the post that are typed and not kept yet. */
  const draft = useRef<(() => Promise<void>) | null>(null)

  const approval = usePlanApproval(mode === 'now')
  const [wish, setWish] = useState<boolean | null>(null)
  const isAsking = approval?.isOffered === true && (wish ?? approval.isNeeded)
  const [said, setSaid] = useState(nothingSaid)
  const tellPlanned = usePlannedToast()

  const plan = useMutation({
    mutationFn: async (pick?: 'earlier' | 'later') => {
      await draft.current?.()
      const when = whenOf(mode, { wallTime: `${date}T${time}`, zone, pick })
      const place = { editionId: target.editionId, channelId: chosen?.id ?? '' }
      const delivery = await client.publishing.planDelivery({ ...place, when })
      return { delivery, asked: isAsking && (await askFor(delivery, said)) }
    },
    onSuccess: (planned) => {
      void queries.invalidateQueries({ queryKey: api.publishing.key() })
      tellPlanned(planned, zone)
      onPlanned?.(planned.delivery)
      onClose()
    },
  })
  const refusal = plan.error ? refusalOf(plan.error) : null
  const whyNot = !chosen ? t('channel.none') : checks.some(isBlocking) && listed('plan.why')
  const twoTimes =
    refusal && (refusal.code === 'time-does-not-exist' || refusal.code === 'time-exists-twice') ? refusal : null
  const known =
    refusal && isRefusal(plan.error, 'already-planned', 'already-published')
      ? String(refusal.data['deliveryId'] ?? '')
      : ''
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={t('title')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          plan.mutate(undefined)
        }}
      >
        <p className={looks.what}>
          <strong>{target.title || t('untitled')}</strong>{' '}
          <span lang={target.language}>{formats.language(target.language)}</span>
        </p>
        {!twoTimes && <FormProblem error={plan.error} />}
        {known && (
          <p>
            <a href={paths.delivery(known)}>{t('see-delivery')}</a>
          </p>
        )}
        <SelectField
          label={t('channel')}
          value={chosen?.id ?? ''}
          onChoose={setChannel}
          options={channelChoices(channels ?? [], t('channel.not-ready'))}
        />
        {chosen && facts?.form === 'post' && (
          <Suspense fallback={<p className={looks.frozen}>{t('post.loading')}</p>}>
            <PostPanel
              key={chosen.id}
              editionId={target.editionId}
              language={target.language}
              channel={chosen}
              facts={facts}
              onDraft={(keep) => void (draft.current = keep)}
            />
          </Suspense>
        )}
        {chosen?.network === 'newsletter' && (
          <Suspense fallback={<p className={looks.frozen}>{t('post.loading')}</p>}>
            <LetterPanel
              key={chosen.id}
              editionId={target.editionId}
              language={target.language}
              channelId={chosen.id}
            />
          </Suspense>
        )}
        <FieldGroup label={t('when')}>
          <Segmented
            label={t('when')}
            value={mode}
            onChange={setMode}
            options={[
              { value: 'now', label: t('now') },
              { value: 'later', label: t('later') },
              ...(slot ? [{ value: 'slot' as const, label: t('slot') }] : []),
            ]}
          />
        </FieldGroup>
        {mode === 'slot' && slot && <SlotTime slot={slot} />}
        {mode === 'later' && (
          <>
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
                label={t('time')}
                value={time}
                required
                step={60}
                onChange={(event) => setTime(event.currentTarget.value)}
              />
            </FormRow>
            <SelectField
              label={t('zone')}
              value={zone}
              onChoose={setZone}
              options={zoneChoices(workspace.zone, person.zone)}
              hint={zone === person.zone ? undefined : t('zone.other', { zone: person.zone })}
            />
            {chosen && !twoTimes && (
              <Against
                of={{ editionId: target.editionId as EditionId, channelId: chosen.id }} // it came with the edition
                wallTime={`${date}T${time}`}
                zone={zone}
                leaveOut={saidByTheForm}
              />
            )}
            {twoTimes && <TwoTimes refusal={twoTimes} zone={zone} onPick={(pick) => plan.mutate(pick)} />}
          </>
        )}
        <ChecklistInPlan items={checks} onTick={mayWrite ? tick : undefined} />
        {approval?.isOffered && (
          <InPlan approval={approval} isAsking={isAsking} onAsking={setWish} said={said} onSaid={setSaid} />
        )}
        <p className={looks.frozen}>{t('frozen')}</p>
        <FormActions>
          <Button
            type="submit"
            tone="primary"
            busy={plan.isPending}
            disabledWhy={whyNot}
            icon={mode === 'now' ? <IconSend /> : undefined}
          >
            {t(mode !== 'now' ? 'plan' : approval?.isNeeded ? 'publish.once-approved' : 'publish')}
          </Button>
          <Button tone="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
        </FormActions>
      </FormStack>
    </Dialog>
  )
}

const channelChoices = (channels: readonly Channel[], notReady: string) =>
  channels.map((channel) => ({
    value: channel.id as string,
    label: channel.state === 'connected' ? channel.name : `${channel.name} (${notReady})`,
  }))
