/** On the page of a delivery: whether it may go out as far as approvals are concerned, and the next step. */
import { useQuery } from '@tanstack/react-query'
import { IconCircleCheck, IconMinus, IconRubberStamp } from '@tabler/icons-react'
import { useState } from 'react'
import type { Approval } from '@floowe/contracts/approvals'
import type { Delivery } from '@floowe/contracts/publishing'
import { api } from '../api/client.ts'
import { useMay } from '../api/me.ts'
import { usePaths } from '../location.ts'
import { ScheduleDialog } from '../planning/ScheduleDialog.tsx'
import { approvalLooks, standingLook } from '../statuses/statuses.tsx'
import { Button, LinkButton } from '../ui/Button.tsx'
import { useFormats } from '../ui/formats.ts'
import { Section } from '../ui/Page.tsx'
import { StatusBadge } from '../ui/StatusBadge.tsx'
import { useWords } from '../words/words.ts'
import { AskDialog } from './AskDialog.tsx'
import { useDeciders } from './deciders.ts'
import { isOver } from './span.ts'
import looks from './approving.module.css'

const askable: readonly Delivery['state'][] = ['planned', 'failed', 'missed', 'on-hold']
export function DeliveryApproval({ delivery }: { delivery: Delivery }) {
  const { data: policy } = useQuery(api.publishing.getApprovalPolicy.queryOptions())
  if (!policy || delivery.kind === 'unpublish') return null
  if (delivery.approval.state === 'not-needed' && (policy.mode === 'none' || !askable.includes(delivery.state)))
    return null
  return <Shown delivery={delivery} isOff={policy.mode === 'none'} />
}

function Shown({ delivery, isOff }: { delivery: Delivery; isOff: boolean }) {
  const t = useWords('approving')
  const paths = usePaths()
  const mayPlan = useMay('publishing:plan')
  const [opened, setOpened] = useState<'ask' | 'plan' | null>(null)
  const { id, state } = delivery.approval
  const known = useQuery({
    ...api.publishing.listApprovals.queryOptions({ input: { edition: delivery.editionId, limit: 50 } }),
    enabled: id !== null,
  })
  const approval = known.data?.items.find((one) => one.id === id) ?? null
  const problem = delivery.problem?.code
  // What was frozen is not what was approved, and cannot be changed any more: only a new plan helps.
  const isForeign = problem === 'approval-mismatch'
  const { window } = delivery.approval
  const isLate = window !== null && isOver(window)
  const hasLapsed = state === 'open' && isLate
  const isResting = mayPlan && askable.includes(delivery.state)
  const mayAsk =
    isResting &&
    !isOff &&
    !isForeign &&
    (state === 'open' || state === 'approved' ? isLate || problem === 'approval-window' : true)
  return (
    <Section title={t('title')}>
      <div className={looks.standing}>
        <Badge delivery={delivery} />
        <div className={looks.words}>
          <Words delivery={delivery} approval={approval} hasLapsed={hasLapsed} />
        </div>
        <div className={looks.acts}>
          {mayAsk && (
            <Button icon={<IconRubberStamp />} onClick={() => setOpened('ask')}>
              {t(id === null ? 'ask' : 'ask.again')}
            </Button>
          )}
          {isResting && isForeign && <Button onClick={() => setOpened('plan')}>{t('plan-anew')}</Button>}
          {id !== null && <LinkButton href={paths.approval(id)}>{t('open')}</LinkButton>}
        </div>
      </div>
      <AskDialog
        delivery={delivery}
        isOpen={opened === 'ask'}
        onClose={() => setOpened(null)}
        {...(hasLapsed && { lapsed: id })}
      />
      <ScheduleDialog
        target={{ editionId: delivery.editionId, title: delivery.title, language: delivery.language }}
        isOpen={opened === 'plan'}
        onClose={() => setOpened(null)}
      />
    </Section>
  )
}

function Badge({ delivery }: { delivery: Delivery }) {
  const t = useWords('approving')
  const inWords = useWords('statuses')
  const { state } = delivery.approval
  if (state === 'not-needed')
    return (
      <StatusBadge tone="neutral" icon={<IconMinus />}>
        {t('state.not-needed')}
      </StatusBadge>
    )
  if (state === 'approved')
    return (
      <StatusBadge tone={approvalLooks.approved.tone} icon={<IconCircleCheck />}>
        {t('state.approved')}
      </StatusBadge>
    )
  const { tone, icon: Icon, word } = standingLook({ state: 'planned', approval: { state } })
  return (
    <StatusBadge tone={tone} icon={<Icon />}>
      {inWords(word)}
    </StatusBadge>
  )
}

type WordsProps = { delivery: Delivery; approval: Approval | null; hasLapsed: boolean }

function Words({ delivery, approval, hasLapsed }: WordsProps) {
  const t = useWords('approving')
  const deciders = useDeciders()
  const formats = useFormats()
  const { state, window } = delivery.approval
  const step = approval?.steps[approval.step]
  if (state === 'open' && step && approval)
    return (
      <>
        <p>{t('is.open', { who: deciders(step) })}</p>
        {approval.steps.length > 1 && <p className={looks.faint}>{t('step', stepValues(approval))}</p>}
        {hasLapsed && <p>{t('is.lapsed')}</p>}
      </>
    )
  if (state === 'approved' && window) {
    const zone = delivery.zone ?? undefined
    if (delivery.publishedAt) return <p>{t('was.approved')}</p>
    const [from, until] = [formats.dateTime(window.from, zone), formats.dateTime(window.until, zone)]
    return <p>{isOver(window) ? t('was.approved.until', { until }) : t('is.approved', { from, until })}</p>
  }
  if (state === 'changes-requested') {
    const last = approval?.decisions.at(-1)
    return (
      <>
        <p>{t('is.changes-requested', { who: last?.byName ?? t('someone') })}</p>
        {last && <blockquote className={looks.said}>{last.comment}</blockquote>}
      </>
    )
  }
  if (state === 'void') return <p>{t(`void.${voidReasonOf(approval)}`)}</p>
  return state === 'approved' ? null : <p>{t(`is.${state === 'open' ? 'asked' : state}`)}</p>
}

const voidReasons = ['content-changed', 'time-changed', 'target-changed'] as const

/** One that holds no longer although nobody voided it was for another time. */
export const voidReasonOf = (approval: Pick<Approval, 'voidReason'> | null): (typeof voidReasons)[number] =>
  voidReasons.find((reason) => reason === approval?.voidReason) ?? 'time-changed'

/** Which step is asked, counted from 1. */
export const stepValues = ({ steps, step }: Pick<Approval, 'steps' | 'step'>) => ({
  step: Math.min(step + 1, steps.length),
  steps: steps.length,
  name: steps[step]?.name || 'none',
})
