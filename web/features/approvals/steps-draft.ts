/** Steps as they are changed in the settings, before they are saved. Pure. */
import type { ApprovalPolicy, ApprovalStep } from '@floowe/contracts/approvals'

export const stepsMax = 5
export const newStep: ApprovalStep = { name: '', roles: [], userIds: [], approverIds: [] }

/** Whom a step asks, each as one value of a list: `role:editor`, `user:<id>`, `approver:<id>`. */
export type DeciderKey = string

export const decidersOf = ({ roles, userIds, approverIds }: ApprovalStep): DeciderKey[] => [
  ...roles.map((role) => `role:${role}`),
  ...userIds.map((id) => `user:${id}`),
  ...approverIds.map((id) => `approver:${id}`),
]

export function withDecider(step: ApprovalStep, key: DeciderKey): ApprovalStep {
  if (decidersOf(step).includes(key)) return step
  const [kind, value = ''] = key.split(':', 2)
  if (kind === 'role') return { ...step, roles: [...step.roles, value as (typeof step.roles)[number]] } // from a list of roles
  if (kind === 'user') return { ...step, userIds: [...step.userIds, value as (typeof step.userIds)[number]] } // a member's
  return { ...step, approverIds: [...step.approverIds, value as (typeof step.approverIds)[number]] } // an approver's
}

export function withoutDecider(step: ApprovalStep, key: DeciderKey): ApprovalStep {
  const [kind, value = ''] = key.split(':', 2)
  const left = <Id extends string>(ids: readonly Id[]): Id[] => ids.filter((id) => id !== value)
  if (kind === 'role') return { ...step, roles: left(step.roles) }
  if (kind === 'user') return { ...step, userIds: left(step.userIds) }
  return { ...step, approverIds: left(step.approverIds) }
}

/** The same list where there is no such place. */
export function moved(steps: readonly ApprovalStep[], from: number, to: number): readonly ApprovalStep[] {
  const step = steps[from]
  return step && to >= 0 && to < steps.length ? steps.toSpliced(from, 1).toSpliced(to, 0, step) : steps
}

/** What is kept: steps only where the mode has them, so that those of another mode do not come back unseen. */
export const toSave = ({ mode, steps }: ApprovalPolicy): ApprovalPolicy => ({
  mode,
  steps: mode === 'steps' ? steps.map((step) => ({ ...step, name: step.name.trim() })) : [],
})
