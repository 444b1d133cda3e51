/** Everything around one open edition: the bar above, the text in the middle, the panel beside it. */
import type { Editor } from '@tiptap/core'
import { useMediaQuery } from '@mantine/hooks'
import { lazy, type ReactNode, Suspense, useDeferredValue, useMemo, useRef, useState } from 'react'
import type { Article, EditionSummary } from '@floowe/contracts/content'
import { plainText } from '@floowe/contracts/body'
import { readingMinutes, wordCount } from '@floowe/language'
import { useMay } from '../../api/me.ts'
import { ScheduleDialog } from '../../planning/ScheduleDialog.tsx'
import { SidePanel } from '../../ui/Dialog.tsx'
import { recall, rememberChoice } from '../../ui/looks.ts'
import { showToast } from '../../ui/toasts.tsx'
import { useWords } from '../../words/words.ts'
import { neighbour } from './comments/neighbour.ts'
import { useComments } from './comments/use-comments.ts'
import { useLinkedThread } from './comments/use-linked-thread.ts'
import { useCommentKeys } from './comments/use-comment-keys.ts'
import { DetailsPanel } from './details/DetailsPanel.tsx'
import looks from './editor.module.css'
import { EditorHeader } from './EditorHeader.tsx'
import { useEditorKeys } from './editor-keys.ts'
import { useDistractionFree } from './distraction-free.ts'
import { Heads } from './Heads.tsx'
import { Manuscript } from './manuscript/Manuscript.tsx'
import { Notices } from './Notices.tsx'
import { OutdatedNotice } from './OutdatedNotice.tsx'
import type { Desk } from './writing/desk.ts'
import { useFields } from './writing/use-desk.ts'
import { useEditorTick } from './manuscript/use-editor.ts'
import type { Mode } from './suggesting/ModeSwitch.tsx'
import { useNames } from './people/use-names.ts'
import type { Comparison } from './versions/comparison.ts'

const VersionsPanel = lazy(() =>
  import('./versions/VersionsPanel.tsx').then((module) => ({ default: module.VersionsPanel })),
)
const CommentsPanel = lazy(() =>
  import('./comments/CommentsPanel.tsx').then((module) => ({ default: module.CommentsPanel })),
)
const WhoWrote = lazy(() => import('./people/WhoWrote.tsx').then((module) => ({ default: module.WhoWrote })))
const CompareView = lazy(() => import('./versions/CompareView.tsx').then((module) => ({ default: module.CompareView })))

export type Panel = 'details' | 'versions' | 'comments' | null
const panelKey = 'floowe-editor-panel'

