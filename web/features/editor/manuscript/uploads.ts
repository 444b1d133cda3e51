/**
 * Pictures on their way to the library: dropped, pasted or chosen. Each is shown where it will stand, with how far it is, and
 * becomes a part of the text only when the library has it, so that no half-sent picture is ever saved.
 */
import { type Editor, Extension } from '@tiptap/core'
import type { Media } from '@floowe/contracts/content'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import type { Say } from '../../../words/words.ts'
import { newId } from './new-id.ts'
import looks from './views/blocks.module.css'
import { element } from './views/element.ts'

export type UploadPort = {
  t: Say<'editor'>
  upload: (file: File, options: { onProgress: (share: number) => void; signal: AbortSignal }) => Promise<Media>
  failed: (error: unknown, file: File) => void
  /** Pictures go into the text, other files as links. */
  mayUpload: () => boolean
}

type Change = { add: { id: string; position: number; dom: HTMLElement } } | { remove: string }
const key = new PluginKey<DecorationSet>('uploads')
const filesMax = 30

const placeOf = (state: EditorState, id: string): number | null =>
  key.getState(state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from ?? null
/** Are there pictures on their way? */
export const isUploading = (state: EditorState): boolean => (key.getState(state)?.find().length ?? 0) > 0

export const Uploads = Extension.create<{ port: UploadPort | null }>({
  name: 'uploads',
  addOptions: () => ({ port: null }),
  addProseMirrorPlugins() {
    const { editor } = this
    const { port } = this.options
    const take = (files: FileList | null | undefined, position: number): boolean => {
      const pictures = [...(files ?? [])].filter((file) => file.type.startsWith('image/')).slice(0, filesMax)
      if (!port?.mayUpload() || pictures.length === 0) return false
      for (const file of pictures) void sendPicture(editor, port, file, position)
      return true
    }
    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: () => DecorationSet.empty,
          apply: (transaction, set) => {
            const mapped = set.map(transaction.mapping, transaction.doc)
            const change = transaction.getMeta(key) as Change | undefined // set only below
            if (!change) return mapped
            if ('remove' in change)
              return mapped.remove(mapped.find(undefined, undefined, (spec) => spec.id === change.remove))
            const { id, position, dom } = change.add
            return mapped.add(transaction.doc, [
              Decoration.widget(position, dom, { id, side: 1, ignoreSelection: true, stopEvent: () => true }),
            ])
          },
        },
        props: {
          decorations: (state) => key.getState(state),
          // text from an office program brings a picture of itself along: then the text is meant
          handlePaste: (view, event) =>
            !event.clipboardData?.getData('text/html') && take(event.clipboardData?.files, view.state.selection.to),
          handleDrop: (view, event, _slice, isMove) => {
            if (isMove || !event.dataTransfer?.files.length) return false
            const at = view.posAtCoords({ left: event.clientX, top: event.clientY })
            const isTaken = take(event.dataTransfer.files, at?.pos ?? view.state.doc.content.size)
            if (isTaken) event.preventDefault()
            return isTaken
          },
        },
      }),
    ]
  },
})

/** Where a block can stand nearest to a position inside a text: after the paragraph, or before it while it is empty. */
function blockPlace(state: EditorState, position: number): number {
  const at = state.doc.resolve(Math.min(position, state.doc.content.size))
  for (let depth = at.depth; depth > 0; depth--) {
    if (at.node(depth).isTextblock)
      return at.parentOffset === 0 && at.parent.content.size > 0 ? at.before(depth) : at.after(depth)
  }
  return at.pos
}

export async function sendPicture(editor: Editor, port: UploadPort, file: File, position: number): Promise<void> {
  const id = newId()
  const stopper = new AbortController()
  const preview = URL.createObjectURL(file)
  const bar = element('progress', {
    max: '1',
    value: '0',
    'aria-label': port.t('upload.progress', { name: file.name }),
  })
  const dom = element(
    'figure',
    { class: looks.upload, contenteditable: 'false' },
    element('img', { src: preview, alt: '' }),
    element(
      'div',
      { class: looks.uploadRow },
      bar,
      element('span', {}, file.name),
      element(
        'button',
        { type: 'button', class: looks.quietButton, onclick: () => stopper.abort() },
        port.t('upload.stop'),
      ),
    ),
  )
  const send = (change: Change) =>
    editor.isDestroyed || editor.view.dispatch(editor.state.tr.setMeta(key, change).setMeta('addToHistory', false))
  send({ add: { id, position: blockPlace(editor.state, position), dom } })
  try {
    const media = await port.upload(file, { signal: stopper.signal, onProgress: (share) => (bar.value = share) })
    const place = editor.isDestroyed ? null : placeOf(editor.state, id)
    send({ remove: id })
    // the paragraph around went away meanwhile, and the place with it: the picture is in the library all the same
    if (place !== null) insertPicture(editor, media, place)
  } catch (error) {
    send({ remove: id })
    if (!stopper.signal.aborted) port.failed(error, file)
  } finally {
    URL.revokeObjectURL(preview)
  }
}

/** A picture of the library at a place between blocks. An empty paragraph there makes way. */
export function insertPicture(editor: Editor, media: Pick<Media, 'id' | 'caption'>, position: number): void {
  const image = editor.schema.nodes.image?.create({ src: `media:${media.id}`, caption: media.caption || null })
  if (!image) return
  const transaction = editor.state.tr
  const place = blockPlace(editor.state, position)
  const before = transaction.doc.resolve(place).nodeBefore
  if (before?.type.name === 'paragraph' && before.content.size === 0)
    transaction.replaceWith(place - before.nodeSize, place, image)
  else transaction.insert(place, image)
  editor.view.dispatch(transaction.scrollIntoView())
}
