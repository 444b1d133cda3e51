/** What stands between paragraphs: pictures, embeds, callouts, footnotes, and source that is kept as it came. */
import { Node } from '@tiptap/core'
import { attributesOf } from './attributes.ts'

export const calloutKinds = ['note', 'tip', 'important', 'warning', 'caution'] as const
export type CalloutKind = (typeof calloutKinds)[number]
/** How a kind is shown; an unknown one as a note. */
export const calloutKind = (kind: unknown): CalloutKind => calloutKinds.find((known) => known === kind) ?? 'note'

const numberOf = (text: string | null): number | null => (text !== null && Number(text) > 0 ? Number(text) : null)

export const Image = Node.create({
  name: 'image',
  group: 'block',
  draggable: true,
  addAttributes: () => attributesOf('image'),
  parseHTML: () => [
    { tag: 'figure[data-image]' },
    {
      tag: 'img[src]',
      getAttrs: (node: HTMLElement) =>
        /^(https?:|media:)/i.test(node.getAttribute('src') ?? '') && {
          src: node.getAttribute('src'),
          alt: node.getAttribute('alt'),
          title: node.getAttribute('title'),
          width: numberOf(node.getAttribute('width')),
          height: numberOf(node.getAttribute('height')),
          href: node.closest('a')?.getAttribute('href') ?? null,
          caption: node.closest('figure')?.querySelector('figcaption')?.textContent?.trim() || null,
        },
    },
  ],
  // A media: address means nothing to a browser, so the picture itself is drawn by its view.
  renderHTML: ({ HTMLAttributes }) => ['figure', { ...HTMLAttributes, 'data-image': '' }],
})

export const Embed = Node.create({
  name: 'embed',
  group: 'block',
  draggable: true,
  addAttributes: () => attributesOf('embed'),
  parseHTML: () => [{ tag: 'figure[data-embed]' }],
  renderHTML: ({ HTMLAttributes }) => ['figure', { ...HTMLAttributes, 'data-embed': '' }],
})

export const Source = Node.create({
  name: 'source',
  group: 'block',
  addAttributes: () => attributesOf('source'),
  parseHTML: () => [{ tag: 'div[data-source]' }],
  renderHTML: ({ HTMLAttributes }) => ['div', { ...HTMLAttributes, 'data-source': '' }],
})

export const Callout = Node.create({
  name: 'callout',
  group: 'block',
  content: 'block+',
  defining: true,
  addAttributes: () => attributesOf('callout'),
  parseHTML: () => [{ tag: 'aside[data-kind]' }, { tag: 'aside.callout' }],
  renderHTML: ({ HTMLAttributes }) => ['aside', HTMLAttributes, 0],
})

export const Footnote = Node.create({
  name: 'footnote',
  group: 'block',
  content: 'block+',
  defining: true,
  addAttributes: () => attributesOf('footnote'),
  parseHTML: () => [{ tag: 'div[data-footnote]' }],
  renderHTML: ({ HTMLAttributes }) => ['div', { ...HTMLAttributes, 'data-footnote': '' }, 0],
})

const inlineAtom = { group: 'inline', inline: true, atom: true } as const

export const InlineImage = Node.create({
  name: 'inlineImage',
  ...inlineAtom,
  addAttributes: () => attributesOf('inlineImage'),
  parseHTML: () => [{ tag: 'span[data-inline-image]' }],
  renderHTML: ({ HTMLAttributes }) => ['span', { ...HTMLAttributes, 'data-inline-image': '' }],
})

export const FootnoteReference = Node.create({
  name: 'footnoteReference',
  ...inlineAtom,
  addAttributes: () => attributesOf('footnoteReference'),
  parseHTML: () => [{ tag: 'sup[data-footnote-reference]', priority: 60 }],
  renderHTML: ({ node, HTMLAttributes }) => [
    'sup',
    { ...HTMLAttributes, 'data-footnote-reference': '' },
    String(node.attrs.label ?? ''),
  ],
  renderText: ({ node }) => `[${String(node.attrs.label ?? '')}]`,
})

export const SourceInline = Node.create({
  name: 'sourceInline',
  ...inlineAtom,
  addAttributes: () => attributesOf('sourceInline'),
  parseHTML: () => [{ tag: 'span[data-source-inline]' }],
  renderHTML: ({ node, HTMLAttributes }) => [
    'span',
    { ...HTMLAttributes, 'data-source-inline': '' },
    String(node.attrs.value ?? ''),
  ],
})
