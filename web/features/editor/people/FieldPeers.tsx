/** A quiet mark beside the title or the lead of who is in it. */
import { useWords } from '../../../words/words.ts'
import type { Desk } from '../writing/desk.ts'
import { usePeers } from '../writing/use-desk.ts'
import { Initials } from './Initials.tsx'
import looks from './people.module.css'

export function FieldPeers({ desk, field }: { desk: Desk; field: 'title' | 'lead' }) {
  const t = useWords('editor')
  const here = usePeers(desk).filter((peer) => peer.place?.in === field)
  if (here.length === 0) return null
  return (
    <span className={looks.inField} data-field={field} aria-hidden="true">
      {here.slice(0, 3).map((peer) => (
        <Initials
          key={peer.from}
          name={peer.person.name}
          tone={peer.tone}
          title={peer.isMe ? t('people.otherTab') : t('people.inField', { name: peer.person.name })}
          isSmall
        />
      ))}
    </span>
  )
}
