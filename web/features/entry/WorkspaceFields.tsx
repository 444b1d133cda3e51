/** What a workspace begins with: name, language of its content, zone of its plans. */
import { fieldProblems } from '../../api/refusals.ts'
import { languageChoices, ownZone, zoneChoices } from '../../ui/choices.ts'
import { FormRow, SelectField, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { useLanguage, useWords } from '../../words/words.ts'

export function WorkspaceFields({ error }: { error: unknown }) {
  const t = useWords('entry')
  const common = useWords('common')
  const formats = useFormats()
  const language = useLanguage()
  const problems = fieldProblems(error)
  const zone = ownZone()
  return (
    <>
      <TextField
        label={t('workspace.name')}
        hint={t('workspace.nameHint')}
        name="workspaceName"
        required
        maxLength={120}
        problem={problems.name && common('checkField')}
      />
      <TextField
        label={t('workspace.slug')}
        hint={t('workspace.slugHint')}
        name="slug"
        isOptional
        maxLength={120}
        pattern="[a-z0-9]+(-[a-z0-9]+)*"
        autoCapitalize="none"
        spellCheck={false}
        problem={problems.slug && common('checkField')}
      />
      <FormRow>
        <SelectField
          label={t('workspace.language')}
          name="language"
          defaultValue={language}
          options={languageChoices(formats.language)}
        />
        <SelectField label={common('zone')} name="zone" defaultValue={zone} options={zoneChoices(zone)} />
      </FormRow>
    </>
  )
}

/** Reads these fields out of a form. */
export function workspaceOf(form: FormData) {
  const slug = String(form.get('slug') ?? '').trim()
  return {
    name: String(form.get('workspaceName')),
    language: String(form.get('language')),
    zone: String(form.get('zone')),
    ...(slug ? { slug } : {}),
  }
}
