/** A person as a small round mark in their colour. */
import { initialsOf, type Tone } from '../writing/presence.ts'
import looks from './people.module.css'

export function Initials({
  name,
  tone,
  title,
  isSmall,
}: {
  name: string
  tone: Tone
  title?: string
  isSmall?: boolean
}) {
  return (
    <span className={looks.initials} data-tone={tone} data-small={isSmall || undefined} title={title ?? name}>
      {initialsOf(name)}
    </span>
  )
}
