/** The text itself: the editor, the tools that appear where they are needed, pictures on their way in. */
import { Editor } from '@tiptap/core'
import { useQueryClient } from '@tanstack/react-query'
import { useMediaQuery } from '@mantine/hooks'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { Media } from '@floowe/contracts/content'
import { api, client } from '../../../api/client.ts'
import { useMe } from '../../../api/me.ts'
import { useRefusalWords } from '../../../api/refusal-words.ts'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import type { Mode } from '../suggesting/ModeSwitch.tsx'
import type { Desk } from '../writing/desk.ts'
import { tonesOf } from '../writing/presence.ts'
import { BubbleBar } from './BubbleBar.tsx'
import { EmbedDialog } from './EmbedDialog.tsx'
import { manuscriptExtensions } from './extensions.ts'
import { LinkHint, LinkPanel } from './LinkPanel.tsx'
import { NodeSettings } from './NodeSettings.tsx'
import { settleLast } from './last-paragraph.ts'
import { takePending } from './pending-input.ts'
import { createPictures } from './pictures.ts'
import { showShared } from './shared-text.ts'
import { InsertButton, type SlashKeys, SlashMenu } from './SlashMenu.tsx'
import { SuggestionBar } from './SuggestionBar.tsx'
import { setSuggesting } from './suggestions.ts'
import { TableTools } from './TableTools.tsx'
import { insertPicture, sendPicture, type UploadPort } from './uploads.ts'
import looks from './manuscript.module.css'

const MediaPicker = lazy(() => import('../MediaPicker.tsx').then((module) => ({ default: module.MediaPicker })))

type Props = {
  desk: Desk
  language: string
  mayWrite: boolean
  mode: Mode
  /** Of whoever suggests something. */
  nameOf: (person: string | null) => string | null
  mayUpload: boolean
  /** Hears of the editor once it stands, for the fields around it. */
  onReady: (editor: Editor | null) => void
  /** Someone wants to say something about the selected words. */
  onComment: () => void
  onOpenThread: (thread: string) => void
  /** The cursor leaves the text upwards. */
  onLeaveUp: () => void
  /** @returns true when it meant something. */
  onEscape: () => boolean
}

export function Manuscript(props: Props) {
  const { mayWrite, language, mode } = props
  const t = useWords('editor')
  const place = useRef<HTMLDivElement>(null)
  const tools = useRef<HTMLDivElement>(null)
  const slashKeys: SlashKeys = useRef(null)
  const isNarrow = useMediaQuery('(max-width: 640px)', matchMedia('(max-width: 640px)').matches) ?? false
  const [open, setOpen] = useState<Open>(null)
  const { editor, upload } = useManuscript(props, place, { tools, slashKeys, setOpen })
  useEffect(() => {
    editor?.setEditable(mayWrite && mode !== 'reading', false)
    if (editor) setSuggesting(editor, mode === 'suggesting')
  }, [editor, mayWrite, mode])
  const choose = (media: Media) => {
    if (!editor) return
    if (open?.kind === 'picture' && open.position !== null)
      editor.view.dispatch(editor.state.tr.setNodeAttribute(open.position, 'src', `media:${media.id}`))
    else insertPicture(editor, media, editor.state.selection.to)
    setOpen(null)
    editor.commands.focus()
  }
  return (
    <div className={looks.column} data-reading={mode === 'reading' || undefined}>
      <div ref={place} lang={language} data-upload={upload ? '' : undefined} />
      {editor && (
        <>
          <InsertButton editor={editor} />
          <SlashMenu
            editor={editor}
            keys={slashKeys}
            page={{
              choosePicture: () => setOpen({ kind: 'picture', position: null }),
              askEmbed: () => setOpen({ kind: 'embed' }),
            }}
          />
          {open?.kind !== 'link' && (
            <BubbleBar
              editor={editor}
              barRef={tools}
              isNarrow={isNarrow}
              onLink={() => setOpen({ kind: 'link' })}
              onComment={props.onComment}
            />
          )}
          <SuggestionBar
            editor={editor}
            barRef={tools}
            isNarrow={isNarrow}
            nameOf={(person) => props.nameOf(person) ?? t('someone')}
          />
          <TableTools editor={editor} barRef={tools} isNarrow={isNarrow} />
          {open?.kind !== 'link' && <LinkHint editor={editor} onEdit={() => setOpen({ kind: 'link' })} />}
          {open?.kind === 'link' && <LinkPanel editor={editor} language={language} onClose={() => setOpen(null)} />}
          {open?.kind === 'settings' && (
            <NodeSettings
              key={open.position}
              editor={editor}
              position={open.position}
              onClose={() => setOpen(null)}
              onReplace={() => setOpen({ kind: 'picture', position: open.position })}
            />
          )}
          <Suspense fallback={null}>
            {open?.kind === 'picture' && (
              <MediaPicker isOpen title={t('media.title')} onClose={() => setOpen(null)} onChoose={choose} />
            )}
          </Suspense>
          <EmbedDialog
            isOpen={open?.kind === 'embed'}
            onClose={() => setOpen(null)}
            onEmbed={(embed) => editor.chain().focus().insertContent({ type: 'embed', attrs: embed }).run()}
          />
        </>
      )}
    </div>
  )
}

