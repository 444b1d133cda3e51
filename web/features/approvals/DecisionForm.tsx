/** The two answers there are: agree, or say what should change. */
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { FormProblem } from '../../api/FormProblem.tsx'
import { Button } from '../../ui/Button.tsx'
import { FormActions, FormStack, TextAreaField } from '../../ui/Field.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'

export type Verdict = { decision: 'approved' | 'changes-requested'; comment: string }
type FormProps = {
  onDecide: (verdict: Verdict) => void
  deciding: Verdict['decision'] | null
  error: unknown
  /** What cannot be shown cannot be agreed to. */
  mayApprove: boolean
}

export function DecisionForm({ onDecide, deciding, error, mayApprove }: FormProps) {
  const t = useWords('approvals')
  const common = useWords('common')
  const [comment, setComment] = useState<string | null>(null)
  const [isEmpty, setEmpty] = useState(false)
  if (comment === null)
    return (
      <>
        <FormProblem error={error} />
        <div className={looks.answers}>
          <Button
            tone="primary"
            icon={<IconCheck />}
            busy={deciding === 'approved'}
            disabledWhy={!mayApprove && t('unreadable')}
            onClick={() => onDecide({ decision: 'approved', comment: '' })}
          >
            {t('approve')}
          </Button>
          <Button icon={<IconArrowBackUp />} onClick={() => setComment('')}>
            {t('ask-changes')}
          </Button>
        </div>
      </>
    )
  return (
    <FormStack
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setEmpty(comment.trim() === '')
        if (comment.trim() !== '') onDecide({ decision: 'changes-requested', comment: comment.trim() })
      }}
    >
      <FormProblem error={error} />
      <TextAreaField
        label={t('comment')}
        hint={t('comment.hint')}
        problem={isEmpty && comment.trim() === '' && t('comment.missing')}
        rows={4}
        maxLength={2000}
        required
        autoFocus
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <FormActions>
        <Button type="submit" tone="primary" busy={deciding === 'changes-requested'}>
          {t('comment.send')}
        </Button>
        <Button tone="quiet" onClick={() => setComment(null)}>
          {common('cancel')}
        </Button>
      </FormActions>
    </FormStack>
  )
}
