/** Views of blocks that carry more than words: callout, code, embed, footnote, source, task. */
import type { Node as DocumentNode } from '@tiptap/pm/model'
import type { NodeView } from '@tiptap/pm/view'
import { type CalloutKind, calloutKind, calloutKinds } from '../figures.ts'
import looks from './blocks.module.css'
import { providerName } from '../embeds.ts'
import { apart, element, setAttribute } from './element.ts'
import { change, textOf, type ViewProps, type ViewSurroundings } from './surroundings.ts'

const isOf = (dom: Node, event: Event): boolean => event.target instanceof Node && dom.contains(event.target)

export const calloutView =
  ({ t }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    let node = props.node
    const kinds = element(
      'select',
      {
        class: looks.calloutKind,
        'aria-label': t('callout.kind'),
        onchange: () => change(props, { kind: kinds.value }),
      },
      ...calloutKinds.map((kind) => element('option', { value: kind }, t(`callout.${kind}`))),
    )
    const title = element('input', {
      class: looks.calloutTitle,
      type: 'text',
      maxlength: '200',
      'aria-label': t('callout.title'),
      placeholder: t('callout.title'),
      oninput: () => change(props, { title: title.value || null }),
      onkeydown: (event) => {
        if (!(event instanceof KeyboardEvent) || event.key !== 'Enter') return
        event.preventDefault()
        const position = props.getPos()
        if (position !== undefined) props.editor.commands.focus(position + 2)
      },
    })
    const head = apart(element('div', { class: looks.calloutHead }, kinds, title))
    const contentDOM = element('div')
    const dom = element('aside', { class: looks.callout }, head, contentDOM)
    const draw = () => {
      const kind: CalloutKind = calloutKind(node.attrs.kind)
      dom.dataset.kind = kind
      kinds.value = kind
      kinds.disabled = !props.editor.isEditable
      if (title.value !== textOf(node, 'title')) title.value = textOf(node, 'title')
      title.readOnly = !props.editor.isEditable
      title.hidden = !props.editor.isEditable && title.value === ''
    }
    draw()
    return {
      dom,
      contentDOM,
      update: (next: DocumentNode) => {
        if (next.type !== node.type) return false
        node = next
        draw()
        return true
      },
      stopEvent: (event) => isOf(head, event),
      ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    }
  }

const codeLanguages = [
  'bash',
  'css',
  'diff',
  'go',
  'html',
  'java',
  'javascript',
  'json',
  'markdown',
  'php',
  'python',
  'rust',
  'sql',
  'text',
  'typescript',
  'xml',
  'yaml',
]

export const codeView =
  ({ t }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    let node = props.node
    const listId = 'floowe-code-languages'
    const language = element('input', {
      class: looks.codeLanguage,
      type: 'text',
      maxlength: '40',
      spellcheck: 'false',
      autocapitalize: 'none',
      list: listId,
      'aria-label': t('code.language'),
      placeholder: t('code.language'),
      oninput: () => change(props, { language: language.value.trim() || null }),
      onkeydown: (event) => {
        if (!(event instanceof KeyboardEvent) || (event.key !== 'Enter' && event.key !== 'Escape')) return
        event.preventDefault()
        const position = props.getPos()
        if (position !== undefined) props.editor.commands.focus(position + 1)
      },
    })
    const options = element(
      'datalist',
      { id: listId },
      ...codeLanguages.map((name) => element('option', { value: name })),
    )
    const head = apart(element('div', { class: looks.codeHead }, language, options))
    const contentDOM = element('code', { spellcheck: 'false' })
    const dom = element('div', { class: looks.code }, head, element('pre', {}, contentDOM))
    const draw = () => {
      if (language.value !== textOf(node, 'language')) language.value = textOf(node, 'language')
      language.readOnly = !props.editor.isEditable
      language.hidden = !props.editor.isEditable && language.value === ''
    }
    draw()
    return {
      dom,
      contentDOM,
      update: (next: DocumentNode) => {
        if (next.type !== node.type) return false
        node = next
        draw()
        return true
      },
      stopEvent: (event) => isOf(head, event),
      ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    }
  }

export const embedView =
  ({ t, pictures, openSettings }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    let node = props.node
    const still = element('img', { alt: '', draggable: 'false' })
    const name = element('strong')
    const words = element('span', { class: looks.embedTitle })
    const address = element('a', { class: looks.embedAddress, target: '_blank', rel: 'noopener noreferrer' })
    const settings = element(
      'button',
      { type: 'button', class: looks.quietButton, onclick: () => open() },
      t('embed.settings'),
    )
    const dom = apart(
      element(
        'figure',
        { class: looks.embed },
        still,
        element('div', { class: looks.embedWords }, name, words, address),
        settings,
      ),
    )
    const open = () => {
      const position = props.getPos()
      if (position !== undefined) openSettings(position)
    }
    const showStill = (src: string) =>
      pictures.watch(src, ({ url }) => {
        setAttribute(still, 'src', url || null)
        still.hidden = url === ''
      })
    const draw = () => {
      const src = textOf(node, 'src')
      name.textContent = providerName(src, textOf(node, 'provider')) || t('embed.name')
      words.textContent = textOf(node, 'title')
      address.textContent = src.replace(/^https?:\/\/(www\.)?/, '')
      setAttribute(address, 'href', /^https?:/i.test(src) ? src : null)
      settings.hidden = !props.editor.isEditable
    }
    draw()
    let stop = showStill(textOf(node, 'still'))
    return {
      dom,
      update: (next: DocumentNode) => {
        if (next.type !== node.type) return false
        if (next.attrs.still !== node.attrs.still) {
          stop()
          stop = showStill(textOf(next, 'still'))
        }
        node = next
        draw()
        return true
      },
      selectNode: () => (dom.dataset.selected = ''),
      deselectNode: () => delete dom.dataset.selected,
      stopEvent: (event) => event.target === settings || event.target === address,
      ignoreMutation: () => true,
      destroy: () => stop(),
    }
  }

