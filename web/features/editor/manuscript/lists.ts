/** Lists: bulleted, numbered, to do. Their keys and signs. */
import { type Editor, Node, wrappingInputRule } from '@tiptap/core'
import { attributesOf } from './attributes.ts'

const isTaskHtml = (element: HTMLElement): boolean =>
  element.dataset.type === 'taskList' ||
  element.querySelector(':scope > li > input[type=checkbox], :scope > li > label > input[type=checkbox]') !== null

export const BulletList = Node.create({
  name: 'bulletList',
  group: 'block list',
  content: 'listItem+',
  addAttributes: () => attributesOf('bulletList'),
  parseHTML: () => [{ tag: 'ul' }],
  renderHTML: ({ HTMLAttributes }) => ['ul', HTMLAttributes, 0],
  addKeyboardShortcuts() {
    return { 'Mod-Shift-8': () => this.editor.commands.toggleList('bulletList', 'listItem') }
  },
  addInputRules() {
    return [wrappingInputRule({ find: /^\s*([-+*])\s$/, type: this.type })]
  },
})

export const OrderedList = Node.create({
  name: 'orderedList',
  group: 'block list',
  content: 'listItem+',
  addAttributes: () => attributesOf('orderedList'),
  parseHTML: () => [
    { tag: 'ol', getAttrs: (node: HTMLElement) => ({ start: Number(node.getAttribute('start')) || null }) },
  ],
  renderHTML: ({ node, HTMLAttributes }) => {
    const start = Number(node.attrs.start ?? 1)
    return [
      'ol',
      Number.isInteger(start) && start !== 1 ? { ...HTMLAttributes, start: String(start) } : HTMLAttributes,
      0,
    ]
  },
  addKeyboardShortcuts() {
    return { 'Mod-Shift-7': () => this.editor.commands.toggleList('orderedList', 'listItem') }
  },
  addInputRules() {
    return [
      wrappingInputRule({
        find: /^(\d{1,9})[.)]\s$/,
        type: this.type,
        getAttributes: (match) => ({ start: Number(match[1]) === 1 ? null : Number(match[1]) }),
        joinPredicate: (match, node) => node.childCount + Number(node.attrs.start ?? 1) === Number(match[1]),
      }),
    ]
  },
})

export const TaskList = Node.create({
  name: 'taskList',
  group: 'block list',
  content: '(taskItem | listItem)+',
  addAttributes: () => attributesOf('taskList'),
  parseHTML: () => [{ tag: 'ul', priority: 60, getAttrs: (node: HTMLElement) => (isTaskHtml(node) ? null : false) }],
  renderHTML: ({ HTMLAttributes }) => ['ul', { ...HTMLAttributes, 'data-type': 'taskList' }, 0],
  addKeyboardShortcuts() {
    return { 'Mod-Shift-9': () => this.editor.commands.toggleList('taskList', 'taskItem') }
  },
})

const items = ['listItem', 'taskItem'] as const
type ItemType = (typeof items)[number]

/** The kind of item around the cursor, the nearest one. */
function itemAround(editor: Editor): ItemType | null {
  const { $from } = editor.state.selection
  for (let depth = $from.depth; depth > 0; depth--) {
    const name = $from.node(depth).type.name
    if (name === 'listItem' || name === 'taskItem') return name
    if (name === 'tableCell' || name === 'tableHeader') return null
  }
  return null
}

/** At the very start of an item Backspace takes the item out of its list rather than glue it to what stands before. */
function liftAtStart(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection
  const item = itemAround(editor)
  if (!item || !empty || $from.parentOffset > 0 || $from.depth < 2) return false
  const isFirstBlock = $from.index($from.depth - 1) === 0 && $from.node($from.depth - 1).type.name === item
  return isFirstBlock && editor.commands.liftListItem(item)
}

export const ListItem = Node.create({
  name: 'listItem',
  content: 'block+',
  defining: true,
  addAttributes: () => attributesOf('listItem'),
  parseHTML: () => [{ tag: 'li' }],
  renderHTML: ({ HTMLAttributes }) => ['li', HTMLAttributes, 0],
  addKeyboardShortcuts() {
    const around = (run: (item: ItemType) => boolean) => () => {
      const item = itemAround(this.editor)
      return item !== null && run(item)
    }
    return {
      Enter: around((item) => this.editor.commands.splitListItem(item)),
      // Tab stays inside a list even where an item cannot go deeper.
      Tab: around((item) => this.editor.commands.sinkListItem(item) || true),
      'Shift-Tab': around((item) => this.editor.commands.liftListItem(item)),
      Backspace: () => liftAtStart(this.editor),
    }
  },
})

export const TaskItem = Node.create({
  name: 'taskItem',
  content: 'block+',
  defining: true,
  addAttributes: () => {
    const attributes = attributesOf('taskItem')
    return { ...attributes, checked: { ...attributes.checked, keepOnSplit: false } }
  },
  parseHTML: () => [
    {
      tag: 'li',
      priority: 60,
      getAttrs: (node: HTMLElement) => {
        const box = node.querySelector<HTMLInputElement>(
          ':scope > input[type=checkbox], :scope > label > input[type=checkbox]',
        )
        return box || node.dataset.type === 'taskItem' ? { checked: box?.checked ?? false } : false
      },
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ['li', { ...HTMLAttributes, 'data-type': 'taskItem' }, 0],
  addInputRules() {
    return [
      wrappingInputRule({
        find: /^\s*\[([ xX]?)\]\s$/,
        type: this.type,
        getAttributes: (match) => ({ checked: /x/i.test(match[1] ?? '') }),
      }),
    ]
  },
})
