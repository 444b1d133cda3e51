/** Nothing here yet: a small drawing, what this place is for, and the next step. */
import type { ReactNode } from 'react'
import { Drawing, type DrawingName } from './drawings.tsx'
import looks from './EmptyState.module.css'

export function EmptyState({
  drawing,
  title,
  children,
  action,
}: {
  drawing: DrawingName
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={looks.empty}>
      <Drawing name={drawing} />
      <h2 className={looks.title}>{title}</h2>
      {children && <p className={looks.words}>{children}</p>}
      {action && <div className={looks.action}>{action}</div>}
    </div>
  )
}
