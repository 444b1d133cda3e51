/** Versions as documents of their own. Whoever meets one that is not settled yet settles it, so all see the same. */
import type { EditionId } from '@floowe/contracts/vocabulary'
import type { Parts } from './mongodb-articles.ts'
import { settled } from './mongodb-collections.ts'
import { keyOf, type VersionDoc, versionOf, versionTextOf } from './mongodb-documents.ts'
import type { ContentStore } from './port.ts'

type Versions = Pick<ContentStore, 'getVersion' | 'listVersions'>

/** A list is read again when the edition was saved meanwhile, so that a folded version never leaves a gap. */
const readingsMax = 3

export function versionsIn({ collections: { articles, versions }, aftermath }: Parts): Versions {
  /** The edition's revision, with its newest version settled. */
  const revisionOf = async (workspaceId: string, editionId: EditionId): Promise<number | null> => {
    const article = await articles.findOne(
      { workspaceId, isDeleted: false, 'editions.id': editionId },
      { projection: { pending: 1, 'editions.id': 1, 'editions.revision': 1 } },
    )
    if (article?.pending.some(({ version }) => version?.editionId === editionId)) await aftermath.settle(article._id)
    return article?.editions.find(({ id }) => id === editionId)?.revision ?? null
  }

  return {
    getVersion: async (workspaceId, id, { freeze } = {}) => {
      const key = { _id: keyOf(workspaceId, id) }
      let found = await versions.findOne(key)
      if (found?.unsettledSince !== undefined) {
        await aftermath.settle(keyOf(workspaceId, found.articleId))
        found = await versions.findOne({ ...key, ...settled })
      }
      if (found && freeze && !found.isFrozen)
        found = await versions.findOneAndUpdate(key, { $set: { isFrozen: true } }, { returnDocument: 'after' })
      return found && versionTextOf(found)
    },

    listVersions: async (workspaceId, editionId, { limit, offset }) => {
      const where = { workspaceId, editionId, ...settled }
      for (let reading = 1; ; reading++) {
        const revision = await revisionOf(workspaceId, editionId)
        if (revision === null) return { items: [], total: 0 }
        const [docs, total] = await Promise.all([
          versions
            .find(where)
            .sort({ number: -1 })
            .skip(offset)
            .limit(limit)
            .project<Omit<VersionDoc, 'body'>>({ body: 0 })
            .toArray(),
          versions.countDocuments(where),
        ])
        if (reading === readingsMax || (await revisionOf(workspaceId, editionId)) === revision)
          return { items: docs.map(versionOf), total }
      }
    },
  }
}
