/** Who a step asks, in words: roles, members, and people who decide by a link. */
import { useQuery } from '@tanstack/react-query'
import type { ApprovalStep } from '@floowe/contracts/approvals'
import { api } from '../api/client.ts'
import { useFormats } from '../ui/formats.ts'
import { useWords } from '../words/words.ts'

export function useDeciders(): (step: ApprovalStep) => string {
  const t = useWords('approving')
  const formats = useFormats()
  const { data: members } = useQuery(api.identity.listMembers.queryOptions())
  const { data: approvers } = useQuery(api.publishing.listApprovers.queryOptions())
  return ({ roles, userIds, approverIds }) => {
    const people = userIds.map((id) => members?.find((one) => one.userId === id)?.name ?? t('who.gone'))
    const clients = approverIds.map((id) => {
      const known = approvers?.find((one) => one.id === id)
      return known ? t('who.by-link', { name: known.name }) : t('who.gone')
    })
    const asked = [...roles.map((role) => t(`who.${role}`)), ...people, ...clients]
    return asked.length === 0 ? t('who.all') : formats.list(asked)
  }
}
