import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import type { Key } from '@floowe/contracts/identity'
import type { z } from 'zod'
import { api, client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { Button } from '../../ui/Button.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Time } from '../../ui/Time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './admin.module.css'
import { KeyDialog } from './KeyDialog.tsx'
import { groupsIn } from './permission-groups.ts'

type ApiKey = z.infer<typeof Key>

export function KeysPage() {
  const t = useWords('keys')
  const { data: keys } = useSuspenseQuery(api.identity.listKeys.queryOptions())
  const [isMaking, setMaking] = useState(false)
  const columns: Column<ApiKey>[] = [
    {
      id: 'name',
      label: t('name'),
      isMain: true,
      cell: (key) => (
        <span className={looks.person}>
          <span>{key.name}</span>
          <code className={looks.faint}>{key.start}…</code>
        </span>
      ),
    },
    {
      id: 'may',
      label: t('may'),
      cell: (key) =>
        groupsIn(key.permissions)
          .map((group) => t(`group.${group}`))
          .join(', '),
    },
    {
      id: 'used',
      label: t('used'),
      width: '130px',
      cell: (key) => (key.lastUsedAt ? <Time at={key.lastUsedAt} as="ago" /> : t('never')),
    },
    {
      id: 'expires',
      label: t('expires'),
      width: '130px',
      cell: (key) => (key.expiresAt ? <Time at={key.expiresAt} as="shortDate" /> : t('noExpiry')),
    },
    {
      id: 'acts',
      label: t('acts'),
      isLabelHidden: true,
      align: 'end',
      width: '170px',
      cell: (key) => <RevokeKey apiKey={key} />,
    },
  ]
  const make = (
    <Button tone="primary" icon={<IconKey />} onClick={() => setMaking(true)}>
      {t('create')}
    </Button>
  )
  return (
    <SettingsPage title={t('title')} lead={t('lead')} actions={keys.length > 0 && make}>
      {keys.length === 0 ? (
        <EmptyState drawing="map" title={t('empty')} action={make}>
          {t('empty.words')}
        </EmptyState>
      ) : (
        <DataTable caption={t('title')} columns={columns} rows={keys} rowKey={(key) => key.id} />
      )}
      <KeyDialog isOpen={isMaking} onClose={() => setMaking(false)} />
    </SettingsPage>
  )
}

/** A leaked key must stop at once, so this acts without delay; the second click is the chance to think. */
function RevokeKey({ apiKey }: { apiKey: ApiKey }) {
  const t = useWords('keys')
  const common = useWords('common')
  const [isSure, setSure] = useState(false)
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => client.identity.revokeKey({ id: apiKey.id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.identity.listKeys.key() })
      showToast({ text: t('revoked', { name: apiKey.name }) })
    },
    onError: tell,
  })
  if (!isSure)
    return (
      <Button
        size="small"
        tone="quiet"
        aria-label={t('revoke.for', { name: apiKey.name })}
        onClick={() => setSure(true)}
      >
        {t('revoke')}
      </Button>
    )
  return (
    <span className={looks.acts}>
      <Button size="small" tone="danger" autoFocus busy={isPending} onClick={() => mutate()}>
        {t('revoke.sure')}
      </Button>
      <Button size="small" tone="quiet" onClick={() => setSure(false)}>
        {common('cancel')}
      </Button>
    </span>
  )
}
