/** How strict it is. Changed here first, kept with Save: it decides about plans that are already made. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { IconBan, IconHandStop, IconMessageQuestion, IconStairs, type Icon } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { ApprovalMode, ApprovalPolicy } from '@floowe/contracts/approvals'
import { api, client } from '../../api/client.ts'
import { FormProblem } from '../../api/FormProblem.tsx'
import { useMay } from '../../api/me.ts'
import { Button } from '../../ui/Button.tsx'
import { Note } from '../../ui/ErrorPanel.tsx'
import { FieldGroup, FormActions, FormStack } from '../../ui/Field.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './settings.module.css'
import { newStep, toSave } from './steps-draft.ts'
import { StepsEditor } from './StepsEditor.tsx'

const modes: readonly { mode: ApprovalMode; icon: Icon }[] = [
  { mode: 'none', icon: IconBan },
  { mode: 'optional', icon: IconMessageQuestion },
  { mode: 'required', icon: IconHandStop },
  { mode: 'steps', icon: IconStairs },
]

export function PolicyForm({ saved }: { saved: ApprovalPolicy }) {
  const t = useWords('approvals')
  const common = useWords('common')
  const mayChange = useMay('publishing:channels')
  const queries = useQueryClient()
  const [draft, setDraft] = useState(saved)
  const isChanged = JSON.stringify(draft) !== JSON.stringify(saved)
  const save = useMutation({
    mutationFn: () => client.publishing.updateApprovalPolicy(toSave(draft)),
    onSuccess: () => {
      showToast({ text: common('saved') })
      return queries.invalidateQueries({ queryKey: api.publishing.key() })
    },
  })
  const choose = (mode: ApprovalMode) =>
    setDraft({ mode, steps: mode === 'steps' && draft.steps.length === 0 ? [newStep] : draft.steps })
  return (
    <FormStack
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <FormProblem error={save.error} />
      <FieldGroup label={<span className="only-read">{t('policy')}</span>}>
        <div className={looks.modes}>
          {modes.map((one) => (
            <Mode
              key={one.mode}
              {...one}
              isChosen={draft.mode === one.mode}
              isFixed={!mayChange}
              onChoose={() => choose(one.mode)}
            />
          ))}
        </div>
      </FieldGroup>
      {draft.mode === 'steps' && (
        <StepsEditor
          steps={draft.steps}
          isFixed={!mayChange}
          onChange={(steps) => setDraft({ ...draft, steps: [...steps] })}
        />
      )}
      {isChanged && <Consequence from={saved.mode} to={draft.mode} />}
      {mayChange && (
        <FormActions>
          <Button type="submit" tone="primary" busy={save.isPending} disabledWhy={!isChanged && t('nothing-changed')}>
            {common('save')}
          </Button>
          {isChanged && (
            <Button tone="quiet" onClick={() => setDraft(saved)}>
              {common('cancel')}
            </Button>
          )}
        </FormActions>
      )}
    </FormStack>
  )
}

type ModeProps = { mode: ApprovalMode; icon: Icon; isChosen: boolean; isFixed: boolean; onChoose: () => void }

function Mode({ mode, icon: Icon, isChosen, isFixed, onChoose }: ModeProps) {
  const t = useWords('approvals')
  const id = useId()
  return (
    <label className={looks.mode}>
      <input
        type="radio"
        name="mode"
        value={mode}
        checked={isChosen}
        disabled={isFixed}
        aria-describedby={id}
        onChange={onChoose}
      />
      <Icon aria-hidden="true" />
      <span>
        <strong>{t(`mode.${mode}`)}</strong>
        <span id={id}>{t(`mode.${mode}.what`)}</span>
      </span>
    </label>
  )
}

/** Plans that are already made follow the new rule at once. */
function Consequence({ from, to }: { from: ApprovalMode; to: ApprovalMode }) {
  const t = useWords('approvals')
  const isStrict = (mode: ApprovalMode) => mode === 'required' || mode === 'steps'
  if (isStrict(to) && !isStrict(from)) return <Note>{t('policy.stricter')}</Note>
  if (isStrict(from) && !isStrict(to))
    return <Note tone="amber">{t(to === 'none' ? 'policy.off' : 'policy.looser')}</Note>
  return to === 'steps' && from === 'steps' ? <Note>{t('policy.steps-kept')}</Note> : null
}
