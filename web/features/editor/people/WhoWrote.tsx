/** Tints the words by who wrote them, and says which colour is whose. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Editor } from '@tiptap/core'
import { useDeferredValue, useEffect, useMemo } from 'react'
import { api } from '../../../api/client.ts'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { useMe } from '../../../api/me.ts'
import { useWords } from '../../../words/words.ts'
import { useEditorTick } from '../manuscript/use-editor.ts'
import { clientsIn, showWriters, type Writer, type WritersShown } from '../manuscript/writers.ts'
import type { Desk } from '../writing/desk.ts'
import { tonesOf } from '../writing/presence.ts'
import looks from './people.module.css'

export function WhoWrote({ desk, editor }: { desk: Desk; editor: Editor }) {
  const t = useWords('editor')
  const { person } = useMe()
  const queries = useQueryClient()
  const options = api.content.describeWriters.queryOptions({ input: { id: desk.edition.id } })
  const { data, error } = useQuery({ ...options, meta: { live: false }, staleTime: 30_000 })
  const tick = useDeferredValue(useEditorTick(editor))
  const shown = useMemo((): WritersShown => {
    const known = data?.writers ?? []
    const tones = tonesOf([...new Set([person.id as string, ...known.map(({ by }) => by)])])
    const found = new Map<number, Writer>()
    for (const { client, by, byName } of known)
      found.set(client, { id: by, name: byName ?? t('someone'), tone: tones.get(by) ?? 'plum' })
    // what is typed now is one's own before the server says so
    found.set(desk.writing.doc.clientID, { id: person.id, name: person.name, tone: tones.get(person.id) ?? 'plum' })
    return found
  }, [data, desk, person, t])
  const present = useMemo(() => clientsIn(editor), [editor, tick])
  const isUnknown = present.some((client) => !shown.has(client))
  useEffect(() => {
    if (isUnknown) void queries.invalidateQueries({ queryKey: options.queryKey })
    // asked once for each client that is new here
  }, [isUnknown, present.length])
  useEffect(() => showWriters(editor, shown), [editor, shown, tick])
  useEffect(() => () => showWriters(editor, null), [editor])
  const writers = [
    ...new Map(
      present.flatMap((client) => {
        const writer = shown.get(client)
        return writer ? [[writer.id, writer] as const] : []
      }),
    ).values(),
  ]
  if (error) return <FormProblem error={error} />
  return (
    <ul className={looks.legend} aria-label={t('writers.legend')}>
      {writers.map((writer) => (
        <li key={writer.id}>
          <i data-tone={writer.tone} aria-hidden="true" />
          {writer.id === person.id ? t('writers.me', { name: writer.name }) : writer.name}
        </li>
      ))}
      {writers.length === 0 && <li>{t('writers.none')}</li>}
    </ul>
  )
}
