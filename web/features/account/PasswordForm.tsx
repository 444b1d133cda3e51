import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMe } from '../../api/me.ts'
import { fieldProblems, isRefusal } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { FormActions, FormRow, FormStack, PasswordField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'

export function PasswordForm() {
  const t = useWords('account')
  const common = useWords('common')
  const { person } = useMe()
  const form = useRef<HTMLFormElement>(null)
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (data: FormData) =>
      client.identity.changePassword({ current: String(data.get('current')), next: String(data.get('next')) }),
    onSuccess: async () => {
      form.current?.reset()
      showToast({ text: t('password.changed') })
      await queries.invalidateQueries({ queryKey: api.identity.listSessions.key() })
    },
  })
  const isWrong = isRefusal(error, 'wrong-credentials')
  return (
    <FormStack
      ref={form}
      onSubmit={(event) => {
        event.preventDefault()
        mutate(new FormData(event.currentTarget))
      }}
    >
      {!isWrong && <FormProblem error={error} />}
      {/* a password keeper stores the new one under this name */}
      <input type="email" name="username" autoComplete="username" value={person.email} readOnly hidden />
      <FormRow>
        <PasswordField
          label={t('password.current')}
          name="current"
          autoComplete="current-password"
          required
          maxLength={128}
          problem={isWrong && t('password.wrong')}
        />
        <PasswordField
          label={t('password.next')}
          hint={t('password.hint')}
          name="next"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={128}
          problem={fieldProblems(error).next && common('checkField')}
        />
      </FormRow>
      <FormActions>
        <Button type="submit" busy={isPending}>
          {t('password.action')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
