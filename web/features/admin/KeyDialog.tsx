import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMe } from '../../api/me.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Note } from '../../ui/ErrorPanel.tsx'
import { CheckField, FieldGroup, FormActions, FormStack, SelectField, TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import looks from './admin.module.css'
import { groupNames, type PermissionGroup, permissionGroups, permissionsOfGroups } from './permission-groups.ts'

const lifetimes = [30, 90, 365] as const

/** Makes a key; its secret is shown here once and never again. */
export function KeyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useWords('keys')
  const queries = useQueryClient()
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: ({ name, days, groups }: NewKey) =>
      client.identity.createKey({
        name,
        permissions: permissionsOfGroups(groups),
        ...(days ? { expiresInDays: days } : {}),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.identity.listKeys.key() }),
  })
  const close = () => {
    onClose()
    reset()
  }
  return (
    <Dialog isOpen={isOpen} onClose={close} title={data ? t('created.title') : t('create.title')} size={620}>
      {data ? (
        <div className={looks.stack}>
          <Note tone="amber" icon={<IconAlertTriangle />}>
            {t('created.words')}
          </Note>
          <CopyField label={t('secret')} value={data.secret} />
          <FormActions>
            <Button tone="primary" onClick={close}>
              {t('created.done')}
            </Button>
          </FormActions>
        </div>
      ) : (
        <KeyForm error={error} isBusy={isPending} onMake={mutate} onCancel={close} />
      )}
    </Dialog>
  )
}

type NewKey = { name: string; days: number | null; groups: PermissionGroup[] }

function KeyForm({
  error,
  isBusy,
  onMake,
  onCancel,
}: {
  error: unknown
  isBusy: boolean
  onMake: (key: NewKey) => void
  onCancel: () => void
}) {
  const t = useWords('keys')
  const common = useWords('common')
  const { permissions } = useMe()
  const [groups, setGroups] = useState<PermissionGroup[]>(['read'])
  // nobody hands on more than they may themselves
  const offered = groupNames.filter((group) =>
    permissionGroups[group].every((permission) => permissions.includes(permission)),
  )
  const toggle = (group: PermissionGroup) =>
    setGroups((chosen) => (chosen.includes(group) ? chosen.filter((one) => one !== group) : [...chosen, group]))
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        onMake({ name: String(form.get('name')), days: Number(form.get('days')) || null, groups })
      }}
    >
      <FormProblem error={error} />
      <TextField
        label={t('name')}
        hint={t('nameHint')}
        name="name"
        required
        maxLength={80}
        autoComplete="off"
        data-autofocus
      />
      <FieldGroup label={t('may')} hint={t('mayHint')}>
        <div className={looks.checks}>
          {offered.map((group) => (
            <CheckField
              key={group}
              label={t(`group.${group}`)}
              hint={t(`group.${group}.hint`)}
              checked={groups.includes(group)}
              onChange={() => toggle(group)}
            />
          ))}
        </div>
      </FieldGroup>
      <SelectField
        label={t('expires')}
        name="days"
        defaultValue="90"
        options={[
          ...lifetimes.map((days) => ({ value: String(days), label: t('days', { days }) })),
          { value: '', label: t('noExpiry') },
        ]}
      />
      <FormActions>
        <Button type="submit" tone="primary" busy={isBusy} disabledWhy={groups.length === 0 && t('mayHint')}>
          {t('create')}
        </Button>
        <Button tone="quiet" onClick={onCancel}>
          {common('cancel')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
