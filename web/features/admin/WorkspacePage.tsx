import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { meOptions, useMay, useMe } from '../../api/me.ts'
import { fieldProblems } from '../../api/refusals.ts'
import { RemoveWorkspace } from '../../shell/Banners.tsx'
import { SettingsPage } from '../../shell/SettingsPage.tsx'
import { Button } from '../../ui/Button.tsx'
import { languageChoices, zoneChoices } from '../../ui/choices.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { FormActions, FormRow, FormStack, SelectField, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Section } from '../../ui/Page.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { MissedForm } from './MissedForm.tsx'
import looks from './admin.module.css'

export function WorkspacePage() {
  const t = useWords('workspace')
  const mayManage = useMay('workspace:manage')
  const maySeePlans = useMay('publishing:read')
  return (
    <SettingsPage title={t('title')}>
      <Section title={t('basics')}>{mayManage ? <WorkspaceForm /> : <WorkspaceFacts />}</Section>
      {maySeePlans && (
        <Section title={t('missed')} lead={t('missed.lead')}>
          <MissedForm />
        </Section>
      )}
      {mayManage && (
        <Section title={t('remove')} lead={t('remove.lead')}>
          <Remove />
        </Section>
      )}
    </SettingsPage>
  )
}

function WorkspaceForm() {
  const t = useWords('workspace')
  const common = useWords('common')
  const formats = useFormats()
  const { workspace } = useMe()
  const queries = useQueryClient()
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) =>
      client.identity.updateWorkspace({
        name: String(form.get('name')),
        language: String(form.get('language')),
        zone: String(form.get('zone')),
      }),
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
          defaultValue={workspace.name}
          required
          maxLength={120}
          problem={fieldProblems(error).name && common('checkField')}
        />
        <TextField label={t('address')} hint={t('address.hint')} value={workspace.slug} readOnly />
      </FormRow>
      <FormRow>
        <SelectField
          label={t('language')}
          hint={t('language.hint')}
          name="language"
          defaultValue={workspace.language}
          options={languageChoices(formats.language, [workspace.language])}
        />
        <SelectField
          label={common('zone')}
          hint={t('zone.hint')}
          name="zone"
          defaultValue={workspace.zone}
          options={zoneChoices(workspace.zone)}
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

/** For those who may look but not change. */
function WorkspaceFacts() {
  const t = useWords('workspace')
  const common = useWords('common')
  const formats = useFormats()
  const { workspace } = useMe()
  const facts = [
    [t('name'), workspace.name],
    [t('address'), workspace.slug],
    [t('language'), formats.language(workspace.language)],
    [common('zone'), workspace.zone],
  ] as const
  return (
    <dl className={looks.roles}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Remove() {
  const t = useWords('workspace')
  const { workspace } = useMe()
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button tone="danger" onClick={() => setAsking(true)}>
        {t('remove.action')}
      </Button>
      <Dialog isOpen={isAsking} onClose={() => setAsking(false)} title={t('remove.title', { name: workspace.name })}>
        <RemoveWorkspace
          words={t('remove.lead')}
          verb={t('remove.action')}
          done={t('remove.done', { name: workspace.name })}
          onCancel={() => setAsking(false)}
        />
      </Dialog>
    </>
  )
}
