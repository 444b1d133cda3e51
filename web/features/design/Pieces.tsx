/** The real pieces in all their states. What is pressed here does nothing elsewhere. */
import { IconCalendarPlus, IconDots, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Button, IconButton, LinkButton } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorPanel, Note } from '../../ui/ErrorPanel.tsx'
import { CheckField, SelectField, TextAreaField, TextField } from '../../ui/Field.tsx'
import { KeyHint } from '../../ui/KeyHint.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { useWords } from '../../words/words.ts'
import looks from './design.module.css'
import type { Scheme } from './tokens.ts'
import { Worn } from './Worn.tsx'

export function Pieces({ scheme }: { scheme: Scheme }) {
  const t = useWords('design')
  return (
    <Worn scheme={scheme} label={t(`scheme.${scheme}`)}>
      <Group title={t('pieces.buttons')}>
        <div className={looks.row}>
          <Button tone="primary" icon={<IconCalendarPlus />}>
            {t('button.primary')}
          </Button>
          <Button>{t('button.plain')}</Button>
          <Button tone="quiet">{t('button.quiet')}</Button>
          <Button tone="danger" icon={<IconTrash />}>
            {t('button.danger')}
          </Button>
          <LinkButton href="#pieces">{t('button.link')}</LinkButton>
          <IconButton label={t('button.more')}>
            <IconDots />
          </IconButton>
        </div>
        <div className={looks.row}>
          <Button tone="primary" busy>
            {t('button.busy')}
          </Button>
          <Button disabledWhy={t('button.why')}>{t('button.off')}</Button>
          <Button size="small">{t('button.small')}</Button>
          <Button size="small" after={<KeyHint keys="mod+k" />}>
            {t('button.key')}
          </Button>
        </div>
      </Group>
      <Group title={t('pieces.fields')}>
        <TextField label={t('field')} hint={t('field.hint')} defaultValue={t('sample.section')} />
        <TextField label={t('field.wrong')} problem={t('field.problem')} defaultValue="https:/" isOptional />
        <TextField label={t('field.fixed')} value={t('sample.section')} readOnly />
        <TextAreaField label={t('field.long')} rows={2} defaultValue={t('sample.body')} />
        <SelectField label={t('field.one')} options={[{ value: 'a', label: t('sample.section') }]} />
        <Choices />
      </Group>
      <Group title={t('pieces.notes')}>
        <Note>{t('note.river')}</Note>
        <Note tone="moss">{t('note.moss')}</Note>
        <Note tone="amber">{t('note.amber')}</Note>
        <Note tone="clay">{t('note.clay')}</Note>
        <ErrorPanel title={t('error')} advice={t('error.advice')} onRetry={() => {}} />
      </Group>
      <Group title={t('pieces.waiting')}>
        <SkeletonText lines={3} />
        <EmptyState drawing="envelope" title={t('empty')}>
          {t('empty.next')}
        </EmptyState>
      </Group>
    </Worn>
  )
}

const Group = ({ title, children }: { title: string; children: ReactNode }) => (
  <section className={looks.group}>
    <h3>{title}</h3>
    {children}
  </section>
)

function Choices() {
  const t = useWords('design')
  const [isOn, setOn] = useState(true)
  const [value, setValue] = useState<'day' | 'week'>('week')
  return (
    <div className={looks.row}>
      <CheckField label={t('field.check')} defaultChecked />
      <Switch label={t('field.switch')} isOn={isOn} onChange={setOn} />
      <Switch label={t('field.switch.off')} isOn={false} onChange={() => {}} disabledWhy={t('button.why')} />
      <Segmented
        label={t('field.segmented')}
        value={value}
        onChange={setValue}
        options={[
          { value: 'day', label: t('field.day') },
          { value: 'week', label: t('field.week') },
        ]}
      />
    </div>
  )
}
