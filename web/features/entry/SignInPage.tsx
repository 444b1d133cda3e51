import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useGo, useSearchState } from '../../location.ts'
import { entryPaths, safeNext } from '../../paths.ts'
import { Button } from '../../ui/Button.tsx'
import { FormActions, FormStack, PasswordField, TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import { EntryFrame } from './EntryFrame.tsx'
import looks from './EntryFrame.module.css'

export function SignInPage() {
  const t = useWords('entry')
  const go = useGo()
  const queries = useQueryClient()
  const [{ next }] = useSearchState()
  const { data: setup } = useQuery(api.identity.getSetup.queryOptions())
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) =>
      client.identity.signIn({ email: String(form.get('email')), password: String(form.get('password')) }),
    onSuccess: () => {
      queries.clear()
      go(safeNext(next) ?? entryPaths.home(), { replace: true })
    },
  })
  return (
    <EntryFrame title={t('signIn.title')} lead={setup?.demo ? t('signIn.demo') : undefined}>
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
          autoComplete="username"
          required
          autoFocus
          maxLength={254}
        />
        <PasswordField label={t('password')} name="password" autoComplete="current-password" required maxLength={128} />
        <FormActions>
          <Button type="submit" tone="primary" busy={isPending}>
            {t('signIn.action')}
          </Button>
          <span className={looks.foot}>
            <a href={entryPaths.forgot()}>{t('signIn.forgot')}</a>
          </span>
        </FormActions>
      </FormStack>
    </EntryFrame>
  )
}
