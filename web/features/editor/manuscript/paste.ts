/**
 * Text from elsewhere: Word's lists become lists, Google's wrappers go, a bare address on a line becomes an embed or a link,
 * pictures that came along as data go to the library.
 */
import { Extension } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { knownEmbed } from './embeds.ts'
import { isSafeHref } from './marks.ts'

/** @returns HTML that says the same without the office program's own ways. Text that needs nothing comes back as it was. */
export function tidyHtml(html: string): string {
  const isWord = /class="?Mso|mso-|urn:schemas-microsoft-com/i.test(html)
  const isGoogle = /id="docs-internal-guid/i.test(html)
  if (!isWord && !isGoogle && !/<(style|script|meta|title)\b/i.test(html)) return html
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const element of page.querySelectorAll('style, script, meta, title, link, xml')) element.remove()
  if (isWord) {
    listsOfWord(page)
    for (const element of page.querySelectorAll('o\\:p')) if (element.textContent?.trim() === '') element.remove()
    // Word's jumps to its own footnotes and bookmarks lead nowhere here
    for (const anchor of page.querySelectorAll<HTMLAnchorElement>('a[name]:not([href]), a[href^="#_"]'))
      anchor.replaceWith(...anchor.childNodes)
  }
  if (isGoogle) {
    // breaks between blocks, and the line under a link that is a link's own
    for (const line of page.querySelectorAll('b[id^=docs-internal] > br, body > br')) line.remove()
    for (const span of page.querySelectorAll<HTMLElement>('a span')) span.style.textDecoration = ''
  }
  // an empty paragraph was how a gap was made; ours come by themselves
  for (const paragraph of page.querySelectorAll('p')) {
    if (paragraph.textContent?.replaceAll('\u00A0', ' ').trim() === '' && !paragraph.querySelector('img, br + br'))
      paragraph.remove()
  }
  return page.body.innerHTML
}

/** Word writes a list as paragraphs that carry their level in a style and their bullet as text. */
function listsOfWord(page: Document): void {
  let open: { list: HTMLElement; level: number; id: string }[] = []
  for (const paragraph of [...page.querySelectorAll('p')]) {
    const style = paragraph.getAttribute('style') ?? ''
    const found = /mso-list:\s*l(\d+)\s+level(\d+)/i.exec(style)
    if (!found) {
      open = []
      continue
    }
    if (open.length > 0 && paragraph.previousElementSibling !== open[0]?.list) open = []
    const [, id = '', depth = '1'] = found
    const level = Number(depth)
    const bullet = takeBullet(paragraph)
    const tag = /^\s*(\d+|[a-z]|[ivxlc]+)[.)]/i.test(bullet) ? 'ol' : 'ul'
    while ((open.at(-1)?.level ?? 0) > level) open.pop()
    if (open.at(-1)?.level !== level || open.at(-1)?.id !== id) {
      if (open.at(-1)?.level === level) open.pop()
      const list = page.createElement(tag)
      const start = /^\s*(\d+)/.exec(bullet)?.[1]
      if (tag === 'ol' && start && start !== '1') list.setAttribute('start', start)
      const parent = open.at(-1)?.list
      if (parent?.lastElementChild) parent.lastElementChild.append(list)
      else paragraph.before(list)
      open.push({ list, level, id })
    }
    const item = page.createElement('li')
    const words = page.createElement('p')
    words.append(...paragraph.childNodes)
    item.append(words)
    open.at(-1)?.list.append(item)
    paragraph.remove()
  }
}

/** Takes the bullet or number out of a paragraph of Word's. */
function takeBullet(paragraph: HTMLElement): string {
  const marked = [...paragraph.querySelectorAll<HTMLElement>('span')].find((span) =>
    /mso-list:\s*ignore/i.test(span.getAttribute('style') ?? ''),
  )
  const bullet = marked?.textContent ?? ''
  // the bullet may stand in a span of its own font around it
  let outer: HTMLElement | undefined = marked
  while (
    outer?.parentElement &&
    outer.parentElement !== paragraph &&
    outer.parentElement.textContent === outer.textContent
  )
    outer = outer.parentElement
  outer?.remove()
  // conditional comments around it
  for (const node of [...paragraph.childNodes]) if (node.nodeType === Node.COMMENT_NODE) node.remove()
  return bullet
}

/** Pictures inside pasted HTML that are data, not addresses, as files. */
export function dataPictures(html: string): File[] {
  const found = [
    ...html.matchAll(/<img\b[^>]*\bsrc=["']data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)["']/gi),
  ]
  return found.slice(0, 20).flatMap(([, type = '', data = ''], index) => {
    try {
      const bytes = Uint8Array.from(atob(data.replace(/\s+/g, '')), (character) => character.charCodeAt(0))
      return [new File([bytes], `picture-${index + 1}.${type.slice('image/'.length)}`, { type })]
    } catch {
      return []
    }
  })
}

const isAddress = /^https?:\/\/[^\s<>"]+$/i

export const Paste = Extension.create<{ takePictures: (files: File[], position: number) => void }>({
  name: 'pasteFromElsewhere',
  addOptions: () => ({ takePictures: () => {} }),
  addProseMirrorPlugins() {
    const { editor } = this
    const { takePictures } = this.options
    return [
      new Plugin({
        props: {
          transformPastedHTML: (html, view) => {
            const pictures = dataPictures(html)
            if (pictures.length > 0) takePictures(pictures, view.state.selection.to)
            // neither data nor local files may become a part of the text
            return tidyHtml(html).replace(/<img\b[^>]*\bsrc=["']?(?:data|file|blob|cid):[^>]*>/gi, '')
          },
          handlePaste: (view, event) => {
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
