/** The editor of a manuscript: schema, views, keys, and what happens while one types. */
import { type AnyExtension, Extension, type NodeViewRenderer } from '@tiptap/core'
import { dropCursor } from '@tiptap/pm/dropcursor'
import { gapCursor } from '@tiptap/pm/gapcursor'
import { BlockIds } from './block-ids.ts'
import { CodeBlock } from './blocks.ts'
import { Commented } from './commented.ts'
import { Callout, Embed, Footnote, FootnoteReference, Image, InlineImage, Source, SourceInline } from './figures.ts'
import { type KeyPort, ManuscriptKeys } from './keys.ts'
import { LastParagraph } from './last-paragraph.ts'
import { TaskItem } from './lists.ts'
import { Paste, type PastePort } from './paste.ts'
import { Placeholders } from './placeholders.ts'
import { schemaExtensions } from './schema.ts'
import { sharedText } from './shared-text.ts'
import { ShownSelection } from './shown-selection.ts'
import { SlashMenuKeys } from './slash.ts'
import { type SuggestionPort, Suggestions } from './suggestions.ts'
import { Carets, type CaretPort } from './carets.ts'
import { type UploadPort, Uploads } from './uploads.ts'
import {
  calloutView,
  codeView,
  embedView,
  footnoteReferenceView,
  footnoteView,
  inlineSourceView,
  sourceView,
  taskView,
} from './views/block-views.ts'
import { inlinePictureView, pictureView } from './views/picture-view.ts'
import type { ViewSurroundings } from './views/surroundings.ts'
import { Writers } from './writers.ts'
import { WornMarks } from './worn-marks.ts'
import type * as Y from 'yjs'

export type ManuscriptPorts = {
  body: Y.XmlFragment
  onOpenThread: (thread: string) => void
  carets: CaretPort
  suggestions: SuggestionPort
  views: ViewSurroundings
  uploads: UploadPort
  keys: KeyPort
  onSlashKey: (event: KeyboardEvent) => boolean
  takePictures: PastePort['takePictures']
}

const Basics = Extension.create({
  name: 'basics',
  addProseMirrorPlugins: () => [dropCursor({ class: 'floowe-drop', color: false, width: 2 }), gapCursor()],
})

export function manuscriptExtensions({
  body,
  onOpenThread,
  carets,
  suggestions,
  views,
  uploads,
  keys,
  onSlashKey,
  takePictures,
}: ManuscriptPorts): AnyExtension[] {
  const drawn = (view: NodeViewRenderer) => ({ addNodeView: () => view })
  return [
    ...schemaExtensions([
      Image.extend(drawn(pictureView(views))),
      InlineImage.extend(drawn(inlinePictureView(views))),
      Callout.extend(drawn(calloutView(views))),
      CodeBlock.extend(drawn(codeView(views))),
      Embed.extend(drawn(embedView(views))),
      Source.extend(drawn(sourceView(views))),
      SourceInline.extend(drawn(inlineSourceView(views))),
      Footnote.extend(drawn(footnoteView(views))),
      FootnoteReference.extend(drawn(footnoteReferenceView(views))),
      TaskItem.extend(drawn(taskView(views))),
    ]),
    Basics,
    ...sharedText(body),
    WornMarks,
    Carets.configure({ port: carets }),
    Suggestions.configure({ port: suggestions }),
    Writers,
    Commented.configure({ onOpen: onOpenThread }),
    BlockIds,
    LastParagraph,
    ShownSelection,
    Placeholders.configure({ t: views.t }),
    SlashMenuKeys.configure({ onKey: onSlashKey }),
    Uploads.configure({ port: uploads }),
    Paste.configure({
      takePictures,
      pictureGone: (name) => views.t(name === '' ? 'paste.picture-gone' : 'paste.picture-gone.named', { name }),
    }),
    ManuscriptKeys.configure({ port: keys }),
  ]
}
