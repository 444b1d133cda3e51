import { useState } from 'react'
import type { SiteSettings } from '@floowe/contracts/site'
import { FormProblem } from '../../api/FormProblem.tsx'
import { fieldProblems } from '../../api/refusals.ts'
import { Button } from '../../ui/Button.tsx'
import { languageChoices } from '../../ui/choices.ts'
import { CheckField, FieldGroup, FieldStack, FormActions, FormRow, SelectField, TextField } from '../../ui/Field.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Section } from '../../ui/Page.tsx'
import { useWords } from '../../words/words.ts'
import { LanguageParts } from './LanguageParts.tsx'
import { accents, type Draft, draftOf, withLanguage, withoutLanguage } from './site-draft.ts'
import looks from './site.module.css'
import { useSiteChange } from './use-site-change.ts'

/** Everything the site shows around its articles; saved together. */
export function SiteForm({ settings, mayChange }: { settings: SiteSettings; mayChange: boolean }) {
  const t = useWords('site')
  const common = useWords('common')
  const [draft, setDraft] = useState(() => draftOf(settings))
  const { mutate, error, isPending } = useSiteChange()
  const set = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))
  const problems = fieldProblems(error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        mutate(draft)
      }}
    >
      <fieldset disabled={!mayChange} className={looks.bare}>
        <Section title={t('basics')}>
          <FieldStack>
            <FormRow>
              <TextField
                label={t('name')}
                value={draft.name}
                required
                maxLength={120}
                onChange={(event) => set({ name: event.currentTarget.value })}
                problem={problems.name && common('checkField')}
              />
              <TextField
                label={t('tagline')}
                value={draft.tagline}
                isOptional
                maxLength={200}
                onChange={(event) => set({ tagline: event.currentTarget.value })}
              />
            </FormRow>
            <FieldGroup label={t('accent')}>
              <div className={looks.accents}>
                {accents.map((accent) => (
                  <label key={accent} className={looks.accent}>
                    <input
                      type="radio"
                      name="accent"
                      checked={draft.accent === accent}
                      onChange={() => set({ accent })}
                    />
                    <span className={looks.swatch} style={{ background: `var(--${accent})` }} />
                    {t(`accent.${accent}`)}
                  </label>
                ))}
              </div>
            </FieldGroup>
          </FieldStack>
        </Section>
        <Section title={t('languages')} lead={t('languages.lead')}>
          <Languages draft={draft} setDraft={setDraft} mayChange={mayChange} />
        </Section>
        <Section title={t('address')}>
          <FieldStack>
            <FormRow>
              <TextField
                label={t('host')}
                hint={t('host.hint')}
                isOptional
                value={draft.host}
                placeholder={t('host.example')}
                maxLength={253}
                spellCheck={false}
                autoCapitalize="none"
                onChange={(event) => set({ host: event.currentTarget.value })}
                problem={problems.host && t('host.problem')}
              />
              <TextField
                label={t('perPage')}
                type="number"
                min={4}
                max={50}
                value={draft.articlesPerPage}
                onChange={(event) => set({ articlesPerPage: event.currentTarget.valueAsNumber || 4 })}
                problem={problems.articlesPerPage && common('checkField')}
              />
            </FormRow>
            <CheckField
              label={t('listed')}
              hint={t('listed.hint')}
              checked={draft.isListed}
              onChange={(event) => set({ isListed: event.currentTarget.checked })}
            />
          </FieldStack>
        </Section>
        {mayChange && (
          <div className={looks.save}>
            <FormProblem error={error} />
            <FormActions>
              <Button type="submit" tone="primary" busy={isPending}>
                {t('save')}
              </Button>
            </FormActions>
          </div>
        )}
      </fieldset>
    </form>
  )
}

/** The languages of the site, which is first, and each one's menu and footer. */
function Languages({
  draft,
  setDraft,
  mayChange,
}: {
  draft: Draft
  setDraft: (change: (now: Draft) => Draft) => void
  mayChange: boolean
}) {
  const t = useWords('site')
  const formats = useFormats()
  const all = [draft.language, ...draft.languages.filter((code) => code !== draft.language)]
  const addable = languageChoices(formats.language).filter((choice) => !all.includes(choice.value))
  return (
    <div className={looks.stack}>
      <FormRow>
        <SelectField
          label={t('language.first')}
          hint={t('language.firstHint')}
          value={draft.language}
          options={all.map((code) => ({ value: code, label: formats.language(code) }))}
          onChoose={(language) => setDraft((now) => ({ ...now, language }))}
        />
        {mayChange && (
          <SelectField
            label={t('language.add')}
            value=""
            options={[{ value: '', label: t('language.choose') }, ...addable]}
            onChoose={(code) => code && setDraft((now) => withLanguage(now, code))}
          />
        )}
      </FormRow>
      {all.map((code) => (
        <LanguageParts
          key={code}
          code={code}
          menu={draft.menus[code] ?? []}
          footer={draft.footers[code] ?? ''}
          mayChange={mayChange}
          onMenu={(menu) => setDraft((now) => ({ ...now, menus: { ...now.menus, [code]: menu } }))}
          onFooter={(footer) => setDraft((now) => ({ ...now, footers: { ...now.footers, [code]: footer } }))}
          onRemove={code === draft.language ? undefined : () => setDraft((now) => withoutLanguage(now, code))}
        />
      ))}
    </div>
  )
}
