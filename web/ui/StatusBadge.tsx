/** A state as icon, word and colour, never colour alone. */
import type { ReactNode } from 'react'
import looks from './StatusBadge.module.css'

export type Tone = 'neutral' | 'river' | 'moss' | 'amber' | 'clay' | 'plum'

export function StatusBadge({
  tone,
  icon,
  children,
  title,
}: {
  tone: Tone
  icon: ReactNode
  children: ReactNode
  title?: string
}) {
  return (
    <span className={`${looks.badge} ${looks[tone]}`} title={title}>
      {icon}
      <span>{children}</span>
    </span>
  )
}
