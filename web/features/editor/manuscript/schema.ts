/** Every node and mark of the contract, and nothing else. */
import type { AnyExtension } from '@tiptap/core'
import { Blockquote, CodeBlock, Document, HardBreak, Heading, HorizontalRule, Paragraph, Text } from './blocks.ts'
import { Callout, Embed, Footnote, FootnoteReference, Image, InlineImage, Source, SourceInline } from './figures.ts'
import { BulletList, ListItem, OrderedList, TaskItem, TaskList } from './lists.ts'
import { marks } from './marks.ts'
import { Table, TableCell, TableHeader, TableRow } from './tables.ts'

const nodes = [
  Document,
  Paragraph,
  Heading,
  Blockquote,
  BulletList,
  OrderedList,
  ListItem,
  TaskList,
  TaskItem,
  CodeBlock,
  HorizontalRule,
  Image,
  Table,
  TableRow,
  TableHeader,
  TableCell,
  Callout,
  Embed,
  Footnote,
  Source,
  Text,
  HardBreak,
  InlineImage,
  FootnoteReference,
  SourceInline,
]

/** @param views nodes of the same names that bring their own drawing. */
export const schemaExtensions = (views: readonly AnyExtension[] = []): AnyExtension[] => {
  const drawn = new Map(views.map((view) => [view.name, view]))
  return [...nodes.map((node): AnyExtension => drawn.get(node.name) ?? node), ...marks]
}
