/** Marks of running text, with their keys and Markdown signs. */
import { InputRule, Mark, markInputRule, mergeAttributes } from '@tiptap/core'

type PlainMark = {
  name: string
  tag: string
  /** Other elements and styles that mean the same in pasted text. */
  also?: string[]
  style?: [property: string, means: (value: string) => boolean]
  key?: string
  signs?: RegExp[]
  inner?: true
}

const isBold = (value: string) => /^(bold(er)?|[6-9]00)$/.test(value)

const plainMarks: readonly PlainMark[] = [
  {
    name: 'bold',
    tag: 'strong',
    also: ['b'],
    style: ['font-weight', isBold],
    key: 'Mod-b',
    signs: [/(?:^|\s)(\*\*(?!\s+\*\*)((?:[^*]+))\*\*(?!\s+\*\*))$/, /(?:^|\s)(__(?!\s+__)((?:[^_]+))__(?!\s+__))$/],
  },
  {
    name: 'italic',
    tag: 'em',
    also: ['i'],
    style: ['font-style', (value) => value === 'italic' || value === 'oblique'],
    key: 'Mod-i',
    signs: [/(?:^|\s)(\*(?!\s+\*)((?:[^*]+))\*(?!\s+\*))$/, /(?:^|\s)(_(?!\s+_)((?:[^_]+))_(?!\s+_))$/],
  },
  {
    name: 'strike',
    tag: 's',
    also: ['del', 'strike'],
    style: ['text-decoration', (value) => value.includes('line-through')],
    key: 'Mod-Shift-s',
    signs: [/(?:^|\s)(~~(?!\s+~~)((?:[^~]+))~~(?!\s+~~))$/],
  },
  { name: 'code', tag: 'code', key: 'Mod-e', signs: [/(?:^|[^`])(`(?!\s*`)([^`]+)`(?!`))$/], inner: true },
  { name: 'underline', tag: 'u', style: ['text-decoration', (value) => value.includes('underline')], key: 'Mod-u' },
  { name: 'subscript', tag: 'sub', style: ['vertical-align', (value) => value === 'sub'], key: 'Mod-,' },
  { name: 'superscript', tag: 'sup', style: ['vertical-align', (value) => value === 'super'], key: 'Mod-.' },
  { name: 'highlight', tag: 'mark', key: 'Mod-Shift-h', signs: [/(?:^|\s)(==(?!\s+==)((?:[^=]+))==(?!\s+==))$/] },
]

const plainMark = ({ name, tag, also = [], style, key, signs = [], inner }: PlainMark) =>
  Mark.create({
    name,
    // Text may carry all of them at once, as Markdown's can.
    excludes: name,
    ...(inner ? { code: true, exitable: true } : {}),
    parseHTML: () => [
      ...[tag, ...also].map((element) => ({
        tag: element,
        // Google Docs wraps everything into <b style="font-weight:normal">.
        getAttrs: (node: HTMLElement) => (element === 'b' && node.style.fontWeight === 'normal' ? false : null),
      })),
      ...(style
        ? [{ style: style[0], consuming: false, getAttrs: (value: string) => (style[1](value) ? null : false) }]
        : []),
    ],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
    addKeyboardShortcuts() {
      return key ? { [key]: () => this.editor.commands.toggleMark(name) } : {}
    },
    addInputRules() {
      return signs.map((find) => markInputRule({ find, type: this.type }))
    },
  })

/** Addresses that a text may lead to; anything else is typed text, not a link. */
export const isSafeHref = (href: string): boolean =>
  /^(https?:|mailto:|tel:|article:|media:|#|\/|\.{0,2}\/)/i.test(href.trim()) ||
  !/^[a-z][a-z0-9+.-]*:/i.test(href.trim())

export const Link = Mark.create({
  name: 'link',
  inclusive: false,
  excludes: 'link',
  addAttributes: () => ({ href: { default: '' }, title: { default: null } }),
  parseHTML: () => [
    {
      tag: 'a[href]',
      getAttrs: (node: HTMLElement) => {
        const href = node.getAttribute('data-href') ?? node.getAttribute('href') ?? ''
        return isSafeHref(href) && href !== '' ? { href, title: node.getAttribute('title') } : false
      },
    },
  ],
  renderHTML: ({ HTMLAttributes }) => {
    const { href, ...rest } = HTMLAttributes
    // What came is kept as data; the browser gets only addresses that cannot act.
    const shown = isSafeHref(String(href)) ? String(href) : '#'
    return ['a', mergeAttributes(rest, { href: shown, 'data-href': String(href), rel: 'noopener noreferrer' }), 0]
  },
  addInputRules() {
    // [words](address) becomes a link as soon as the bracket closes
    return [
      new InputRule({
        find: /(?:^|[^!])\[([^[\]]+)\]\(([^()\s]+)\)$/,
        handler: ({ state, range, match }) => {
          const [whole, words = '', href = ''] = match
          if (!isSafeHref(href)) return null
          const from = range.from + (whole.startsWith('[') ? 0 : 1)
          state.tr
            .replaceWith(from, range.to, state.schema.text(words, [this.type.create({ href })]))
            .removeStoredMark(this.type)
          return undefined
        },
      }),
    ]
  },
})

export const marks = [...plainMarks.map(plainMark), Link]
