/** Housekeeping over the documents of all workspaces, and what killed processes left half done. */
import type { EditionId } from '@floowe/contracts/vocabulary'
import { settled } from './mongodb-collections.ts'
import { keyOf, type VersionDoc } from './mongodb-documents.ts'
import type { Parts } from './mongodb-articles.ts'
import type { StoreUpkeep } from './port.ts'

const trashedMax = 100
const thinnedMax = 1_000
/** Articles and versions looked after in one go. */
const leftMax = 100
/** A save takes a minute at most; a version that no edition points to after this time was left by one that failed. */
const unsettledMs = 60 * 60 * 1000
const workspaceTurnsMax = 10_000
const dayMs = 86_400_000

type Aged = Pick<VersionDoc, '_id' | 'workspaceId' | 'editionId' | 'number' | 'createdAt'>
const aged = { workspaceId: 1, editionId: 1, number: 1, createdAt: 1 }

export function upkeepIn({ clock, collections: { articles, versions, templates }, aftermath }: Parts): StoreUpkeep {
  /** Those of which a later one of the same edition and day is kept. */
  const superseded = async (candidates: readonly Aged[]): Promise<string[]> => {
    const days = candidates.map(({ createdAt }) => Math.floor(createdAt.getTime() / dayMs))
    const editionIds: EditionId[] = [...new Set(candidates.map(({ editionId }) => editionId))]
    const last = new Map<string, number>()
    const dayOf = ({ workspaceId, editionId, createdAt }: Aged): string =>
      `${workspaceId} ${editionId} ${Math.floor(createdAt.getTime() / dayMs)}`
    const others = versions
      .find({
        editionId: { $in: editionIds },
        workspaceId: { $in: [...new Set(candidates.map(({ workspaceId }) => workspaceId))] },
        createdAt: { $gte: new Date(Math.min(...days) * dayMs), $lt: new Date((Math.max(...days) + 1) * dayMs) },
        ...settled,
      })
      .project<Aged>(aged)
    for await (const other of others) last.set(dayOf(other), Math.max(last.get(dayOf(other)) ?? 0, other.number))
    return candidates.filter((one) => one.number < (last.get(dayOf(one)) ?? 0)).map(({ _id }) => _id)
  }

  return {
    trashedBefore: async (instant) => {
      const old = await articles
        .find({ isDeleted: false, trashedAt: { $lt: new Date(instant) } })
        .sort({ trashedAt: 1 })
        .limit(trashedMax)
        .toArray()
      return old.map(({ workspaceId, id }) => ({ workspaceId, articleId: id }))
    },

    thinVersions: async (instant) => {
      const old = versions
        .find({ reason: 'autosaved', isFrozen: false, createdAt: { $lt: new Date(instant) }, ...settled })
        .sort({ createdAt: 1 })
        .project<Aged>(aged)
      let gone = 0
      let piece: Aged[] = []
      const thin = async (): Promise<void> => {
        const ids = piece.length > 0 ? await superseded(piece) : []
        piece = []
        if (ids.length === 0) return
        // Handed out in this moment: it stays.
        const { deletedCount } = await versions.deleteMany({ _id: { $in: ids }, isFrozen: false })
        gone += deletedCount
      }
      for await (const version of old) {
        if (piece.push(version) + gone < thinnedMax) continue
        await thin()
        if (gone >= thinnedMax) break
      }
      await thin()
      return gone
    },

    removeWorkspace: async (workspaceId) => {
      // What was told before it ended is told.
      for (let turn = 0; turn < workspaceTurnsMax; turn++) {
        const left = await articles
          .find({ workspaceId, 'pending.since': { $gt: new Date(0) } })
          .project<{ _id: string }>({ _id: 1 })
          .limit(leftMax)
          .toArray()
        if (left.length === 0) break
        for (const { _id } of left) await aftermath.finish(_id)
      }
      await articles.deleteMany({ workspaceId })
      await versions.deleteMany({ workspaceId })
      await templates.deleteMany({ workspaceId })
    },

    finish: async (waitedMs) => {
      const before = new Date(clock.now() - waitedMs)
      const left = await articles
        .find({ 'pending.since': { $lte: before } })
        .project<{ _id: string }>({ _id: 1 })
        .limit(leftMax)
        .toArray()
      for (const { _id } of left) await aftermath.finish(_id)
      const unsettled = await versions
        .find({ unsettledSince: { $lt: new Date(clock.now() - unsettledMs) } })
        .project<Pick<VersionDoc, '_id' | 'workspaceId' | 'id' | 'articleId'>>({ workspaceId: 1, id: 1, articleId: 1 })
        .limit(leftMax)
        .toArray()
      for (const { _id, workspaceId, id, articleId } of unsettled) {
        const meant = { _id: keyOf(workspaceId, articleId), isDeleted: false, 'editions.versionId': id }
        if (await articles.findOne(meant, { projection: { _id: 1 } })) await aftermath.finish(meant._id)
        else await versions.deleteOne({ _id, unsettledSince: { $exists: true } })
      }
      return left.length + unsettled.length
    },
  }
}
