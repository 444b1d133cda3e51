import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { useGo, useRouteParam } from '../../location.ts'
import { entryPaths, pathsOf } from '../../paths.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { FormActions, FormStack, PasswordField, TextField } from '../../ui/Field.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { useLanguage, useWords } from '../../words/words.ts'
import { EntryFrame } from './EntryFrame.tsx'

export function InvitationPage() {
  const t = useWords('entry')
  const roles = useWords('members')
  const token = useRouteParam('token')
  const { data, error } = useQuery({
    ...api.identity.getInvitation.queryOptions({ input: { token } }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  if (error) {
    return (
      <EntryFrame title={t('invitation.badTitle')}>
        <FormProblem error={error} />
        <FormActions>
          <LinkButton href={entryPaths.signIn()}>{t('backToSignIn')}</LinkButton>
        </FormActions>
      </EntryFrame>
    )
  }
  if (!data)
    return (
      <EntryFrame title={t('invitation.loading')}>
        <SkeletonText />
      </EntryFrame>
    )
  return (
    <EntryFrame
      title={t('invitation.title', { workspace: data.workspaceName })}
      lead={t('invitation.lead', { role: roles(`role.${data.role}`), email: data.email })}
    >
      <AcceptForm token={token} email={data.email} hasAccount={data.hasAccount} />
    </EntryFrame>
  )
}

function AcceptForm({ token, email, hasAccount }: { token: string; email: string; hasAccount: boolean }) {
  const t = useWords('entry')
  const common = useWords('common')
  const go = useGo()
  const locale = useLanguage()
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) =>
      client.identity.acceptInvitation({
        token,
        password: String(form.get('password')),
        ...(hasAccount ? {} : { name: String(form.get('name')), locale }),
      }),
    onSuccess: (me) => {
      queries.clear()
      go(me.workspace ? pathsOf(me.workspace.slug).home() : entryPaths.home(), { replace: true })
    },
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        mutate(new FormData(event.currentTarget))
      }}
    >
      <FormProblem error={error} />
      {/* a password keeper stores the account under this name */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      {hasAccount ? (
        <PasswordField
          label={t('password')}
          hint={t('invitation.existing')}
          name="password"
          autoComplete="current-password"
          required
          maxLength={128}
          autoFocus
        />
      ) : (
        <>
          <TextField label={t('name')} name="name" autoComplete="name" required maxLength={120} autoFocus />
          <PasswordField
            label={t('password')}
            hint={t('passwordHint')}
            name="password"
            autoComplete="new-password"
            required
            minLength={12}
            maxLength={128}
            problem={fieldProblems(error).password && common('checkField')}
          />
        </>
      )}
      <FormActions>
        <Button type="submit" tone="primary" busy={isPending}>
          {t('invitation.action')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
