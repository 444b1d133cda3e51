import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Invitation } from '@floowe/contracts/identity'
import type { z } from 'zod'
import { api, client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { IconButton } from '../../ui/Button.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { doLater } from '../../ui/undoable.ts'
import { useWords } from '../../words/words.ts'
import looks from './admin.module.css'

type Open = z.infer<typeof Invitation>

/** Invitations that nobody has used yet. */
export function Invitations() {
  const t = useWords('members')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const options = api.identity.listInvitations.queryOptions()
  const { data } = useSuspenseQuery(options)
  const [revoked, setRevoked] = useState<readonly string[]>([])
  const open = data.filter((invitation) => !revoked.includes(invitation.id))
  const revoke = (invitation: Open) =>
    doLater({
      text: t('invite.revoked', { email: invitation.email }),
      hide: (isHidden) =>
        setRevoked((ids) => (isHidden ? [...ids, invitation.id] : ids.filter((id) => id !== invitation.id))),
      run: () =>
        client.identity
          .revokeInvitation({ id: invitation.id })
          .then(() => queries.invalidateQueries({ queryKey: options.queryKey })),
      onFailure: tell,
    })
  if (open.length === 0) return <p className={looks.faint}>{t('invitations.none')}</p>
  const columns: Column<Open>[] = [
    { id: 'email', label: t('email'), isMain: true, cell: (invitation) => invitation.email },
    { id: 'role', label: t('role'), width: '190px', cell: (invitation) => t(`role.${invitation.role}`) },
    {
      id: 'expires',
      label: t('expires'),
      width: '140px',
      cell: (invitation) => <Time at={invitation.expiresAt} as="shortDate" />,
    },
    {
      id: 'acts',
      label: t('acts'),
      isLabelHidden: true,
      align: 'end',
      width: '84px',
      cell: (invitation) => (
        <IconButton
          size="small"
          label={t('invite.revoke', { email: invitation.email })}
          onClick={() => revoke(invitation)}
        >
          <IconX />
        </IconButton>
      ),
    },
  ]
  return <DataTable caption={t('invitations')} columns={columns} rows={open} rowKey={(invitation) => invitation.id} />
}
