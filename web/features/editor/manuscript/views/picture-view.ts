/** A picture in the text: itself, its caption, and a gentle mark while nobody has described it. */
import type { NodeView } from '@tiptap/pm/view'
import type { Node as DocumentNode } from '@tiptap/pm/model'
import looks from './blocks.module.css'
import type { ShownPicture } from '../pictures.ts'
import { apart, element, growing, setAttribute } from './element.ts'
import { change, textOf, type ViewProps, type ViewSurroundings, writeAfter } from './surroundings.ts'

const sizes = '(min-width: 760px) 680px, 100vw'

export const pictureView =
  ({ t, pictures, openSettings }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    let node = props.node
    let picture: ShownPicture | null = null
    const image = element('img', { draggable: 'false' })
    const note = element('span', { class: looks.pictureNote })
    const settings = element('button', { type: 'button', class: looks.altMark, onclick: () => open() })
    const caption = growing(
      element('textarea', {
        class: looks.caption,
        rows: '1',
        'aria-label': t('picture.caption'),
        placeholder: t('picture.caption'),
        oninput: () => change(props, { caption: caption.value.replace(/\s*\n\s*/g, ' ') || null }),
        onkeydown: (event) => {
          if (
            !(event instanceof KeyboardEvent) ||
            event.isComposing ||
            (event.key !== 'Enter' && event.key !== 'Escape')
          )
            return
          event.preventDefault()
          writeAfter(props)
        },
      }),
    )
    const frame = element('div', { class: looks.pictureFrame }, image, note, settings)
    const dom = apart(element('figure', { class: looks.picture }, frame, caption))
    const open = () => {
      const position = props.getPos()
      if (position !== undefined) openSettings(position)
    }

    const draw = () => {
      const own = textOf(node, 'alt')
      const alt = own || picture?.alt || ''
      image.alt = alt
      if (picture?.url) {
        if (image.getAttribute('src') !== picture.url) image.src = picture.url
        setAttribute(image, 'srcset', picture.srcset)
        setAttribute(image, 'sizes', picture.srcset ? sizes : null)
      } else image.removeAttribute('src')
      if (picture?.width && picture.height) image.style.aspectRatio = `${picture.width} / ${picture.height}`
      dom.dataset.state = picture?.state ?? 'loading'
      note.textContent =
        picture?.state === 'missing'
          ? t('picture.missing')
          : picture?.state === 'processing'
            ? t('picture.processing')
            : picture?.state === 'failed'
              ? t('picture.failed')
              : ''
      note.hidden = note.textContent === ''
      settings.textContent = alt ? 'ALT' : t('picture.noAlt')
      setAttribute(settings, 'aria-label', alt ? t('picture.settingsOf', { alt }) : t('picture.noAlt.label'))
      setAttribute(settings, 'data-missing', !alt)
      settings.hidden = !props.editor.isEditable
      const words = textOf(node, 'caption')
      if (caption.value !== words) caption.value = words
      caption.readOnly = !props.editor.isEditable
      caption.hidden = !props.editor.isEditable && words === ''
    }
    const show = (next: ShownPicture) => {
      picture = next
      draw()
    }
    let stop = pictures.watch(textOf(node, 'src'), show)

    return {
      dom,
      update: (next: DocumentNode) => {
        if (next.type !== node.type) return false
        const isOther = next.attrs.src !== node.attrs.src
        node = next
        if (isOther) {
          stop()
          stop = pictures.watch(textOf(node, 'src'), show)
        } else draw()
        return true
      },
      selectNode: () => (dom.dataset.selected = ''),
      deselectNode: () => delete dom.dataset.selected,
      stopEvent: (event) => event.target === caption || event.target === settings,
      ignoreMutation: () => true,
      destroy: () => stop(),
    }
  }

/** A picture between words. */
export const inlinePictureView =
  ({ t, pictures }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    const image = element('img', { class: looks.inlinePicture, alt: textOf(props.node, 'alt') || t('picture.inline') })
    const dom = element('span', {}, image)
    const stop = pictures.watch(textOf(props.node, 'src'), (picture) => {
      if (picture.url) image.src = picture.url
      dom.dataset.state = picture.state
    })
    return { dom, ignoreMutation: () => true, destroy: stop }
  }
