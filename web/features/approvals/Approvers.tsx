/** People who decide by a link, without an account. Only an owner registers them, and takes them out again. */
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconTrash, IconUserPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Approver } from '@floowe/contracts/approvals'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems, isRefusal } from '../../api/refusals.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button, IconButton } from '../../ui/Button.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, SelectField, TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { doLater } from '../../ui/undoable.ts'
import { useLanguage, useWords } from '../../words/words.ts'
import looks from './settings.module.css'

export function Approvers({ mayRegister }: { mayRegister: boolean }) {
  const t = useWords('approvals')
  const common = useWords('common')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { data } = useSuspenseQuery(api.publishing.listApprovers.queryOptions())
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [isAdding, setAdding] = useState(false)
  const shown = data.filter(({ id }) => !hidden.has(id))
  const remove = ({ id, name }: Approver) =>
    doLater({
      text: t('approvers.removed', { name }),
      hide: (isHidden) =>
        setHidden((known) => new Set(isHidden ? [...known, id] : [...known].filter((one) => one !== id))),
      run: () =>
        client.publishing
          .removeApprover({ id })
          .then(() => queries.invalidateQueries({ queryKey: api.publishing.key() })),
      onFailure: tell,
    })
  const columns: Column<Approver>[] = [
    {
      id: 'name',
      label: t('approvers.name'),
      isMain: true,
      cell: ({ name, email }) => (
        <span className={looks.person}>
          <span>{name}</span>
          <span className={looks.faint}>{email}</span>
        </span>
      ),
    },
    {
      id: 'language',
      label: common('language'),
      width: '140px',
      cell: ({ locale }) => common(`language.${locale}`),
    },
    ...(mayRegister
      ? [
          {
            id: 'acts',
            label: common('remove'),
            isLabelHidden: true,
            align: 'end' as const,
            width: '52px',
            cell: (one: Approver) => (
              <IconButton label={t('approvers.remove', { name: one.name })} onClick={() => remove(one)}>
                <IconTrash />
              </IconButton>
            ),
          },
        ]
      : []),
  ]
  return (
    <div className={looks.approvers}>
      {shown.length === 0 ? (
        <p className={looks.faint}>{t('approvers.none')}</p>
      ) : (
        <DataTable caption={t('approvers')} columns={columns} rows={shown} rowKey={({ id }) => id} />
      )}
      {mayRegister && (
        <div>
          <Button icon={<IconUserPlus />} onClick={() => setAdding(true)}>
            {t('approvers.add')}
          </Button>
        </div>
      )}
      <Dialog isOpen={isAdding} onClose={() => setAdding(false)} title={t('approvers.add')}>
        {isAdding && <AddForm onClose={() => setAdding(false)} />}
      </Dialog>
    </div>
  )
}

function AddForm({ onClose }: { onClose: () => void }) {
  const t = useWords('approvals')
  const common = useWords('common')
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [locale, setLocale] = useState<'pl' | 'en'>(useLanguage())
  const add = useMutation({
    mutationFn: () => client.publishing.addApprover({ name, email, locale }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: api.publishing.listApprovers.key() })
      showToast({ text: t('approvers.added', { name: name.trim() }) })
      onClose()
    },
  })
  const problems = fieldProblems(add.error)
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate()
      }}
    >
      {!isRefusal(add.error, 'invalid-input') && <FormProblem error={add.error} />}
      <p>{t('approvers.add.what')}</p>
      <TextField
        label={t('approvers.name')}
        value={name}
        required
        maxLength={120}
        autoComplete="off"
        data-autofocus
        problem={problems['name'] && common('checkField')}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextField
        type="email"
        label={t('approvers.email')}
        value={email}
        required
        maxLength={254}
        autoComplete="off"
        problem={problems['email'] && common('checkField')}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <SelectField
        label={t('approvers.language')}
        hint={t('approvers.language.hint')}
        value={locale}
        onChoose={setLocale}
        options={[
          { value: 'pl', label: common('language.pl') },
          { value: 'en', label: common('language.en') },
        ]}
      />
      <FormActions>
        <Button type="submit" tone="primary" busy={add.isPending}>
          {t('approvers.add.action')}
        </Button>
        <Button tone="quiet" onClick={onClose}>
          {common('cancel')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
