import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { meOptions, useMe } from '../../api/me.ts'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { zoneChoices } from '../../ui/choices.ts'
import { FormActions, FormRow, FormStack, SelectField, TextField } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'

export function ProfileForm() {
  const t = useWords('account')
  const common = useWords('common')
  const { person } = useMe()
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) =>
      client.identity.updateMe({ name: String(form.get('name')), zone: String(form.get('zone')) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: meOptions().queryKey })
      showToast({ text: common('saved') })
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
      <FormRow>
        <TextField
          label={t('name')}
          name="name"
          defaultValue={person.name}
          required
          maxLength={120}
          autoComplete="name"
          problem={fieldProblems(error).name && common('checkField')}
        />
        <TextField label={t('email')} hint={t('email.hint')} value={person.email} readOnly />
      </FormRow>
      <FormRow>
        <SelectField
          label={common('zone')}
          hint={t('zone.hint')}
          name="zone"
          defaultValue={person.zone}
          options={zoneChoices(person.zone)}
        />
      </FormRow>
      <FormActions>
        <Button type="submit" tone="primary" busy={isPending}>
          {common('save')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
