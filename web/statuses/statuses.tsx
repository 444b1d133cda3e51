/** Editorial statuses and delivery states: icon, word and colour, the same on every page. */
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
  IconHandStop,
  IconHelpCircle,
  IconHistory,
  IconPencil,
  IconPlayerPause,
  IconRefresh,
  IconSend,
  IconX,
  type Icon,
} from '@tabler/icons-react'
import type { EditorialStatus } from '@floowe/contracts/content'
import type { DeliveryState } from '@floowe/contracts/publishing'
import { StatusBadge, type Tone } from '../ui/StatusBadge.tsx'
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

export function DeliveryStatus({ state }: { state: DeliveryState }) {
  const t = useWords('statuses')
  const { tone, icon: Icon } = deliveryLooks[state]
  return (
    <StatusBadge tone={tone} icon={<Icon />}>
      {t(`delivery.${state}`)}
    </StatusBadge>
  )
}
