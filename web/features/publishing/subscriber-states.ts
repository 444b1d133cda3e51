/** States of readers and of their letters: in which order, with which mark and colour. */
import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconCircleCheck,
  IconMailOff,
  IconQuestionMark,
  IconRefresh,
  IconSend,
  IconX,
} from '@tabler/icons-react'
import type { RecipientState, SubscriberState } from '@floowe/contracts/newsletters'
import type { Tone } from '../../ui/StatusBadge.tsx'

type Look = { tone: Tone; icon: typeof IconCheck }

export const subscriberLooks: Readonly<Record<SubscriberState, Look>> = {
  confirmed: { tone: 'moss', icon: IconCircleCheck },
  pending: { tone: 'amber', icon: IconClock },
  unsubscribed: { tone: 'neutral', icon: IconX },
  bounced: { tone: 'clay', icon: IconMailOff },
  complained: { tone: 'clay', icon: IconAlertTriangle },
}
export const subscriberStates = Object.keys(subscriberLooks) as SubscriberState[] // the record has exactly these keys

export const recipientLooks: Readonly<Record<RecipientState, Look>> = {
  accepted: { tone: 'moss', icon: IconCheck },
  unknown: { tone: 'amber', icon: IconQuestionMark },
  deferred: { tone: 'river', icon: IconRefresh },
  waiting: { tone: 'neutral', icon: IconClock },
  armed: { tone: 'river', icon: IconSend },
  refused: { tone: 'clay', icon: IconMailOff },
  dropped: { tone: 'neutral', icon: IconX },
}
export const recipientStates = Object.keys(recipientLooks) as RecipientState[] // the record has exactly these keys
