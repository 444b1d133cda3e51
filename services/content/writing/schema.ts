/**
 * The editor's schema as far as a document without an editor needs it: every node and mark of the contract, suggestions, and the
 * attributes that only a document has. What may stand where is not held here, but where a body is made of it.
 */
import { markTypes, nodeRules, type NodeType } from '@floowe/contracts/body'
import { suggestionMarks } from '@floowe/contracts/body-json'
import { type AttributeSpec, type MarkSpec, type NodeSpec, Schema } from 'prosemirror-model'

const none: AttributeSpec = { default: null }

function nodeSpec(type: NodeType): NodeSpec {
  if (type === 'text') return { group: 'inline' }
  const { group, holds, attrs = {} } = nodeRules[type]
  const own = Object.keys(attrs).map((name): [string, AttributeSpec] => [
    name,
    name === 'colspan' || name === 'rowspan' ? { default: 1 } : none,
  ])
  return {
    group,
    inline: group === 'inline',
    ...(holds === 'nothing' ? {} : { content: holds === 'inline' || holds === 'text' ? 'inline*' : '(block|part)*' }),
    attrs: { id: none, filled: none, marks: none, ...Object.fromEntries(own) },
  }
}

function markSpec(name: string): MarkSpec {
  if (name === 'link') return { attrs: { href: { default: '' }, title: none } }
  if (name === 'insertion' || name === 'deletion') return { attrs: { id: none } }
  // A text may wear several changes.
  if (name === 'modification')
    return { excludes: '', attrs: { id: none, type: none, attrName: none, previousValue: none, newValue: none } }
  return {}
}

const make = (): Schema =>
  new Schema({
    nodes: {
      doc: { content: 'block*' },
      ...Object.fromEntries((Object.keys(nodeRules) as NodeType[]).map((type) => [type, nodeSpec(type)])),
    },
    marks: Object.fromEntries([...markTypes, ...suggestionMarks].map((name) => [name, markSpec(name)])),
  })

const schema = make()
export const documentSchema = (): Schema => schema
