import { useMutation, useQuery } from '@tanstack/react-query'
import { IconTerminal2 } from '@tabler/icons-react'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { entryPaths } from '../../paths.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Note } from '../../ui/ErrorPanel.tsx'
import { FormActions, FormStack, TextField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import { EntryFrame } from './EntryFrame.tsx'

export function ForgotPage() {
  const t = useWords('entry')
  const { data: setup } = useQuery(api.identity.getSetup.queryOptions())
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: (email: string) => client.identity.requestPasswordReset({ email }),
  })
  const back = (
    <LinkButton tone="quiet" href={entryPaths.signIn()}>
      {t('backToSignIn')}
    </LinkButton>
  )
  if (isSuccess) {
    return (
      <EntryFrame title={t('forgot.sentTitle')} lead={t('forgot.sentWords')}>
        <FormActions>{back}</FormActions>
      </EntryFrame>
    )
  }
  if (setup && !setup.mail) {
    return (
      <EntryFrame title={t('forgot.title')} lead={t('forgot.noMail')}>
        <Note icon={<IconTerminal2 />}>
          <p>{t('forgot.operator')}</p>
          <code>npm run floowe -- user reset</code>
        </Note>
        <FormActions>{back}</FormActions>
      </EntryFrame>
    )
  }
  return (
    <EntryFrame title={t('forgot.title')} lead={t('forgot.lead')}>
      <FormStack
        onSubmit={(event) => {
          event.preventDefault()
          mutate(String(new FormData(event.currentTarget).get('email')))
        }}
      >
        <FormProblem error={error} />
        <TextField
          label={t('email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          maxLength={254}
          autoFocus
        />
        <FormActions>
          <Button type="submit" tone="primary" busy={isPending}>
            {t('forgot.action')}
          </Button>
          {back}
        </FormActions>
      </FormStack>
    </EntryFrame>
  )
}