export function DeskFrame({ desk, article, summary }: { desk: Desk; article: Article; summary: EditionSummary }) {
  const t = useWords('editor')
  const said = useWords('comments')
  const isWide = useMediaQuery('(min-width: 1100px)', matchMedia('(min-width: 1100px)').matches) ?? true
  const mayWrite = useMay('content:write') && article.trashedAt === null
  const mayUpload = useMay('media:write')
  const [panel, setPanelState] = useState<Panel>(() => (isWide && recall(panelKey) !== 'closed' ? 'details' : null))
  const [comparison, setComparison] = useState<Comparison | null>(null)
  const [isPlanning, setPlanning] = useState(false)
  const [isTinted, setTinted] = useState(false)
  const [mode, setMode] = useState<Mode>('writing')
  const nameOf = useNames(desk)
  const [editor, setEditor] = useState<Editor | null>(null)
  const comments = useComments(desk, editor)
  const frame = useRef<HTMLDivElement>(null)
  const leadRef = useRef<HTMLTextAreaElement>(null)
  const [isAlone, setAlone] = useDistractionFree(frame)
  const { title } = useFields(desk)
  const setPanel = (next: Panel) => {
    setPanelState(next)
    if (next !== 'details') setComparison(null)
    if (next !== 'comments') comments.setActive(null)
    if (next === null || next === 'details') rememberChoice(panelKey, next === null ? 'closed' : 'open')
  }
  const compare = (chosen: Comparison | null) => {
    setComparison(chosen)
    // the list lies over the text: what was chosen is shown in its place
    if (!isWide) setPanelState(null)
  }
  const plan = async () => {
    if (await desk.flush()) setPlanning(true)
    else showToast({ tone: 'bad', text: t('wait.unsaved') })
  }
  useEditorKeys({
    desk,
    mayWrite,
    isAlone,
    toggleAlone: () => setAlone(!isAlone),
    togglePanel: () => setPanel(panel === 'details' ? null : 'details'),
  })
  const comment = () => {
    if (comments.begin()) setPanel('comments')
    else showToast({ text: said('nothingSelected') })
  }
  /** The next or the previous comment in the order of the text. */
  const walk = (by: 1 | -1) => {
    const next = editor && neighbour(editor, comments.active, by)
    if (!next) return
    comments.setResolvedShown(false)
    setPanel('comments')
    comments.setActive(next)
  }
  useCommentKeys({ comment, walk })
  useLinkedThread(editor ? comments.threads : [], ({ id, resolvedAt }) => {
    comments.setResolvedShown(resolvedAt !== null)
    setPanel('comments')
    comments.setActive(id)
  })
  const beside =
    panel === 'comments' ? (
      editor && (
        <Suspense fallback={null}>
          <CommentsPanel
            editor={editor}
            comments={comments}
            isBeside={isWide && comparison === null}
            isFramed={!isWide}
            onClose={() => setPanel(isWide ? 'details' : null)}
          />
        </Suspense>
      )
    ) : panel === 'versions' ? (
      <Suspense fallback={null}>
        <VersionsPanel
          desk={desk}
          mayWrite={mayWrite}
          comparison={comparison}
          onCompare={compare}
          onClose={() => setPanel(isWide ? 'details' : null)}
        />
      </Suspense>
    ) : (
      panel === 'details' && (
        <DetailsPanel desk={desk} article={article} summary={summary} mayWrite={mayWrite} onPlan={() => void plan()} />
      )
    )

  return (
    <div
      ref={frame}
      className={looks.frame}
      data-alone={isAlone || undefined}
      data-panel={(panel !== null && isWide && !isAlone) || undefined}
    >
      <title>{`${title || t('untitled')} · Floowe`}</title>
      <EditorHeader
        desk={desk}
        article={article}
        summary={summary}
        mayWrite={mayWrite}
        panel={panel}
        onPanel={setPanel}
        onPlan={() => void plan()}
        isAlone={isAlone}
        onAlone={setAlone}
        editor={editor}
        mode={mode}
        onMode={setMode}
        openComments={comments.open.length}
        isTinted={isTinted}
        onTinted={setTinted}
      />
      <div className={looks.middle}>
        <Notices desk={desk} article={article} />
        {isTinted && editor && !comparison && (
          <Suspense fallback={null}>
            <WhoWrote desk={desk} editor={editor} />
          </Suspense>
        )}
        {mayWrite && <OutdatedNotice desk={desk} article={article} />}
        {comparison && (
          <Suspense fallback={null}>
            <CompareView desk={desk} comparison={comparison} mayWrite={mayWrite} onClose={() => setComparison(null)} />
          </Suspense>
        )}
        {/* the text stays as it is while versions are looked at: cursor, undo, pictures on their way */}
        <div className={looks.sheet} hidden={comparison !== null}>
          <Heads
            desk={desk}
            language={summary.language}
            mayWrite={mayWrite && mode === 'writing'}
            leadRef={leadRef}
            onDown={() => editor?.commands.focus('start')}
          />
          <Manuscript
            desk={desk}
            language={summary.language}
            mayWrite={mayWrite}
            mode={mode}
            nameOf={nameOf}
            mayUpload={mayUpload}
            onReady={setEditor}
            onComment={comment}
            onOpenThread={(thread) => {
              if (thread === 'draft') return
              setPanel('comments')
              comments.setActive(thread)
            }}
            onLeaveUp={() => leadRef.current?.focus()}
            onEscape={() => isAlone && (setAlone(false), true)}
          />
          <button
            type="button"
            tabIndex={-1}
            aria-hidden="true"
            className={looks.below}
            onClick={() => editor?.commands.focus('end')}
          />
        </div>
        {editor && !comparison && <Counts desk={desk} editor={editor} language={summary.language} />}
      </div>
      <Beside
        isWide={isWide}
        isOpen={panel !== null && !isAlone}
        title={panel === 'versions' ? t('versions') : panel === 'comments' ? said('title') : t('details')}
        isAlongText={panel === 'comments'}
        onClose={() => setPanel(null)}
      >
        {beside}
      </Beside>
      <ScheduleDialog
        isOpen={isPlanning}
        onClose={() => setPlanning(false)}
        target={isPlanning ? { editionId: summary.id, title, language: summary.language } : null}
      />
    </div>
  )
}

/** Beside the text where there is room, else over it. */
function Beside({
  isWide,
  isOpen,
  title,
  isAlongText,
  onClose,
  children,
}: {
  isWide: boolean
  isOpen: boolean
  title: string
  /** It is as tall as the text and moves with it. */
  isAlongText: boolean
  onClose: () => void
  children: ReactNode
}) {
  if (!isWide)
    return (
      <SidePanel isOpen={isOpen} onClose={onClose} title={title} size={380}>
        {children}
      </SidePanel>
    )
  return isOpen ? (
    <aside className={isAlongText ? looks.margin : looks.panel} aria-label={title}>
      {children}
    </aside>
  ) : null
}

function Counts({ desk, editor, language }: { desk: Desk; editor: Editor; language: string }) {
  const t = useWords('editor')
  // counted when there is time for it, not with every letter
  const tick = useDeferredValue(useEditorTick(editor))
  const { lead } = useFields(desk)
  const words = useMemo(() => wordCount(lead) + wordCount(plainText(desk.body())), [desk, tick, lead])
  return (
    <p className={looks.counts}>
      <span>{t('words', { count: words })}</span>{' '}
      <span>{t('reading', { minutes: readingMinutes(words, language) })}</span>
    </p>
  )
}