/** Inert: shown so that nobody wonders, deleted whole or left alone. */
export const sourceView =
  ({ t }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    const format = textOf(props.node, 'format')
    const remove = element(
      'button',
      {
        type: 'button',
        class: looks.quietButton,
        onclick: () => {
          const position = props.getPos()
          if (position !== undefined)
            props.editor
              .chain()
              .deleteRange({ from: position, to: position + props.node.nodeSize })
              .focus()
              .run()
        },
      },
      t('source.remove'),
    )
    remove.hidden = !props.editor.isEditable
    const label = format === 'shortcode' ? t('source.shortcode') : format === 'markdown' ? 'Markdown' : 'HTML'
    const head = element(
      'div',
      { class: looks.sourceHead },
      element('strong', {}, label),
      element('span', {}, t('source.kept')),
      remove,
    )
    const dom = apart(
      element(
        'div',
        { class: looks.source },
        head,
        element('pre', { tabindex: '0', 'aria-label': label }, textOf(props.node, 'value')),
      ),
    )
    return {
      dom,
      selectNode: () => (dom.dataset.selected = ''),
      deselectNode: () => delete dom.dataset.selected,
      stopEvent: (event) => event.target === remove,
      ignoreMutation: () => true,
    }
  }

export const inlineSourceView =
  ({ t }: ViewSurroundings) =>
  (props: ViewProps): NodeView => ({
    dom: element('code', { class: looks.inlineSource, title: t('source.kept') }, textOf(props.node, 'value')),
    ignoreMutation: () => true,
  })

export const footnoteView =
  ({ t }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    let node = props.node
    const back = element('button', {
      type: 'button',
      class: looks.footnoteLabel,
      onclick: () => goTo(props, 'footnoteReference', textOf(node, 'label')),
    })
    const contentDOM = element('div')
    const dom = element('div', { class: looks.footnote }, apart(back), contentDOM)
    const draw = () => {
      back.textContent = textOf(node, 'label')
      setAttribute(back, 'aria-label', t('footnote.back', { label: textOf(node, 'label') }))
    }
    draw()
    return {
      dom,
      contentDOM,
      update: (next: DocumentNode) => {
        if (next.type !== node.type) return false
        node = next
        draw()
        return true
      },
      stopEvent: (event) => event.target === back,
      ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    }
  }

export const footnoteReferenceView =
  ({ t }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    const label = textOf(props.node, 'label')
    const go = element(
      'button',
      {
        type: 'button',
        tabindex: '-1',
        'aria-label': t('footnote.go', { label }),
        onclick: () => goTo(props, 'footnote', label),
      },
      label,
    )
    return {
      dom: element('sup', { class: looks.footnoteReference }, go),
      stopEvent: (event) => event.type === 'click' && event.target === go,
      ignoreMutation: () => true,
    }
  }

/** Puts the cursor at the note of a reference, or after the first reference of a note. */
function goTo({ editor }: ViewProps, type: 'footnote' | 'footnoteReference', label: string): void {
  let found: number | null = null
  editor.state.doc.descendants((node, position) => {
    if (found === null && node.type.name === type && node.attrs.label === label) found = position
    return found === null
  })
  if (found !== null)
    editor
      .chain()
      .focus(found + (type === 'footnote' ? 2 : 1))
      .scrollIntoView()
      .run()
}

export const taskView =
  ({ t }: ViewSurroundings) =>
  (props: ViewProps): NodeView => {
    let node = props.node
    const box = element('input', {
      type: 'checkbox',
      onchange: () => change(props, { checked: box.checked }),
      onmousedown: (event) => event.preventDefault(),
    })
    const contentDOM = element('div')
    const dom = element('li', { class: looks.task }, apart(element('label', {}, box)), contentDOM)
    const draw = () => {
      box.checked = node.attrs.checked === true
      box.disabled = !props.editor.isEditable
      setAttribute(box, 'aria-label', t('task.done', { text: node.textContent.slice(0, 60) }))
      setAttribute(dom, 'data-checked', node.attrs.checked === true)
    }
    draw()
    return {
      dom,
      contentDOM,
      update: (next: DocumentNode) => {
        if (next.type !== node.type) return false
        node = next
        draw()
        return true
      },
      stopEvent: (event) => event.target === box,
      ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    }
  }
