/** A plan from a spreadsheet: which column is what, what each row would make, then the making. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ImportMapping } from '@floowe/contracts/calendar'
import { api, client } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { useMe } from '../../../api/me.ts'
import { zoneChoices } from '../../../planning/wall-time.ts'
import { Button } from '../../../ui/Button.tsx'
import { Dialog } from '../../../ui/Dialog.tsx'
import { Field, FormActions, FormRow, FormStack, SelectField } from '../../../ui/Field.tsx'
import { useFormats } from '../../../ui/formats.ts'
import { useWords } from '../../../words/words.ts'
import looks from '../dialogs.module.css'
import { Mapping } from './Mapping.tsx'
import { Progress } from './Progress.tsx'
import { Rows } from './Rows.tsx'

const bytesMax = 2_000_000
const languages = ['pl', 'en', 'de', 'uk', 'fr', 'es', 'cs', 'sk', 'it', 'lt']

type Chosen = { name: string; csv: string }

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useWords('calendar')
  return (
    <Dialog isOpen onClose={onClose} title={t('import')} size={860}>
      <ImportForm onClose={onClose} />
    </Dialog>
  )
}

function ImportForm({ onClose }: { onClose: () => void }) {
  const t = useWords('calendar')
  const { workspace } = useMe()
  const queries = useQueryClient()
  const [file, setFile] = useState<Chosen | null>(null)
  const [zone, setZone] = useState(workspace.zone)
  const [language, setLanguage] = useState<string>(workspace.language)
  const preview = useMutation({
    mutationFn: (asked: Chosen & { mapping?: ImportMapping; zone: string; language: string }) => {
      const { name: _, ...input } = asked
      return client.publishing.previewCalendarImport(input)
    },
  })
  const bring = useMutation({
    mutationFn: (input: Chosen & { mapping: ImportMapping }) =>
      client.publishing.importCalendar({ ...input, zone, language }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.publishing.key() }),
  })
  const look = (change: { file?: Chosen; mapping?: ImportMapping; zone?: string; language?: string }): void => {
    const asked = change.file ?? file
    // another file has columns of its own
    const mapping = change.file ? undefined : (change.mapping ?? preview.data?.mapping)
    if (asked) preview.mutate({ ...asked, zone, language, ...change, ...(mapping && { mapping }) })
  }
  if (bring.data) return <Progress begun={bring.data} onClose={onClose} />
  const seen = preview.data
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        if (file && seen) bring.mutate({ ...file, mapping: seen.mapping })
      }}
    >
      {!file && <p>{t('import.how')}</p>}
      <FormProblem error={bring.error ?? preview.error} />
      <ChooseFile
        onChosen={(chosen) => {
          setFile(chosen)
          look({ file: chosen })
        }}
      />
      {file && (
        <Defaults
          zone={zone}
          language={language}
          onZone={(to) => (setZone(to), look({ zone: to }))}
          onLanguage={(to) => (setLanguage(to), look({ language: to }))}
        />
      )}
      {seen && (
        <>
          <Mapping columns={seen.columns} mapping={seen.mapping} onChange={(mapping) => look({ mapping })} />
          <Rows rows={seen.rows} counts={seen.counts} total={seen.total} isDry />
        </>
      )}
      <FormActions>
        {seen && (
          <Button
            type="submit"
            tone="primary"
            busy={bring.isPending}
            disabledWhy={seen.counts.made === 0 && t('import.nothing')}
          >
            {t('import.go', { count: seen.counts.made })}
          </Button>
        )}
        <Button tone="quiet" onClick={onClose}>
          {t('close')}
        </Button>
      </FormActions>
    </FormStack>
  )
}

function ChooseFile({ onChosen }: { onChosen: (file: Chosen) => void }) {
  const t = useWords('calendar')
  const [isTooLarge, setTooLarge] = useState(false)
  return (
    <Field label={t('import.file')} problem={isTooLarge && t('import.too-large')}>
      {(ids) => (
        <input
          {...ids}
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0]
            if (!file) return
            setTooLarge(file.size > bytesMax)
            if (file.size <= bytesMax) void read(file).then((csv) => onChosen({ name: file.name.slice(0, 200), csv }))
          }}
        />
      )}
    </Field>
  )
}

/** Spreadsheets of Polish Windows write windows-1250 where they do not write UTF-8. */
async function read(file: File): Promise<string> {
  const bytes = await file.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1250').decode(bytes)
  }
}

type DefaultsProps = {
  zone: string
  language: string
  onZone: (zone: string) => void
  onLanguage: (language: string) => void
}

/** Of rows that do not say. */
function Defaults({ zone, language, onZone, onLanguage }: DefaultsProps) {
  const t = useWords('calendar')
  const formats = useFormats()
  const { workspace, person } = useMe()
  return (
    <div className={looks.defaults}>
      <FormRow>
        <SelectField
          label={t('import.zone')}
          value={zone}
          onChoose={onZone}
          options={zoneChoices(workspace.zone, person.zone)}
        />
        <SelectField
          label={t('import.language')}
          value={language}
          onChoose={onLanguage}
          options={[...new Set([workspace.language as string, ...languages])].map((value) => ({
            value,
            label: formats.language(value),
          }))}
        />
      </FormRow>
    </div>
  )
}
