/** The text itself: the editor, the tools that appear where they are needed, pictures on their way in. */
import { Editor } from '@tiptap/core'
import { Node as DocumentNode } from '@tiptap/pm/model'
import { useQueryClient } from '@tanstack/react-query'
import { useMediaQuery } from '@mantine/hooks'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { Body } from '@floowe/contracts/body'
import type { Media } from '@floowe/contracts/content'
import { api, client } from '../../../api/client.ts'
import { useRefusalWords } from '../../../api/refusal-words.ts'
import { showToast } from '../../../ui/toasts.tsx'
import { useWords } from '../../../words/words.ts'
import type { Desk } from '../saving/desk.ts'
import { editorJson } from './body-json.ts'
import { BubbleBar } from './BubbleBar.tsx'
import { EmbedDialog } from './EmbedDialog.tsx'
import { manuscriptExtensions } from './extensions.ts'
import { LinkHint, LinkPanel } from './LinkPanel.tsx'
import { NodeSettings } from './NodeSettings.tsx'
import { createPictures } from './pictures.ts'
import { InsertButton, type SlashKeys, SlashMenu } from './SlashMenu.tsx'
import { TableTools } from './TableTools.tsx'
import { insertPicture, sendPicture, type UploadPort } from './uploads.ts'
import looks from './manuscript.module.css'

const MediaPicker = lazy(() => import('../MediaPicker.tsx').then((module) => ({ default: module.MediaPicker })))

type Props = {
  desk: Desk
  language: string
  mayWrite: boolean
  mayUpload: boolean
  /** Hears of the editor once it stands, for the fields around it. */
  onReady: (editor: Editor | null) => void
  /** The cursor leaves the text upwards. */
  onLeaveUp: () => void
  /** @returns true when it meant something. */
  onEscape: () => boolean
}

export function Manuscript(props: Props) {
  const { mayWrite, language } = props
  const t = useWords('editor')
  const place = useRef<HTMLDivElement>(null)
  const tools = useRef<HTMLDivElement>(null)
  const slashKeys: SlashKeys = useRef(null)
  const isNarrow = useMediaQuery('(max-width: 640px)', matchMedia('(max-width: 640px)').matches) ?? false
  const [open, setOpen] = useState<Open>(null)
  const { editor, upload } = useManuscript(props, place, { tools, slashKeys, setOpen })
  useEffect(() => {
    editor?.setEditable(mayWrite, false)
  }, [editor, mayWrite])
  const choose = (media: Media) => {
    if (!editor) return
    if (open?.kind === 'picture' && open.position !== null)
      editor.view.dispatch(editor.state.tr.setNodeAttribute(open.position, 'src', `media:${media.id}`))
    else insertPicture(editor, media, editor.state.selection.to)
    setOpen(null)
    editor.commands.focus()
  }
  return (
    <div className={looks.column}>
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
            <BubbleBar editor={editor} barRef={tools} isNarrow={isNarrow} onLink={() => setOpen({ kind: 'link' })} />
          )}
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
  { desk, mayUpload, mayWrite, onReady, onLeaveUp, onEscape }: Props,
  place: React.RefObject<HTMLDivElement | null>,
  around: Around,
) {
  const t = useWords('editor')
  const queries = useQueryClient()
  const inWords = useRefusalWords()
  const [editor, setEditor] = useState<Editor | null>(null)
  const now = useRef({ mayUpload, mayWrite, inWords, onLeaveUp, onEscape })
  useEffect(() => {
    now.current = { mayUpload, mayWrite, inWords, onLeaveUp, onEscape }
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
      onUpdate: ({ editor: changed, transaction }) =>
        transaction.getMeta('fromServer') ? desk.shows(changed.state.doc) : desk.typed(changed.state.doc),
    })
    // not as `content`: what the editor cannot hold it would open as an empty page, and an autosave would keep it so
    replaceDocument(made, desk.beginning())
    const disconnect = desk.connect({ replace: (body) => replaceDocument(made, body) })
    setEditor(made)
    onReady(made)
    return () => {
      disconnect()
      onReady(null)
      setEditor(null)
      made.destroy()
    }
    // the editor is built once for a desk; everything else is read through `now`
  }, [desk])
  return { editor, upload }
}

/** Puts another text in place of the one shown, changing only what differs, so that the cursor stays where it is. */
function replaceDocument(editor: Editor, body: Body): void {
  const { doc, schema } = editor.state
  const next = DocumentNode.fromJSON(schema, editorJson(body))
  next.check()
  const start = doc.content.findDiffStart(next.content)
  if (start === null) return
  const ends = doc.content.findDiffEnd(next.content) ?? { a: doc.content.size, b: next.content.size }
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b))
  editor.view.dispatch(
    editor.state.tr
      .replace(start, ends.a + overlap, next.slice(start, ends.b + overlap))
      .setMeta('addToHistory', false)
      .setMeta('fromServer', true),
  )
}
