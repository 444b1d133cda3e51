/**
 * Comments beside the text: where there is room each card stands at the height of its words, and the one that is read comes
 * exactly there; elsewhere they are a list. Comments whose words are gone come last, with the words they were about.
 */
import type { Editor } from '@tiptap/core'
import { IconX } from '@tabler/icons-react'
import { useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { CommentThread, CommentVisibility } from '@floowe/contracts/writing'
import { FormProblem } from '../../../api/FormProblem.tsx'
import { useMay } from '../../../api/me.ts'
import { IconButton } from '../../../ui/Button.tsx'
import { keysShown } from '../../../ui/KeyHint.tsx'
import { Segmented } from '../../../ui/Segmented.tsx'
import { SkeletonRows } from '../../../ui/Skeletons.tsx'
import { useWords } from '../../../words/words.ts'
import { placesOf } from '../manuscript/commented.ts'
import { useEditorTick } from '../manuscript/use-editor.ts'
import { stacked } from './card-places.ts'
import looks from './comments.module.css'
import { Composer } from './Composer.tsx'
import { ThreadCard } from './ThreadCard.tsx'
import type { Comments } from './use-comments.ts'

type Props = {
  editor: Editor
  comments: Comments
  /** Each card at the height of its words. */
  isBeside: boolean
  /** What is around it says its name and closes it. */
  isFramed: boolean
  onClose: () => void
}

const draftId = 'draft'

export function CommentsPanel({ editor, comments, isBeside, isFramed, onClose }: Props) {
  const t = useWords('comments')
  const { shown, draft, isResolvedShown, setResolvedShown, isPending, error } = comments
  const column = useRef<HTMLDivElement>(null)
  const ordered = useOrdered(editor, comments)
  const tops = useTops(editor, column, ordered, comments, isBeside)
  useActiveInSight(editor, column, comments.active, isBeside)
  return (
    <div className={looks.panel}>
      <div className={looks.panelHead}>
        {!isFramed && (
          <div className={looks.panelName}>
            <h2>{t('title')}</h2>
            <IconButton size="small" label={t('close')} onClick={onClose}>
              <IconX />
            </IconButton>
          </div>
        )}
        <Segmented
          label={t('show')}
          value={isResolvedShown ? 'resolved' : 'open'}
          onChange={(value) => setResolvedShown(value === 'resolved')}
          options={[
            { value: 'open', label: t('show.open') },
            { value: 'resolved', label: t('show.resolved') },
          ]}
        />
      </div>
      <FormProblem error={error} />
      {isPending && <SkeletonRows rows={3} />}
      {!isPending && shown.length === 0 && !draft && (
        <p className={looks.empty}>
          {isResolvedShown ? t('none.resolved') : t('none', { keys: keysShown('mod+alt+m').join(' ') })}
        </p>
      )}
      <div ref={column} className={looks.column} data-beside={isBeside || undefined}>
        {draft && <Draft comments={comments} editor={editor} top={tops?.get(draftId)} />}
        {ordered.map(({ thread, place }) => (
          <ThreadCard
            key={thread.id}
            thread={thread}
            comments={comments}
            isOrphan={place === null}
            top={tops?.get(thread.id)}
            onOpen={() => comments.setActive(thread.id)}
          />
        ))}
      </div>
    </div>
  )
}

function Draft({ comments, editor, top }: { comments: Comments; editor: Editor; top: number | undefined }) {
  const t = useWords('comments')
  const mayShow = useMay('content:write')
  const [visibility, setVisibility] = useState<CommentVisibility>('internal')
  const cancel = () => {
    comments.dropDraft()
    editor.commands.focus()
  }
  return (
    <section
      className={looks.card}
      data-active=""
      data-thread={draftId}
      aria-label={t('new')}
      style={top === undefined ? undefined : { top }}
    >
      <Composer
        label={t('new.label')}
        send={t('new.send')}
        hasFocus
        isBusy={comments.isStarting}
        onCancel={cancel}
        onSend={(written) => comments.start({ ...written, visibility })}
      >
        {mayShow && (
          <Segmented
            label={t('visibility')}
            value={visibility}
            onChange={setVisibility}
            options={[
              { value: 'internal', label: t('visibility.internal') },
              { value: 'client', label: t('visibility.client') },
            ]}
          />
        )}
      </Composer>
    </section>
  )
}

type Ordered = { thread: CommentThread; place: number | null }

/** In the order of the text; without a place last. */
function useOrdered(editor: Editor, { shown, active, draft }: Comments): Ordered[] {
  const tick = useDeferredValue(useEditorTick(editor))
  return useMemo(() => {
    const places = placesOf(editor)
    return shown
      .map((thread) => ({ thread, place: places.get(thread.id)?.from ?? null }))
      .sort((a, b) => (a.place ?? Number.POSITIVE_INFINITY) - (b.place ?? Number.POSITIVE_INFINITY) || 0)
    // the words are drawn anew with each of these
  }, [editor, shown, active, draft, tick])
}

/** Heights of the cards beside the text; null: they flow as a list. */
function useTops(
  editor: Editor,
  column: React.RefObject<HTMLDivElement | null>,
  ordered: readonly Ordered[],
  { active, draft }: Comments,
  isBeside: boolean,
): ReadonlyMap<string, number> | null {
  const [tops, setTops] = useState<ReadonlyMap<string, number> | null>(null)
  const [round, setRound] = useState(0)
  useEffect(() => {
    if (!isBeside || !column.current) return
    // pictures load, cards grow, the window changes: the places are measured again
    const observer = new ResizeObserver(() => setRound((now) => now + 1))
    observer.observe(editor.view.dom)
    for (const card of column.current.children) observer.observe(card)
    return () => observer.disconnect()
  }, [editor, column, isBeside, ordered.length, draft === null])
  useLayoutEffect(() => {
    const dom = column.current
    if (!isBeside || !dom) return setTops(null)
    const start = dom.getBoundingClientRect().top
    const cards = [...dom.children].flatMap((card) => {
      if (!(card instanceof HTMLElement) || !card.dataset.thread) return []
      const id = card.dataset.thread
      const place =
        id === draftId ? (draft?.from ?? null) : (ordered.find(({ thread }) => thread.id === id)?.place ?? null)
      const wanted =
        place === null ? null : editor.view.coordsAtPos(Math.min(place, editor.state.doc.content.size)).top - start
      return [{ id, wanted, height: card.offsetHeight }]
    })
    const next = stacked(cards, draft ? draftId : active)
    setTops((known) => (isSame(known, next) ? known : next))
  }, [editor, column, ordered, active, draft, isBeside, round])
  return tops
}

const isSame = (a: ReadonlyMap<string, number> | null, b: ReadonlyMap<string, number>): boolean =>
  a !== null && a.size === b.size && [...b].every(([id, top]) => a.get(id) === top)

/** The words of the comment that was chosen, and its card, come into sight. */
function useActiveInSight(
  editor: Editor,
  column: React.RefObject<HTMLDivElement | null>,
  active: string | null,
  isBeside: boolean,
): void {
  useEffect(() => {
    if (active === null) return
    const place = placesOf(editor).get(active)
    const words = place && editor.view.domAtPos(place.from).node
    const block = words instanceof HTMLElement ? words : words?.parentElement
    if (isBeside) block?.scrollIntoView({ block: 'nearest' })
    else column.current?.querySelector(`[data-thread="${CSS.escape(active)}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [editor, column, active, isBeside])
}
