/** Blocks of running text: paragraph, heading, quote, code, rule. */
import { type Editor, Node, nodeInputRule, textblockTypeInputRule, wrappingInputRule } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { attributesOf } from './attributes.ts'

export const Document = Node.create({ name: 'doc', topNode: true, content: 'block+' })
export const Text = Node.create({ name: 'text', group: 'inline' })

export const Paragraph = Node.create({
  name: 'paragraph',
  // First among the blocks: it is what Enter makes.
  priority: 1000,
  group: 'block',
  content: 'inline*',
  addAttributes: () => attributesOf('paragraph'),
  parseHTML: () => [{ tag: 'p' }],
  renderHTML: ({ HTMLAttributes }) => ['p', HTMLAttributes, 0],
  addKeyboardShortcuts() {
    return { 'Mod-Alt-0': () => this.editor.commands.setNode('paragraph') }
  },
})

/** Levels that the editor offers; 5 and 6 are kept where they came. */
export const headingLevels = [1, 2, 3, 4] as const
const levelShown = (level: unknown): number => Math.min(6, Math.max(1, Math.trunc(Number(level)) || 1))

export const Heading = Node.create({
  name: 'heading',
  group: 'block',
  content: 'inline*',
  defining: true,
  addAttributes: () => attributesOf('heading'),
  parseHTML: () => [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level } })),
  renderHTML: ({ node, HTMLAttributes }) => [`h${levelShown(node.attrs.level)}`, HTMLAttributes, 0],
  addKeyboardShortcuts() {
    return Object.fromEntries(
      headingLevels.map((level) => [
        `Mod-Alt-${level}`,
        () => this.editor.commands.toggleNode('heading', 'paragraph', { level }),
      ]),
    )
  },
  addInputRules() {
    return headingLevels.map((level) =>
      textblockTypeInputRule({ find: new RegExp(`^(#{${level}})\\s$`), type: this.type, getAttributes: { level } }),
    )
  },
})

export const Blockquote = Node.create({
  name: 'blockquote',
  group: 'block',
  content: 'block+',
  defining: true,
  addAttributes: () => attributesOf('blockquote'),
  parseHTML: () => [{ tag: 'blockquote' }],
  renderHTML: ({ HTMLAttributes }) => ['blockquote', HTMLAttributes, 0],
  addKeyboardShortcuts() {
    return { 'Mod-Shift-b': () => this.editor.commands.toggleWrap('blockquote') }
  },
  addInputRules() {
    return [wrappingInputRule({ find: /^\s*>\s$/, type: this.type })]
  },
})

const languageOf = (element: HTMLElement): string | null => {
  const named = element.firstElementChild?.className.match(/(?:^|\s)language-(\S+)/)?.[1]
  return named ?? null
}

export const CodeBlock = Node.create({
  name: 'codeBlock',
  group: 'block',
  content: 'text*',
  marks: '',
  code: true,
  defining: true,
  addAttributes: () => attributesOf('codeBlock'),
  parseHTML: () => [
    { tag: 'pre', preserveWhitespace: 'full', getAttrs: (node: HTMLElement) => ({ language: languageOf(node) }) },
  ],
  renderHTML: ({ HTMLAttributes }) => ['pre', HTMLAttributes, ['code', 0]],
  addInputRules() {
    return [
      textblockTypeInputRule({
        find: /^```([\w+#.-]*)[\s\n]$/,
        type: this.type,
        getAttributes: (match) => ({ language: match[1] || null }),
      }),
    ]
  },
  addKeyboardShortcuts() {
    return {
      'Mod-Alt-c': () => this.editor.commands.toggleNode('codeBlock', 'paragraph'),
      // Three Enters at the end, or Down on the last line, leave the code.
      Enter: () => openFence(this.editor) || leaveAfterBlankLines(this.editor) || this.editor.commands.newlineInCode(),
      ArrowDown: () => leaveDownwards(this.editor),
      Backspace: () => {
        const { empty, $anchor } = this.editor.state.selection
        if (!empty || $anchor.parent.type.name !== 'codeBlock' || $anchor.parent.content.size > 0) return false
        return this.editor.commands.clearNodes()
      },
      Tab: () => this.editor.isActive('codeBlock') && this.editor.commands.insertContent('  '),
    }
  },
})

/** ``` and a language, then Enter. */
function openFence(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection
  const fence =
    $from.parent.type.name === 'paragraph' && empty ? /^```([\w+#.-]*)$/.exec($from.parent.textContent) : null
  if (!fence) return false
  const start = $from.start()
  return editor
    .chain()
    .deleteRange({ from: start, to: $from.end() })
    .setNode('codeBlock', { language: fence[1] || null })
    .run()
}

function leaveAfterBlankLines(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection
  if (!empty || $from.parent.type.name !== 'codeBlock' || $from.parentOffset !== $from.parent.content.size) return false
  if (!$from.parent.textContent.endsWith('\n\n')) return false
  return editor
    .chain()
    .command(({ tr }) => (tr.delete($from.pos - 2, $from.pos), true))
    .exitCode()
    .run()
}

function leaveDownwards(editor: Editor): boolean {
  const { selection, doc } = editor.state
  const { $from, empty } = selection
  if (!empty || $from.parent.type.name !== 'codeBlock' || $from.parentOffset !== $from.parent.content.size) return false
  const after = $from.after()
  if (doc.nodeAt(after)) {
    return editor.commands.command(({ tr }) => (tr.setSelection(TextSelection.near(doc.resolve(after))), true))
  }
  return editor.commands.exitCode()
}

export const HorizontalRule = Node.create({
  name: 'horizontalRule',
  group: 'block',
  addAttributes: () => attributesOf('horizontalRule'),
  parseHTML: () => [{ tag: 'hr' }],
  renderHTML: ({ HTMLAttributes }) => ['hr', HTMLAttributes],
  addInputRules() {
    return [nodeInputRule({ find: /^(?:---|—-|___\s|\*\*\*\s)$/, type: this.type })]
  },
})

export const HardBreak = Node.create({
  name: 'hardBreak',
  group: 'inline',
  inline: true,
  selectable: false,
  linebreakReplacement: true,
  addAttributes: () => attributesOf('hardBreak'),
  parseHTML: () => [{ tag: 'br' }],
  renderHTML: () => ['br'],
  renderText: () => '\n',
  addKeyboardShortcuts() {
    const breakLine = () => this.editor.commands.exitCode() || this.editor.commands.insertContent({ type: 'hardBreak' })
    return { 'Mod-Enter': breakLine, 'Shift-Enter': breakLine }
  },
})
