/** What goes with a request for approval: a message, and who is asked by a link beside the members. */
import { useQuery } from '@tanstack/react-query'
import type { ApproverId } from '@floowe/contracts/vocabulary'
import { api } from '../api/client.ts'
import { useMay } from '../api/me.ts'
import { usePaths } from '../location.ts'
import { CheckField, FieldGroup, TextAreaField } from '../ui/Field.tsx'
import { useWords } from '../words/words.ts'

export type Asking = { message: string; approverIds: readonly ApproverId[] }
export const nothingSaid: Asking = { message: '', approverIds: [] }

export function AskFields({ value, onChange }: { value: Asking; onChange: (value: Asking) => void }) {
  const t = useWords('approving')
  return (
    <>
      <TextAreaField
        label={t('ask.message')}
        hint={t('ask.message.hint')}
        isOptional
        rows={2}
        maxLength={2000}
        value={value.message}
        onChange={(event) => onChange({ ...value, message: event.currentTarget.value })}
      />
      <ByLink chosen={value.approverIds} onChange={(approverIds) => onChange({ ...value, approverIds })} />
    </>
  )
}

type ByLinkProps = { chosen: readonly ApproverId[]; onChange: (chosen: readonly ApproverId[]) => void }

function ByLink({ chosen, onChange }: ByLinkProps) {
  const t = useWords('approving')
  const paths = usePaths()
  const mayRegister = useMay('workspace:manage')
  const { data: approvers } = useQuery(api.publishing.listApprovers.queryOptions())
  const { data: setup } = useQuery(api.identity.getSetup.queryOptions())
  if (!approvers || (approvers.length === 0 && !mayRegister)) return null
  const hasMail = setup?.mail !== false
  return (
    <FieldGroup
      label={t('ask.by-link')}
      hint={
        approvers.length === 0 ? (
          <>
            {t('ask.by-link.nobody')} <a href={paths.approvalSettings()}>{t('ask.by-link.register')}</a>
          </>
        ) : (
          t(hasMail ? 'ask.by-link.hint' : 'no-mail')
        )
      }
    >
      {approvers.map(({ id, name, email }) => (
        <CheckField
          key={id}
          label={name}
          hint={email}
          disabled={!hasMail}
          checked={chosen.includes(id)}
          onChange={(event) =>
            onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
          }
        />
      ))}
    </FieldGroup>
  )
}
