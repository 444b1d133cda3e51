/** Whether the network was seen to have what it accepted. */
import { IconCircleCheck, IconEyeOff, IconHelpCircle, IconHourglassHigh, type Icon } from '@tabler/icons-react'
import type { Delivery } from '@floowe/contracts/publishing'
import { StatusBadge, type Tone } from '../../ui/StatusBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWords } from '../../words/words.ts'

type Verification = NonNullable<Delivery['verification']>

const looks: Readonly<Record<Verification['state'], { tone: Tone; icon: Icon }>> = {
  pending: { tone: 'neutral', icon: IconHourglassHigh },
  verified: { tone: 'moss', icon: IconCircleCheck },
  gone: { tone: 'clay', icon: IconEyeOff },
  unknown: { tone: 'amber', icon: IconHelpCircle },
}

/** A line of the list of facts; nothing where the network cannot be asked. */
export function Seen({ verification }: Pick<Delivery, 'verification'>) {
  const t = useWords('deliveries')
  if (!verification) return null
  const { state, at } = verification
  const { tone, icon: Icon } = looks[state]
  return (
    <>
      <dt>{t('seen')}</dt>
      <dd>
        <span role="status">
          <StatusBadge tone={tone} icon={<Icon />}>
            {t(`seen.${state}`)} {state === 'verified' && at && <Time at={at} />}
          </StatusBadge>
        </span>
      </dd>
    </>
  )
}
