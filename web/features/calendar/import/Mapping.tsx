/** Which column of the file is what. */
import type { ImportField, ImportMapping } from '@floowe/contracts/calendar'
import { FieldGroup, SelectField } from '../../../ui/Field.tsx'
import { useWords } from '../../../words/words.ts'
import looks from '../dialogs.module.css'

const fields: readonly ImportField[] = [
  'title',
  'date',
  'time',
  'channel',
  'lead',
  'text',
  'language',
  'campaign',
  'tags',
  'categories',
  'status',
  'zone',
  'key',
]

type MappingProps = {
  columns: readonly string[]
  mapping: ImportMapping
  onChange: (mapping: ImportMapping) => void
}

export function Mapping({ columns, mapping, onChange }: MappingProps) {
  const t = useWords('calendar')
  const set = (field: ImportField, value: string): void => {
    const { [field]: _, ...rest } = mapping
    onChange(value === '' ? rest : { ...rest, [field]: Number(value) })
  }
  return (
    <FieldGroup label={t('mapping')} hint={t('mapping.how')}>
      <div className={looks.mapping}>
        {fields.map((field) => (
          <SelectField
            key={field}
            label={t(`field.${field}`)}
            value={String(mapping[field] ?? '')}
            onChoose={(value) => set(field, value)}
            options={[
              { value: '', label: field === 'title' ? t('mapping.needed') : t('mapping.none') },
              ...columns.map((name, index) => ({
                value: String(index),
                label: name || t('mapping.column', { number: index + 1 }),
              })),
            ]}
          />
        ))}
      </div>
    </FieldGroup>
  )
}
