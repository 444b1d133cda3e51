import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { useGo } from '../../location.ts'
import { entryPaths, pathsOf } from '../../paths.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { FormActions, FormStack, PasswordField, TextField } from '../../ui/Field.tsx'
import { useLanguage, useWords } from '../../words/words.ts'
import { EntryFrame } from './EntryFrame.tsx'
import looks from './EntryFrame.module.css'
import { WorkspaceFields, workspaceOf } from './WorkspaceFields.tsx'

export function SetupPage() {
  const t = useWords('entry')
  const { data: setup } = useQuery(api.identity.getSetup.queryOptions())
  if (setup && !setup.needed) {
    return (
      <EntryFrame title={t('setup.doneTitle')} lead={t('setup.doneWords')}>
        <FormActions>
          <LinkButton tone="primary" href={entryPaths.signIn()}>
            {t('signIn.action')}
          </LinkButton>
        </FormActions>
      </EntryFrame>
    )
  }
  return (
    <EntryFrame title={t('setup.title')} lead={t('setup.lead')}>
      <SetupForm />
    </EntryFrame>
  )
}

function SetupForm() {
  const t = useWords('entry')
  const common = useWords('common')
  const go = useGo()
  const locale = useLanguage()
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) =>
      client.identity.completeSetup({
        code: String(form.get('code')).trim(),
        owner: {
          name: String(form.get('name')),
          email: String(form.get('email')),
          password: String(form.get('password')),
          locale,
        },
        workspace: workspaceOf(form),
      }),
    onSuccess: (me) => {
      queries.clear()
      go(me.workspace ? pathsOf(me.workspace.slug).home() : entryPaths.home(), { replace: true })
    },
  })
  const problems = fieldProblems(error)
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        mutate(new FormData(event.currentTarget))
      }}
    >
      <FormProblem error={error} />
      <TextField
        label={t('setup.code')}
        hint={t('setup.codeHint')}
        name="code"
        required
        maxLength={40}
        autoComplete="one-time-code"
        spellCheck={false}
        autoFocus
      />
      <h2 className={looks.legend}>{t('setup.owner')}</h2>
      <TextField label={t('name')} name="name" autoComplete="name" required maxLength={120} />
      <TextField
        label={t('email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        problem={problems.email && common('checkField')}
      />
      <PasswordField
        label={t('password')}
        hint={t('passwordHint')}
        name="password"
        autoComplete="new-password"
        required
        minLength={12}
        maxLength={128}
        problem={problems.password && common('checkField')}
      />
      <h2 className={looks.legend}>{t('setup.workspace')}</h2>
      <WorkspaceFields error={error} />
      <FormActions>
        <Button type="submit" tone="primary" busy={isPending}>
          {t('setup.action')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
