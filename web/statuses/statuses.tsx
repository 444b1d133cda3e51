/** Editorial statuses, states of deliveries and of approvals: icon, word and colour, the same on every page. */
import {
  IconArchive,
  IconArrowBackUp,
  IconBan,
  IconBulb,
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  IconCloudOff,
  IconEye,
  IconFileOff,
  IconHandStop,
  IconHelpCircle,
  IconHistory,
  IconHourglassHigh,
  IconPencil,
  IconPlayerPause,
  IconRefresh,
  IconSend,
  IconUserQuestion,
  IconX,
  type Icon,
} from '@tabler/icons-react'
import type { ApprovalState, DeliveryApproval } from '@floowe/contracts/approvals'
import type { EditorialStatus } from '@floowe/contracts/content'
import type { DeliveryState } from '@floowe/contracts/publishing'
import { StatusBadge, type Tone } from '../ui/StatusBadge.tsx'
import type { WordKey } from '../words/namespaces.ts'
import { useWords } from '../words/words.ts'

type Look = { tone: Tone; icon: Icon }

export const editionLooks: Readonly<Record<EditorialStatus, Look>> = {
  idea: { tone: 'neutral', icon: IconBulb },
  draft: { tone: 'neutral', icon: IconPencil },
  'in-review': { tone: 'plum', icon: IconEye },
  'changes-requested': { tone: 'amber', icon: IconArrowBackUp },
  approved: { tone: 'moss', icon: IconCircleCheck },
  'on-hold': { tone: 'amber', icon: IconPlayerPause },
  archived: { tone: 'neutral', icon: IconArchive },
}

export const deliveryLooks: Readonly<Record<DeliveryState, Look>> = {
  planned: { tone: 'river', icon: IconClock },
  sending: { tone: 'river', icon: IconSend },
  retrying: { tone: 'amber', icon: IconRefresh },
  published: { tone: 'moss', icon: IconCircleCheck },
  failed: { tone: 'clay', icon: IconX },
  'needs-human': { tone: 'clay', icon: IconHelpCircle },
  missed: { tone: 'amber', icon: IconCircleDashed },
  'on-hold': { tone: 'amber', icon: IconHandStop },
  cancelled: { tone: 'neutral', icon: IconBan },
  replaced: { tone: 'neutral', icon: IconHistory },
  unpublished: { tone: 'neutral', icon: IconCloudOff },
}

export const approvalLooks: Readonly<Record<ApprovalState, Look>> = {
  open: { tone: 'plum', icon: IconHourglassHigh },
  approved: { tone: 'moss', icon: IconCircleCheck },
  'changes-requested': { tone: 'amber', icon: IconArrowBackUp },
  void: { tone: 'amber', icon: IconFileOff },
  withdrawn: { tone: 'neutral', icon: IconBan },
}

/** A plan that does not go out when it is due, because nobody has approved it. */
const unapproved = {
  needed: { tone: 'amber', icon: IconUserQuestion },
  open: approvalLooks.open,
  'changes-requested': approvalLooks['changes-requested'],
  void: approvalLooks.void,
} as const satisfies Partial<Record<DeliveryApproval['state'], Look>>
const isUnapproved = (state: DeliveryApproval['state']): state is keyof typeof unapproved => state in unapproved

export type Standing = { state: DeliveryState; approval: Pick<DeliveryApproval, 'state'> }

/** What is seen of a delivery at a glance: its state, and of a plan also whether it lacks an approval. */
export function standingLook({ state, approval }: Standing): StandingLook {
  if (state !== 'planned' || !isUnapproved(approval.state))
    return { ...deliveryLooks[state], word: `delivery.${state}`, isHeld: false }
  const word = `planned.${approval.state}` as const
  return { ...unapproved[approval.state], word, short: `${word}.short`, isHeld: true }
}
type Word = { word: WordKey<'statuses'> }
/** `short`: where there is little room, as in a day of the calendar. */
type StandingLook = Look & Word & ({ isHeld: false } | { isHeld: true; short: WordKey<'statuses'> })

/** In the order in which a text lives. */
export const editionStatuses = Object.keys(editionLooks) as EditorialStatus[] // the record has exactly these keys
export const deliveryStates = Object.keys(deliveryLooks) as DeliveryState[] // the record has exactly these keys

export function EditionStatus({ status }: { status: EditorialStatus }) {
  const t = useWords('statuses')
  const { tone, icon: Icon } = editionLooks[status]
  return (
    <StatusBadge tone={tone} icon={<Icon />}>
      {t(`edition.${status}`)}
    </StatusBadge>
  )
}

export function DeliveryStatus(standing: Standing) {
  const t = useWords('statuses')
  const { tone, icon: Icon, word } = standingLook(standing)
  return (
    <StatusBadge tone={tone} icon={<Icon />}>
      {t(word)}
    </StatusBadge>
  )
}

export function ApprovalStatus({ state }: { state: ApprovalState }) {
  const t = useWords('statuses')
  const { tone, icon: Icon } = approvalLooks[state]
  return (
    <StatusBadge tone={tone} icon={<Icon />}>
      {t(`approval.${state}`)}
    </StatusBadge>
  )
}
