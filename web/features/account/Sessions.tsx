import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react'
import { useState } from 'react'
import { api, client } from '../../api/client.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { Time } from '../../ui/Time.tsx'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import looks from './account.module.css'
import { deviceOf } from './device.ts'

/** Where one is signed in. Ending a session acts at once: a lost laptop must not wait for Undo. */
export function Sessions() {
  const t = useWords('account')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const options = api.identity.listSessions.queryOptions()
  const { data } = useSuspenseQuery(options)
  const [ending, setEnding] = useState<string | null>(null)
  const end = async (id: string) => {
    setEnding(id)
    try {
      await client.identity.revokeSession({ id })
      queries.setQueryData(options.queryKey, (sessions) => sessions?.filter((session) => session.id !== id))
      showToast({ text: t('sessions.ended') })
    } catch (error) {
      tell(error)
    }
    setEnding(null)
  }
  const ordered = [...data].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.createdAt.localeCompare(a.createdAt),
  )
  return (
    <ul className={looks.sessions}>
      {ordered.map((session) => {
        const device = deviceOf(session.userAgent)
        const name = [device.browser, device.system].filter(Boolean).join(', ') || t('sessions.unknown')
        return (
          <li key={session.id} className={looks.session}>
            {device.isMobile ? <IconDeviceMobile size={20} /> : <IconDeviceDesktop size={20} />}
            <span className={looks.device}>
              <span>{name}</span>
              <span>
                {t('sessions.since')} <Time at={session.createdAt} as="shortDate" />
              </span>
            </span>
            {session.current ? (
              <span className={looks.current}>{t('sessions.current')}</span>
            ) : (
              <Button
                size="small"
                busy={ending === session.id}
                aria-label={t('sessions.endFor', { name })}
                onClick={() => void end(session.id)}
              >
                {t('sessions.end')}
              </Button>
            )}
          </li>
        )
      })}
    </ul>
  )
}
