/**
 * Text from elsewhere: what office programs write is cleaned, a bare address on a line becomes an embed or a link, pictures whose
 * bytes came along go to the library and stand where they stood.
 */
import { Extension } from '@tiptap/core'
import type { Node as DocumentNode, Slice } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { knownEmbed } from './embeds.ts'
import { footnoteLabels } from './footnotes.ts'
import { isSafeHref } from './marks.ts'
import { cleaned, isFromOffice } from './pasting/clean.ts'
import { fileIn, nameOf, withClipboardPictures } from './pasting/clipboard-pictures.ts'
import { attribute, element, type Element, htmlOf, type Piece, treeOf } from './pasting/tree.ts'

export type PastePort = {
  takePictures: (files: File[], position: number) => void
  /** What stands where a picture was that did not come along. @param name '' when it had none */
  pictureGone: (name: string) => string
}

const isAddress = /^https?:\/\/[^\s<>"]+$/i
/** Holds the place of a picture until the text stands in the document; nobody can type it. */
const placeholder = (index: number): string => `\uE000${index}\uE001`
const placeholders = /\uE000(\d+)\uE001/g
/** Addresses that only whoever copied may open, and that end soon. */
const isPassing = (src: string): boolean => /^https:\/\/[a-z0-9-]+\.googleusercontent\.com\/docs/i.test(src)

export type Pasted = { html: string; files: File[] }

/** @param rtf what lies on the clipboard beside the HTML; null: pictures have to stay behind */
export function tidied(
  html: string,
  rtf: string | null,
  { taken, pictureGone }: { taken: ReadonlySet<string> } & Pick<PastePort, 'pictureGone'>,
): Pasted {
  const isOffice = isFromOffice(html)
  if (!isOffice && !/<(style|script|meta|title)\b|src=["']?(data|file|blob|cid):/i.test(html))
    return { html, files: [] }
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const one of page.querySelectorAll('style, script, meta, title, link')) one.remove()
  const read = treeOf(page.body)
  const { pieces, files } = rtf === null ? { pieces: read, files: [] } : withClipboardPictures(read, rtf)
  const picture = (image: Element): Piece | null => {
    const file = fileIn(image)
    if (file !== null) return element('p', [{ text: placeholder(file) }])
    const src = attribute(image, 'src')
    if (/^https?:/i.test(src) && !isPassing(src)) return element('img', [], { src, alt: attribute(image, 'alt') })
    // neither data nor files of that computer may become a part of the text
    return element('p', [element('em', [{ text: pictureGone(nameOf(image)) }])])
  }
  return { html: htmlOf(isOffice ? cleaned(pieces, { taken, picture }) : withPictures(pieces, picture)), files }
}

/** Text of the web is read as it is, but for pictures that cannot stand in it. */
const withPictures = (pieces: readonly Piece[], picture: (image: Element) => Piece | null): Piece[] =>
  pieces.flatMap((piece): Piece[] => {
    if (!('tag' in piece)) return [piece]
    const isOdd = piece.tag === 'img' && !/^(https?|media):/i.test(attribute(piece, 'src'))
    if (!isOdd) return [{ ...piece, children: withPictures(piece.children, picture) }]
    const shown = picture(piece)
    return shown ? [shown] : []
  })

export const Paste = Extension.create<PastePort>({
  name: 'pasteFromElsewhere',
  addOptions: () => ({ takePictures: () => {}, pictureGone: () => '' }),
  addProseMirrorPlugins() {
    const { editor } = this
    const { takePictures, pictureGone } = this.options
    /** What lies beside the HTML that is being pasted; null: nothing is, what is dropped brings its words alone. */
    let rtf: string | null = null
    let files: File[] = []
    const forget = (): void => {
      rtf = null
      files = []
    }
    return [
      new Plugin({
        props: {
          handleDOMEvents: {
            // the transformation below is given the HTML alone
            paste: (_, event) => {
              forget()
              rtf = event.clipboardData?.getData('text/rtf') ?? ''
              return false
            },
            drop: () => {
              forget()
              return false
            },
          },
          transformPastedHTML: (html, view) => {
            const pasted = tidied(html, rtf, { taken: footnoteLabels(view.state.doc), pictureGone })
            rtf = null
            files = pasted.files
            return pasted.html
          },
          handlePaste: (view, event, slice) => {
            if (files.length > 0) {
              pasteWithPictures(view, slice, files, takePictures)
              files = []
              return true
            }
            const text = event.clipboardData?.getData('text/plain').trim() ?? ''
            if (!isAddress.test(text) || !isSafeHref(text)) return false
            const { selection, schema } = view.state
            // over selected words: they become the link
            if (
              !selection.empty &&
              selection.$from.sameParent(selection.$to) &&
              selection.$from.parent.inlineContent &&
              !selection.$from.parent.type.spec.code
            ) {
              return editor.chain().setMark('link', { href: text }).run()
            }
            const embed =
              selection.$from.parent.content.size === 0 && selection.$from.parent.type.name === 'paragraph'
                ? knownEmbed(text)
                : null
            if (embed) return editor.commands.insertContent({ type: 'embed', attrs: embed })
            if (selection.$from.parent.type.spec.code || !schema.marks.link) return false
            view.dispatch(
              view.state.tr
                .replaceSelectionWith(schema.text(text, [schema.marks.link.create({ href: text })]), false)
                .scrollIntoView(),
            )
            return true
          },
        },
      }),
    ]
  },
})

/** The text first; each picture then goes where its place was held. */
function pasteWithPictures(
  view: EditorView,
  slice: Slice,
  files: readonly File[],
  takePictures: PastePort['takePictures'],
): void {
  const transaction = view.state.tr.replaceSelection(slice).setMeta('paste', true).setMeta('uiEvent', 'paste')
  const places = placesIn(transaction.doc)
  for (const { from, to } of places.toReversed()) transaction.delete(from, to)
  view.dispatch(transaction.scrollIntoView())
  // the last first, so that the others stay where they are
  let before = 0
  const moved = places.map(({ index, from, to }) => {
    const position = from - before
    before += to - from
    return { file: files[index], position }
  })
  for (const { file, position } of moved.toReversed()) if (file) takePictures([file], position)
}

function placesIn(doc: DocumentNode): { index: number; from: number; to: number }[] {
  const found: { index: number; from: number; to: number }[] = []
  doc.descendants((node, position) => {
    for (const match of (node.text ?? '').matchAll(placeholders)) {
      const from = position + match.index
      found.push({ index: Number(match[1]), from, to: from + match[0].length })
    }
  })
  return found
}
