/**
 * How many notifications are unread, said aloud when it changes. Opens a panel with the newest, which is fetched then; on a narrow
 * screen it leads to the page.
 */
import { useQuery } from '@tanstack/react-query'
import { IconBell } from '@tabler/icons-react'
import { lazy, Suspense, type ToggleEvent, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useGo, usePaths } from '../location.ts'
import { moveAmongLinks } from '../ui/arrow-keys.ts'
import { useKeys } from '../ui/keys.tsx'
import { placeBeside } from '../ui/place.ts'
import { SkeletonText } from '../ui/Skeletons.tsx'
import { loadWords, useWords } from '../words/words.ts'
import looks from './Bell.module.css'
import { countShown, latestOptions } from './told.ts'

const Panel = lazy(async () => {
  const [{ NotificationPanel }] = await Promise.all([
    import('../features/notifications/NotificationPanel.tsx'),
    loadWords('notifications'),
  ])
  return { default: NotificationPanel }
})

const panelWidthPx = 400

function useBell() {
  const t = useWords('shell')
  const unread = useQuery(latestOptions()).data?.unread ?? 0
  return { unread, label: unread === 0 ? t('bell') : t('bell.unread', { count: unread }) }
}

export function Bell() {
  const t = useWords('shell')
  const paths = usePaths()
  const go = useGo()
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const { unread, label } = useBell()

  const onToggle = ({ newState }: ToggleEvent<HTMLDivElement>) => {
    // Drawn first: where it stands depends on its height. Closed and opened again at once it is told as opened twice.
    flushSync(() => setOpen(newState === 'open'))
    if (newState !== 'open' || !panel.current || !button.current) return
    placeBeside(panel.current, button.current.getBoundingClientRect(), panelWidthPx, 'start')
    panel.current.focus({ preventScroll: true })
  }
  useKeys([
    {
      keys: 'b',
      label: t('bell'),
      group: t('keys.everywhere'),
      run: () => (button.current?.checkVisibility() ? panel.current?.togglePopover() : go(paths.notifications())),
    },
  ])
  return (
    <>
      <button
        ref={button}
        type="button"
        className={looks.bell}
        aria-label={label}
        title={label}
        popoverTarget={id}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={id}
      >
        <IconBell />
        <Count unread={unread} />
      </button>
      <span role="status" className="only-read">
        {unread > 0 && label}
      </span>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={t('bell')}
        tabIndex={-1}
        className={looks.panel}
        style={{ width: panelWidthPx }}
        onBeforeToggle={(event: ToggleEvent<HTMLDivElement>) =>
          event.newState === 'open' && event.currentTarget.style.setProperty('visibility', 'hidden')
        }
        onToggle={onToggle}
        onKeyDown={moveAmongLinks}
      >
        {isOpen && (
          <Suspense fallback={<SkeletonText lines={6} />}>
            <Panel onLeave={() => panel.current?.hidePopover()} />
          </Suspense>
        )}
      </div>
    </>
  )
}

/** At the thumb, where there is no room for a panel. */
export function BellLink({ className, isCurrent }: { className: string | undefined; isCurrent: boolean }) {
  const paths = usePaths()
  const { unread, label } = useBell()
  return (
    <a
      href={paths.notifications()}
      className={className}
      aria-label={label}
      title={label}
      aria-current={isCurrent ? 'page' : undefined}
    >
      <div className={looks.onBar}>
        <IconBell size={20} />
        <Count unread={unread} />
      </div>
    </a>
  )
}

const Count = ({ unread }: { unread: number }) =>
  unread > 0 && (
    <span className={looks.count} aria-hidden="true">
      {countShown(unread)}
    </span>
  )
