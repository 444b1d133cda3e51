/** Between a body and the editor's own document; the rules are the contract's. */
import type { Body } from '@floowe/contracts/body'
import { bodyOfJson, type EditorJson } from '@floowe/contracts/body-json'
import type { Node as DocumentNode } from '@tiptap/pm/model'

export { type EditorJson, editorJson } from '@floowe/contracts/body-json'

/** The body that a document says, in one canonical form: no null attributes, marks in the contract's order. */
export const bodyOf = (doc: DocumentNode): Body => bodyOfJson(doc.toJSON() as EditorJson) // its schema is the contract's
