/** Files on their way up: two at a time, each with its outcome. */
import { useQueryClient } from '@tanstack/react-query'
import { IconAlertTriangle, IconCheck, IconLoader } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { api, client } from '../../api/client.ts'
import { useRefusalWords } from '../../api/refusal-words.ts'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './media.module.css'

type Upload = {
  id: number
  name: string
  bytes: number
  state: 'waiting' | 'sending' | 'done' | 'failed'
  error: unknown
}
const atOnce = 2
const filesMax = 200

export function useUploads() {
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const queue = useRef<{ id: number; file: File }[]>([])
  const running = useRef(0)
  const nextId = useRef(1)
  const queries = useQueryClient()
  const put = (id: number, patch: Partial<Upload>) =>
    setUploads((all) => all.map((one) => (one.id === id ? { ...one, ...patch } : one)))

  const pump = (): void => {
    while (running.current < atOnce && queue.current.length > 0) {
      const next = queue.current.shift()
      if (!next) return
      running.current += 1
      put(next.id, { state: 'sending' })
      client.content
        .uploadMedia({ file: next.file })
        .then(
          () => put(next.id, { state: 'done' }),
          (error: unknown) => put(next.id, { state: 'failed', error }),
        )
        .finally(() => {
          running.current -= 1
          void queries.invalidateQueries({ queryKey: api.content.listMedia.key() })
          pump()
        })
    }
  }
  return {
    uploads,
    add: (files: readonly File[]) => {
      const taken = files.slice(0, filesMax).map((file) => ({ id: nextId.current++, file }))
      queue.current.push(...taken)
      setUploads((all) => [
        ...all.filter((one) => one.state !== 'done'),
        ...taken.map(
          ({ id, file }): Upload => ({ id, name: file.name, bytes: file.size, state: 'waiting', error: null }),
        ),
      ])
      pump()
    },
  }
}

export function Uploads({ uploads: { uploads } }: { uploads: ReturnType<typeof useUploads> }) {
  const t = useWords('media')
  const formats = useFormats()
  const inWords = useRefusalWords()
  const open = uploads.filter((one) => one.state !== 'done')
  if (open.length === 0) return null
  return (
    <ul className={looks.uploads} aria-live="polite" aria-label={t('uploads')}>
      {open.map((one) => (
        <li key={one.id} data-state={one.state}>
          {one.state === 'failed' ? (
            <IconAlertTriangle size={16} aria-hidden="true" />
          ) : one.state === 'done' ? (
            <IconCheck size={16} aria-hidden="true" />
          ) : (
            <IconLoader size={16} aria-hidden="true" />
          )}
          <span>{one.name}</span>
          <span className={looks.meta}>
            {one.state === 'failed'
              ? `${inWords(one.error).title} ${inWords(one.error).advice}`
              : `${formats.bytes(one.bytes)} · ${t(`upload.${one.state}`)}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
