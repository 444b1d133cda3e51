/** How far an import is, as an icon, a word and a colour. */
import { IconCheck, IconClock, IconPlayerStop, IconRefresh, IconX } from '@tabler/icons-react'
import type { Import } from '@floowe/contracts/content'
import { StatusBadge } from '../../ui/StatusBadge.tsx'
import { useWords } from '../../words/words.ts'

const stateLooks = {
  waiting: { tone: 'neutral', icon: IconClock },
  reading: { tone: 'river', icon: IconRefresh },
  writing: { tone: 'river', icon: IconRefresh },
  'fetching-media': { tone: 'river', icon: IconRefresh },
  done: { tone: 'moss', icon: IconCheck },
  failed: { tone: 'clay', icon: IconX },
  cancelled: { tone: 'neutral', icon: IconPlayerStop },
} as const

export function ImportState({ state }: { state: Import['state'] }) {
  const t = useWords('imports')
  const { tone, icon: Icon } = stateLooks[state]
  return (
    <StatusBadge tone={tone} icon={<Icon />}>
      {t(`state.${state}`)}
    </StatusBadge>
  )
}
