import { useMutation } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { useRouteParam } from '../../location.ts'
import { entryPaths } from '../../paths.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { FormActions, FormStack, PasswordField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import { EntryFrame } from './EntryFrame.tsx'

export function ResetPage() {
  const t = useWords('entry')
  const common = useWords('common')
  const token = useRouteParam('token')
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: (password: string) => client.identity.resetPassword({ token, password }),
  })
  if (isSuccess) {
    return (
      <EntryFrame title={t('reset.doneTitle')} lead={t('reset.doneWords')}>
        <FormActions>
          <LinkButton tone="primary" href={entryPaths.signIn()}>
            {t('signIn.action')}
          </LinkButton>
        </FormActions>
      </EntryFrame>
    )
  }
  return (
    <EntryFrame title={t('reset.title')} lead={t('reset.lead')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          mutate(String(new FormData(event.currentTarget).get('password')))
        }}
      >
        <FormProblem error={error} />
        <PasswordField
          label={t('newPassword')}
          hint={t('passwordHint')}
          name="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={128}
          autoFocus
          problem={fieldProblems(error).password && common('checkField')}
        />
        <FormActions>
          <Button type="submit" tone="primary" busy={isPending}>
            {t('reset.action')}
          </Button>
          <LinkButton tone="quiet" href={entryPaths.signIn()}>
            {t('backToSignIn')}
          </LinkButton>
        </FormActions>
      </FormStack>
    </EntryFrame>
  )
}