type Open =
  | { kind: 'picture'; position: number | null }
  | { kind: 'embed' }
  | { kind: 'link' }
  | { kind: 'settings'; position: number }
  | null
type Around = { tools: React.RefObject<HTMLDivElement | null>; slashKeys: SlashKeys; setOpen: (open: Open) => void }

/** Builds the editor once; what changes around it is read at the moment it is needed. */
function useManuscript(
  { desk, mayUpload, mayWrite, onReady, onLeaveUp, onEscape, onOpenThread }: Props,
  place: React.RefObject<HTMLDivElement | null>,
  around: Around,
) {
  const t = useWords('editor')
  const queries = useQueryClient()
  const inWords = useRefusalWords()
  const { writing } = desk
  const { person } = useMe()
  const [editor, setEditor] = useState<Editor | null>(null)
  const now = useRef({ mayUpload, mayWrite, inWords, onLeaveUp, onEscape, onOpenThread })
  useEffect(() => {
    now.current = { mayUpload, mayWrite, inWords, onLeaveUp, onEscape, onOpenThread }
  })
  const [upload] = useState<UploadPort>(() => ({
    t,
    mayUpload: () => now.current.mayUpload && now.current.mayWrite,
    upload: async (file, { onProgress, signal }) => {
      const media = await client.content.uploadMedia({ file }, { signal, context: { onProgress } })
      queries.setQueryData(api.content.getMedia.queryOptions({ input: { id: media.id } }).queryKey, media)
      void queries.invalidateQueries({ queryKey: api.content.listMedia.key() })
      return media
    },
    failed: (error, file) => {
      const { title, advice } = now.current.inWords(error)
      showToast({ tone: 'bad', text: `${file.name}: ${title} ${advice}` })
    },
  }))
  useEffect(() => {
    if (!place.current) return
    const made: Editor = new Editor({
      element: place.current,
      extensions: manuscriptExtensions({
        body: writing.body,
        onOpenThread: (thread) => now.current.onOpenThread(thread),
        carets: {
          place: writing.place,
          peers: writing.presence.peers,
          watch: writing.presence.watch,
          nameOf: (peer) => (peer.isMe ? t('people.otherTab') : peer.person.name),
        },
        suggestions: { me: person.id, toneOf: (by) => (by === null ? 'plum' : (tonesOf([by]).get(by) ?? 'plum')) },
        views: {
          t,
          pictures: createPictures(queries),
          openSettings: (position) => around.setOpen({ kind: 'settings', position }),
        },
        uploads: upload,
        keys: {
          openLink: () => {
            const isLinkable = !made.state.selection.empty || made.isActive('link')
            if (isLinkable && made.isEditable) around.setOpen({ kind: 'link' })
            return isLinkable
          },
          enterTools: () => {
            const first = around.tools.current?.querySelector<HTMLElement>('button')
            first?.focus()
            return first !== undefined && first !== null
          },
          goUp: () => (now.current.onLeaveUp(), true),
          escape: () => now.current.onEscape(),
        },
        onSlashKey: (event) => around.slashKeys.current?.(event) ?? false,
        takePictures: (files, position) => {
          if (upload.mayUpload()) for (const file of files) void sendPicture(made, upload, file, position)
        },
      }),
      injectCSS: false,
      enableCoreExtensions: { delete: false, textDirection: false },
      editable: mayWrite,
      // the line being written stays clear of the edges and of what floats over them
      editorProps: {
        scrollThreshold: { top: 130, bottom: 110, left: 0, right: 0 },
        scrollMargin: { top: 150, bottom: 140, left: 0, right: 0 },
        attributes: {
          role: 'textbox',
          'aria-multiline': 'true',
          'aria-label': t('manuscript'),
          class: looks.manuscript ?? '',
          spellcheck: 'true',
        },
      },
      onUpdate: ({ editor: changed }) => desk.shows(changed.state.doc),
    })
    showShared(made.state)
    desk.shows(made.state.doc)
    const ending = mayWrite ? settleLast(made.state) : null
    if (ending) made.view.dispatch(ending.setMeta('addToHistory', false))
    const stopTaking = writing.beforeOthers(() => takePending(made.view))
    setEditor(made)
    onReady(made)
    return () => {
      stopTaking()
      onReady(null)
      setEditor(null)
      made.destroy()
    }
    // the editor is built once for a desk; everything else is read through `now`
  }, [desk])
  return { editor, upload }
}
