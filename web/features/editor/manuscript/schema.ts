/** Every node and mark of the contract, the marks of suggestions, and nothing else. */
import { nodeRules, type NodeType } from '@floowe/contracts/body'
import { type AnyExtension, Node } from '@tiptap/core'
import { Blockquote, CodeBlock, Document, HardBreak, Heading, HorizontalRule, Paragraph, Text } from './blocks.ts'
import { Callout, Embed, Footnote, FootnoteReference, Image, InlineImage, Source, SourceInline } from './figures.ts'
import { BulletList, ListItem, OrderedList, TaskItem, TaskList } from './lists.ts'
import { marks } from './marks.ts'
import { suggestionMarks, suggestionNames } from './suggestion-marks.ts'
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
  return [
    ...nodes.map((node) => suggestible(drawn.get(node.name) ?? node)),
    ...marks,
    // after the others: a word in bold that is suggested is one suggestion, not two
    ...suggestionMarks,
  ]
}

/** What holds blocks may hold suggested ones, and code suggested letters. */
function suggestible(node: AnyExtension): AnyExtension {
  const holds = node.name === 'doc' ? 'blocks' : nodeRules[node.name as NodeType].holds // the nodes above are the contract's
  if (!(node instanceof Node) || holds === 'inline' || holds === 'nothing') return node
  return node.extend({ marks: suggestionNames })
}
