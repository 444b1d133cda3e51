/** Who else has the text open, in the bar above it. */
import { useWords } from '../../../words/words.ts'
import type { Desk } from '../writing/desk.ts'
import { usePeers } from '../writing/use-desk.ts'
import { Initials } from './Initials.tsx'
import looks from './people.module.css'

const shownMax = 4

export function People({ desk }: { desk: Desk }) {
  const t = useWords('editor')
  const peers = usePeers(desk)
  // a person with three tabs is one person; another tab of one's own is told apart
  const people = peers.filter((peer, place) => peers.findIndex(({ person }) => person.id === peer.person.id) === place)
  const nameOf = (peer: (typeof people)[number]) => (peer.isMe ? t('people.otherTab') : peer.person.name)
  if (people.length === 0) return null
  const hidden = people.slice(shownMax)
  return (
    <ul className={looks.people} aria-label={t('people.here')}>
      {people.slice(0, shownMax).map((peer) => (
        <li key={peer.person.id}>
          <span aria-hidden="true">
            <Initials name={peer.person.name} tone={peer.tone} title={nameOf(peer)} />
          </span>
          <span className="only-read">{nameOf(peer)}</span>
        </li>
      ))}
      {hidden.length > 0 && (
        <li title={hidden.map(nameOf).join(', ')}>
          <span className={looks.more} aria-hidden="true">
            +{hidden.length}
          </span>
          <span className="only-read">{hidden.map(nameOf).join(', ')}</span>
        </li>
      )}
    </ul>
  )
}
