import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Role } from '@floowe/contracts/identity'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMe } from '../../api/me.ts'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormStack, SelectField, TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import { HandedLink } from './HandedLink.tsx'
import { roles } from './roles.ts'

export function InviteDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useWords('members')
  const common = useWords('common')
  const me = useMe()
  const queries = useQueryClient()
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: (form: FormData) =>
      client.identity.createInvitation({
        email: String(form.get('email')),
        role: String(form.get('role')) as Role /* one of the options */,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.identity.listInvitations.key() }),
  })
  const close = () => {
    onClose()
    reset()
  }
  const choices = roles
    .filter((role) => role !== 'owner' || me.role === 'owner')
    .map((role) => ({ value: role, label: t(`role.${role}`) }))
  return (
    <Dialog isOpen={isOpen} onClose={close} title={t('invite.title')}>
      {data ? (
        <HandedLink
          link={data.link}
          words={t(data.link.mailed ? 'invite.mailed' : 'invite.hand', { email: data.email })}
          label={t('invite.link')}
          onDone={close}
        />
      ) : (
        <FormStack
          onSubmit={(event) => {
            event.preventDefault()
            mutate(new FormData(event.currentTarget))
          }}
        >
          <FormProblem error={error} />
          <TextField
            label={t('email')}
            name="email"
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            data-autofocus
            problem={fieldProblems(error).email && common('checkField')}
          />
          <SelectField label={t('role')} name="role" defaultValue="author" options={choices} />
          <FormActions>
            <Button type="submit" tone="primary" busy={isPending}>
              {t('invite.create')}
            </Button>
            <Button tone="quiet" onClick={close}>
              {common('cancel')}
            </Button>
          </FormActions>
        </FormStack>
      )}
    </Dialog>
  )
}
