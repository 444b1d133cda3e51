/** Every state there is, as icon, word and colour. */
import type { DeliveryApproval } from '@floowe/contracts/approvals'
import {
  ApprovalStatus,
  approvalLooks,
  DeliveryStatus,
  deliveryStates,
  EditionStatus,
  editionStatuses,
} from '../../statuses/statuses.tsx'
import { useWords } from '../../words/words.ts'
import looks from './design.module.css'

const held: readonly DeliveryApproval['state'][] = ['needed', 'open', 'changes-requested', 'void']

export function Statuses() {
  const t = useWords('design')
  return (
    <dl className={looks.statuses}>
      <div>
        <dt>{t('statuses.edition')}</dt>
        <dd>
          {editionStatuses.map((status) => (
            <EditionStatus key={status} status={status} />
          ))}
        </dd>
      </div>
      <div>
        <dt>{t('statuses.delivery')}</dt>
        <dd>
          {deliveryStates.map((state) => (
            <DeliveryStatus key={state} state={state} approval={{ state: 'not-needed' }} />
          ))}
          {held.map((state) => (
            <DeliveryStatus key={state} state="planned" approval={{ state }} />
          ))}
        </dd>
      </div>
      <div>
        <dt>{t('statuses.approval')}</dt>
        <dd>
          {(Object.keys(approvalLooks) as (keyof typeof approvalLooks)[]) // the record has exactly these keys
            .map((state) => (
              <ApprovalStatus key={state} state={state} />
            ))}
        </dd>
      </div>
    </dl>
  )
}
