/** The list, changed here first and kept with Save, with a way back. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Checklist, ChecklistItem, ChecklistRule } from '@floowe/contracts/checklists'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { rules, useRuleWords } from '../../checklists/rule-words.ts'
import { Button } from '../../ui/Button.tsx'
import { FormActions, FormStack } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { AskedItems } from './AskedItems.tsx'
import { FileActs } from './FileActs.tsx'
import { draftOf, itemsOf, type Severity, withRule } from './draft.ts'
import { newId } from '../../ui/new-id.ts'
import looks from './checklist-settings.module.css'

export function ChecklistForm({ saved }: { saved: Checklist }) {
  const t = useWords('checklists')
  const common = useWords('common')
  const mayChange = useMay('publishing:channels')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const [draft, setDraft] = useState(() => draftOf(saved.items))
  const items = itemsOf(draft, rules)
  const isChanged = JSON.stringify(items) !== JSON.stringify(itemsOf(draftOf(saved.items), rules))
  const keep = async (list: readonly ChecklistItem[], basedOn: number): Promise<Checklist> => {
    const kept = await client.content.updateChecklist({ items: [...list], basedOn })
    await queries.invalidateQueries({ queryKey: api.content.key() })
    return kept
  }
  const save = useMutation({
    mutationFn: () => keep(items, saved.revision),
    onSuccess: ({ revision }) =>
      showToast({ text: common('saved'), undo: () => void keep(saved.items, revision).catch(tell) }),
  })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <FormProblem error={save.error} />
      <Section title={t('computed')} lead={t('computed.lead')}>
        <ul className={looks.rules}>
          {rules.map((rule) => (
            <RuleRow
              key={rule}
              rule={rule}
              severity={draft.rules[rule]?.severity ?? null}
              isFixed={!mayChange}
              onChoose={(severity) => setDraft(withRule(draft, rule, severity, newId))}
            />
          ))}
        </ul>
      </Section>
      <Section title={t('asked')} lead={t('asked.lead')}>
        <AskedItems
          asked={draft.asked}
          isFixed={!mayChange}
          onChange={(asked) => setDraft({ ...draft, asked })}
          others={Object.keys(draft.rules).length}
        />
      </Section>
      <FormActions>
        {mayChange && (
          <Button type="submit" tone="primary" busy={save.isPending} disabledWhy={!isChanged && t('nothing-changed')}>
            {common('save')}
          </Button>
        )}
        {isChanged && (
          <Button tone="quiet" onClick={() => setDraft(draftOf(saved.items))}>
            {common('cancel')}
          </Button>
        )}
        <FileActs items={items} onRead={mayChange ? (read) => setDraft(draftOf(read)) : undefined} />
      </FormActions>
    </FormStack>
  )
}

type RuleRowProps = {
  rule: ChecklistRule
  severity: Severity | null
  isFixed: boolean
  onChoose: (severity: Severity | null) => void
}

function RuleRow({ rule, severity, isFixed, onChoose }: RuleRowProps) {
  const t = useWords('checklists')
  const words = useRuleWords()(rule)
  return (
    <li>
      <span>{words}</span>
      {isFixed ? (
        <span className={looks.fixed}>{t(`severity.${severity ?? 'off'}`)}</span>
      ) : (
        <Segmented
          label={words}
          value={severity ?? 'off'}
          onChange={(chosen) => onChoose(chosen === 'off' ? null : chosen)}
          options={(['off', 'warns', 'blocks'] as const).map((value) => ({ value, label: t(`severity.${value}`) }))}
        />
      )}
    </li>
  )
}
