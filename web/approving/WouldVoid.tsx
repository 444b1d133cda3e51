/** Said before a plan is changed: what the change would do to an approval that is asked for or given. */
import { IconAlertTriangle } from '@tabler/icons-react'
import type { DeliveryApproval } from '@floowe/contracts/approvals'
import { useWords } from '../words/words.ts'
import looks from './approving.module.css'

/** @param change `text`: a newer one is frozen; `time`: it goes out outside of the span that was approved */
export function WouldVoid({ approval, change }: { approval: DeliveryApproval; change: 'text' | 'time' }) {
  const t = useWords('approving')
  if (approval.state !== 'open' && approval.state !== 'approved') return null
  return (
    <p className={looks.warning} role="status">
      <IconAlertTriangle aria-hidden="true" />
      <span>{t(`would-void.${change}.${approval.state}`)}</span>
    </p>
  )
}
