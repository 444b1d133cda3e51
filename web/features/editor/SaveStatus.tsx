/** Where the words are: on the server since when, on their way, or only in this browser. */
import { IconAlertTriangle, IconCloudOff } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useConnection } from '../../api/connection.ts'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './editor.module.css'
import type { Desk } from './writing/desk.ts'
import { useSaving } from './writing/use-desk.ts'

export function SaveStatus({ desk, updatedAt }: { desk: Desk; updatedAt: string }) {
  const t = useWords('editor')
  const { isUnsaved, isConnected, isKept, savedAt, refused, error } = useSaving(desk)
  const connection = useConnection()
  const ago = useAgo(savedAt ?? Date.parse(updatedAt))
  // between two connections there is a moment that is no trouble
  const isAway = useLasting(!isConnected, 1_500)
  const state =
    refused !== null || error !== null
      ? 'notSaved'
      : isUnsaved && !isConnected && (isAway || connection !== 'online')
        ? isKept
          ? connection === 'offline'
            ? 'offline'
            : 'silent'
          : 'onlyHere'
        : isUnsaved
          ? 'saving'
          : 'saved'
  const words = {
    onlyHere: t('saved.onlyHere'),
    offline: t('saved.offline'),
    silent: t('saved.silent'),
    notSaved: t('saved.not'),
    saving: t('saved.saving'),
    saved: ago.seconds === null ? t('saved.ago', { ago: ago.text }) : t('saved.seconds', { seconds: ago.seconds }),
  }[state]
  const isTrouble = state !== 'saved' && state !== 'saving'
  return (
    <>
      <span className={looks.saved} data-trouble={isTrouble || undefined} aria-hidden="true" title={words}>
        {(state === 'offline' || state === 'silent') && <IconCloudOff size={16} />}
        {(state === 'onlyHere' || state === 'notSaved') && <IconAlertTriangle size={16} />}
        <span>{words}</span>
      </span>
      {/* those who listen hear of a change of state, not of every second */}
      <span className="only-read" role="status">
        {isTrouble ? words : state === 'saved' && savedAt !== null ? t('saved.done') : ''}
      </span>
    </>
  )
}

/** How long ago, told anew every second at first, then every half a minute. */
function useAgo(moment: number): { seconds: number | null; text: string } {
  const formats = useFormats()
  const [now, setNow] = useState(() => Date.now())
  const isRecent = now - moment < 60_000
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), isRecent ? 1_000 : 30_000)
    return () => clearInterval(timer)
  }, [moment, isRecent])
  const seconds = Math.max(0, Math.round((now - moment) / 1000))
  return { seconds: seconds < 60 ? seconds : null, text: formats.ago(moment, now) }
}

/** True once it has been so for a while. */
function useLasting(is: boolean, ms: number): boolean {
  const [isLasting, setLasting] = useState(false)
  useEffect(() => {
    if (!is) return setLasting(false)
    const timer = setTimeout(() => setLasting(true), ms)
    return () => clearTimeout(timer)
  }, [is, ms])
  return isLasting
}
