/**
 * The Yjs document of an edition: made from a text, read as a text, changed to say another. What is made twice from the same is
 * the same to the byte: an update that two processes make of one and the same change, or that one makes again after a crash,
 * is one update.
 */
import { createHash } from 'node:crypto'
import { type Body, nodeRules, type NodeType } from '@floowe/contracts/body'
import { bodyOfJson, type EditorJson, editorJson } from '@floowe/contracts/body-json'
import { documentNames } from '@floowe/contracts/writing'
import { updateYFragment } from '@tiptap/y-tiptap'
import { Node as DocumentNode } from 'prosemirror-model'
import * as Y from 'yjs'
import { keepingSuggestions } from './rebase.ts'
import { documentSchema } from './schema.ts'

export type WritingText = { title: string; lead: string; body: Body }

/** Deeper elements are no text; a body may be 40 deep. */
const depthMax = 60
const titleMax = 300
const leadMax = 1_000

const titleOf = (doc: Y.Doc): Y.Text => doc.getText(documentNames.title)
const leadOf = (doc: Y.Doc): Y.Text => doc.getText(documentNames.lead)
const bodyIn = (doc: Y.Doc): Y.XmlFragment => doc.getXmlFragment(documentNames.body)

/** A Yjs client for what has this name: always the same one. */
export const clientOf = (name: string): number => createHash('sha256').update(name).digest().readUInt32BE(0)

export function documentOf(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  return doc
}

/** The document of a text that was never written together. */
export function firstState(text: WritingText, client: number): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = client
  write(doc, text, editorJson(text.body))
  return Y.encodeStateAsUpdate(doc)
}

/** What the text says: suggestions left out, nothing that the contract does not know, broken or invisible signs taken away. */
export function textOfDocument(doc: Y.Doc): WritingText {
  return {
    title: cleanLine(titleOf(doc).toString(), titleMax),
    lead: clean(leadOf(doc).toString(), leadMax),
    body: bodyOfJson(documentJson(doc)),
  }
}

/**
 * What has to be added to the document, as it was when its text was `before`, for it to say `after`. Blocks that say the same
 * stay as they are, with what is suggested in them. Null: nothing.
 * @param base is changed.
 */
export function changeTo(base: Y.Doc, after: WritingText, client: number): Uint8Array | null {
  const before = textOfDocument(base)
  const made: Uint8Array[] = []
  const note = (update: Uint8Array): void => void made.push(update)
  base.on('update', note)
  base.clientID = client
  base.transact(() => {
    if (before.title !== after.title) changeText(titleOf(base), after.title)
    if (before.lead !== after.lead) changeText(leadOf(base), after.lead)
  })
  const json = keepingSuggestions(documentJson(base), bodyOfJson(editorJson(after.body)))
  if (json) writeBody(base, json)
  base.off('update', note)
  return made.length === 0 ? null : Y.mergeUpdates(made)
}

function write(doc: Y.Doc, { title, lead }: WritingText, json: EditorJson): void {
  doc.transact(() => {
    if (title !== '') titleOf(doc).insert(0, title)
    if (lead !== '') leadOf(doc).insert(0, lead)
  })
  writeBody(doc, json)
}

function writeBody(doc: Y.Doc, json: EditorJson): void {
  updateYFragment(doc, bodyIn(doc), DocumentNode.fromJSON(documentSchema(), json), {
    mapping: new Map(),
    isOMark: new Map(),
  })
}

/** One replaced stretch, whole characters. */
function changeText(text: Y.Text, wanted: string): void {
  const now = text.toString()
  let start = 0
  while (start < now.length && start < wanted.length && now[start] === wanted[start]) start += 1
  if (isHigh(now.charCodeAt(start - 1))) start -= 1
  let end = 0
  while (
    end < now.length - start &&
    end < wanted.length - start &&
    now[now.length - 1 - end] === wanted[wanted.length - 1 - end]
  )
    end += 1
  if (isLow(now.charCodeAt(now.length - end))) end -= 1
  const removed = now.length - start - end
  if (removed > 0) text.delete(start, removed)
  const put = wanted.slice(start, wanted.length - end)
  if (put !== '') text.insert(start, put)
}
const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff

/** The body of the document in the editor's JSON. Every block has an id of its own; the same document has the same ids. */
export function documentJson(doc: Y.Doc): EditorJson {
  const seen = new Set<string>()
  return { type: 'doc', content: childrenOf(bodyIn(doc), 0, seen) }
}

function childrenOf(parent: Y.XmlFragment, depth: number, seen: Set<string>): EditorJson[] {
  if (depth > depthMax) return []
  const made: EditorJson[] = []
  for (const child of parent.toArray()) {
    if (child instanceof Y.XmlText) made.push(...textsOf(child))
    else if (child instanceof Y.XmlElement) made.push(elementOf(child, depth, seen))
  }
  return made
}

function textsOf(text: Y.XmlText): EditorJson[] {
  const made: EditorJson[] = []
  for (const { insert, attributes } of text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]) {
    if (typeof insert !== 'string' || insert === '') continue
    const marks = Object.entries(attributes ?? {}).flatMap(([name, attrs]) =>
      typeof attrs === 'object' && attrs !== null
        ? // Marks of which a text may wear several are told apart by a hash behind their name.
          [{ type: name.replace(/--[a-zA-Z0-9+/=]{8}$/, ''), attrs: attrs as Record<string, unknown> }]
        : [],
    )
    made.push({ type: 'text', text: insert, ...(marks.length > 0 ? { marks } : {}) })
  }
  return made
}

function elementOf(element: Y.XmlElement, depth: number, seen: Set<string>): EditorJson {
  const type = element.nodeName
  const attrs = { ...(element.getAttributes() as Record<string, unknown>) }
  if (Object.hasOwn(nodeRules, type) && nodeRules[type as NodeType].group === 'block') {
    const own = attrs['id']
    const id = typeof own === 'string' && own !== '' && !seen.has(own) ? own : idOf(element)
    seen.add(id)
    attrs['id'] = id
  }
  const content = childrenOf(element, depth + 1, seen)
  return {
    type,
    ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
    ...(content.length > 0 ? { content } : {}),
  }
}

/** A UUID for a block that came without one: made of its place in the history, so that it stays the same. */
function idOf(element: Y.XmlElement): string {
  const { client = 0, clock = 0 } = element._item?.id ?? {}
  const hash = createHash('sha256').update(`${client}:${clock}`).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

/** As the contract takes running text; nothing that was written is refused for a sign in it. */
const invisible =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF]/g
const clean = (text: string, max: number): string => cut(text.toWellFormed().replace(invisible, '').trim(), max)
const cleanLine = (text: string, max: number): string => clean(text.replace(/[\r\n\t]+/g, ' '), max)
const cut = (text: string, max: number): string =>
  text.length <= max ? text : text.slice(0, isHigh(text.charCodeAt(max - 1)) ? max - 1 : max).trimEnd()

/** Which clients an update adds something of. */
export function clientsIn(update: Uint8Array): Set<number> {
  const { structs } = Y.decodeUpdate(update)
  return new Set(
    structs.filter((struct) => struct instanceof Y.Item || struct instanceof Y.GC).map(({ id }) => id.client),
  )
}
