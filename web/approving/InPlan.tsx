/** In the dialog that plans: what approvals mean for this plan, and asking for one with it. */
import { IconHourglassHigh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ApprovalPolicy } from '@floowe/contracts/approvals'
import type { Delivery } from '@floowe/contracts/publishing'
import { api } from '../api/client.ts'
import { CheckField } from '../ui/Field.tsx'
import { useWords } from '../words/words.ts'
import { AskFields, type Asking } from './AskFields.tsx'
import { requestApproval } from './request.ts'
import looks from './approving.module.css'

export type PlanApproval = {
  /** It does not go out before somebody has agreed. */
  isNeeded: boolean
  /** May be asked for together with the plan. */
  isOffered: boolean
  policy: ApprovalPolicy
}

/** @param isNow what goes out at once is out before anybody could be asked, where nobody has to be */
export function usePlanApproval(isNow: boolean): PlanApproval | null {
  const { data: policy } = useQuery(api.publishing.getApprovalPolicy.queryOptions())
  if (!policy || policy.mode === 'none') return null
  const isNeeded = policy.mode !== 'optional'
  return { isNeeded, isOffered: isNeeded || !isNow, policy }
}

type InPlanProps = {
  approval: PlanApproval
  isAsking: boolean
  onAsking: (isAsking: boolean) => void
  said: Asking
  onSaid: (said: Asking) => void
}

export function InPlan({ approval: { isNeeded, policy }, isAsking, onAsking, said, onSaid }: InPlanProps) {
  const t = useWords('approving')
  const names = policy.steps.map(({ name }, index) => name || t('step.unnamed', { number: index + 1 }))
  return (
    <div className={looks.inPlan}>
      {isNeeded && (
        <p>
          <IconHourglassHigh aria-hidden="true" />
          <span>{policy.mode === 'steps' ? t('plan.steps', { names: names.join(', ') }) : t('plan.required')}</span>
        </p>
      )}
      <CheckField
        label={t(isNeeded ? 'plan.ask' : 'plan.ask.optional')}
        checked={isAsking}
        onChange={(event) => onAsking(event.currentTarget.checked)}
      />
      {isAsking && <AskFields value={said} onChange={onSaid} />}
    </div>
  )
}

/** The plan stands whatever comes of it. */
export async function askFor(delivery: Delivery, said: Asking): Promise<boolean | { problem: unknown }> {
  const isWaiting = delivery.state === 'planned' && !['open', 'approved'].includes(delivery.approval.state)
  if (!isWaiting) return false
  try {
    await requestApproval(delivery.id, said)
    return true
  } catch (problem) {
    return { problem }
  }
}
