/** The comments on a text: read, written, resolved, shown in it. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Editor } from '@tiptap/core'
import { useEffect, useMemo, useState } from 'react'
import type { CommentThread, CommentVisibility } from '@floowe/contracts/writing'
import type { UserId } from '@floowe/contracts/vocabulary'
import { api, client } from '../../../api/client.ts'
import { useRefusalToast } from '../../../api/refusal-words.ts'
import { anchorOf, type Range, showComments, textOf } from '../manuscript/commented.ts'
import { takePending } from '../manuscript/pending-input.ts'
import type { Desk } from '../writing/desk.ts'

export type Written = { text: string; mentions: UserId[] }
export type Comments = ReturnType<typeof useComments>

export function useComments(desk: Desk, editor: Editor | null) {
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const { id } = desk.edition
  const options = api.content.listComments.queryOptions({ input: { id } })
  const { data, isPending, error } = useQuery(options)
  const [active, setActive] = useState<string | null>(null)
  /** Words that a new comment is being written about. */
  const [draft, setDraft] = useState<Range | null>(null)
  const [isResolvedShown, setResolvedShown] = useState(false)
  const threads = useMemo(() => data?.items ?? [], [data])
  const open = useMemo(() => threads.filter(({ resolvedAt }) => resolvedAt === null), [threads])
  const shown = useMemo(
    () => threads.filter(({ resolvedAt }) => (resolvedAt !== null) === isResolvedShown),
    [threads, isResolvedShown],
  )
  useEffect(() => {
    if (editor) showComments(editor, { threads: open, active, draft })
  }, [editor, open, active, draft])

  const put = (thread: CommentThread) =>
    queries.setQueryData(options.queryKey, (known) => {
      if (!known) return known
      const isNew = !known.items.some((other) => other.id === thread.id)
      return {
        ...known,
        total: known.total + Number(isNew),
        items: isNew ? [...known.items, thread] : known.items.map((other) => (other.id === thread.id ? thread : other)),
      }
    })
  const start = useMutation({
    mutationFn: async ({ text, mentions, visibility }: Written & { visibility: CommentVisibility }) => {
      if (!editor || !draft) throw new Error('nothing is selected')
      // what the comment is about has to be on the server before it
      await desk.flush()
      const anchor = anchorOf(editor.state, draft) ?? undefined
      return client.content.startThread({
        id,
        anchor,
        quote: textOf(editor.state.doc, draft),
        visibility,
        text,
        mentions,
      })
    },
    onSuccess: (thread) => {
      put(thread)
      setDraft(null)
      setActive(thread.id)
    },
    onError: tell,
  })
  const act = useMutation({
    mutationFn: (run: () => Promise<CommentThread>) => run(),
    onSuccess: put,
    onError: tell,
  })
  return {
    threads,
    shown,
    open,
    isPending,
    error,
    active,
    setActive,
    draft,
    /** @returns false when no words are selected. */
    begin: (): boolean => {
      if (editor) takePending(editor.view)
      const selection = editor?.state.selection
      if (!editor || !selection || selection.empty || textOf(editor.state.doc, selection).trim() === '') return false
      setDraft({ from: selection.from, to: selection.to })
      setActive(null)
      setResolvedShown(false)
      return true
    },
    dropDraft: () => setDraft(null),
    isResolvedShown,
    setResolvedShown,
    start: start.mutateAsync,
    isStarting: start.isPending,
    act: (run: () => Promise<CommentThread>) => act.mutateAsync(run),
    isActing: act.isPending,
  }
}
