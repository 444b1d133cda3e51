/** Templates as documents. */
import type { TemplateId } from '@floowe/contracts/vocabulary'
import type { Collections } from './mongodb-collections.ts'
import { bodyOf, keyOf, type TemplateDoc } from './mongodb-documents.ts'
import type { TemplateRecord, TemplateStore } from './port.ts'

const listedMax = 200
/** More than a workspace may make, even when many are made at once. */
const readMax = 1_000

const templateOf = (doc: TemplateDoc): TemplateRecord => ({
  id: doc.id as TemplateId, // written from one
  name: doc.name,
  description: doc.description,
  language: doc.language,
  title: doc.title,
  lead: doc.lead,
  body: bodyOf(doc.body),
  createdAt: doc.createdAt.toISOString(),
})

export function templatesIn({ templates }: Collections): TemplateStore {
  const names = new Intl.Collator('pl')
  return {
    list: async (workspaceId) => {
      const docs = await templates.find({ workspaceId }).limit(readMax).toArray()
      return docs
        .sort((a, b) => names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1))
        .slice(0, listedMax)
        .map(templateOf)
    },
    get: async (workspaceId, id) => {
      const doc = await templates.findOne({ _id: keyOf(workspaceId, id) })
      return doc && templateOf(doc)
    },
    put: async (workspaceId, { id, body, createdAt, ...words }, refs) => {
      await templates.updateOne(
        { _id: keyOf(workspaceId, id) },
        {
          $set: { ...words, body: JSON.stringify(body), refs },
          $setOnInsert: { workspaceId, id, createdAt: new Date(createdAt) },
        },
        { upsert: true },
      )
    },
    delete: async (workspaceId, id) => (await templates.deleteOne({ _id: keyOf(workspaceId, id) })).deletedCount > 0,
    isUsing: async (workspaceId, ref) =>
      (await templates.findOne({ workspaceId, refs: ref }, { projection: { _id: 1 } })) !== null,
  }
}
