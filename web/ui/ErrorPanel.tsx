/** Says what happened, what to do, and the number to give to whoever runs the server. */
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Button } from './Button.tsx'
import looks from './ErrorPanel.module.css'
import { useSurroundings } from './surroundings.tsx'

type ErrorPanelProps = {
  title: string
  advice?: string
  requestId?: string | null
  onRetry?: () => void
  actions?: ReactNode
  children?: ReactNode
}

export function ErrorPanel({ title, advice, requestId, onRetry, actions, children }: ErrorPanelProps) {
  const { words } = useSurroundings()
  return (
    <div role="alert" className={looks.panel}>
      <IconAlertTriangle size={20} className={looks.icon} />
      <div className={looks.words}>
        <p className={looks.title}>{title}</p>
        {advice && <p>{advice}</p>}
        {children}
        {requestId && (
          <p className={looks.id}>
            {words.requestId}: <code>{requestId}</code>
          </p>
        )}
        {(onRetry || actions) && (
          <div className={looks.actions}>
            {onRetry && (
              <Button size="small" onClick={onRetry}>
                {words.retry}
              </Button>
            )}
            {actions}
          </div>
        )}
      </div>
    </div>
  )
}

/** A warning or a remark inside a page, not an error. */
export function Note({
  tone = 'river',
  icon,
  children,
}: {
  tone?: 'river' | 'amber' | 'moss' | 'clay'
  icon?: ReactNode
  children: ReactNode
}) {
  return (
    <div className={looks.note} data-tone={tone}>
      {icon}
      <div>{children}</div>
    </div>
  )
}
