/**
 * Checklists: what a workspace wants of a text before it goes out, and how far an edition is. What is computed is computed each time
 * anew, of the text that is asked about; what is asked stays ticked until somebody unticks it, or the list no longer asks it.
 */
import type { CheckedItem, Checklist, ChecklistItem } from '@floowe/contracts/checklists'
import type { ArticleId, EditionId, VersionId } from '@floowe/contracts/vocabulary'
import { found, type Host, refuse } from '@floowe/platform'
import { type CheckedText, faultsOf } from './checklist-rules.ts'
import { mediaOf } from './references.ts'
import { sourcesIn } from './formats/index.ts'
import type { People } from './people.ts'
import { manyMedia } from './store/media.ts'
import * as rows from './store/checklists.ts'
import type { ContentStore, VersionText } from './store/port.ts'
import type { By } from './terms.ts'
import type { Writing } from './writing/writing.ts'

export type Checklists = ReturnType<typeof createChecklists>
type Words = Pick<VersionText, 'title' | 'lead' | 'body' | 'meta'>

type Parts = { store: ContentStore; people: People; settle: Writing['settle'] }

export function createChecklists(host: Host, { store, people, settle }: Parts) {
  const { db, clock } = host

  const textOf = async (workspaceId: string, articleId: ArticleId, words: Words): Promise<CheckedText> => {
    const { title, lead, body, meta } = words
    const { items } = await store.listArticles(workspaceId, { ids: [articleId], limit: 1, offset: 0 })
    const { coverId, tags } = found(items[0], 'article')
    const ids = [...sourcesIn(body).src].flatMap((src) => mediaOf(src) ?? [])
    const media = await manyMedia(db, workspaceId, [...new Set([...ids, ...(coverId ? [coverId] : [])])])
    const altOf = (id: string | null): string => media.find((row) => row.id === id)?.alt ?? ''
    return {
      ...{ title, lead, body, meta },
      tags: tags.length,
      cover: coverId === null ? null : { alt: altOf(coverId) },
      altOf: (src) => altOf(mediaOf(src)),
    }
  }
  const checked = async (workspaceId: string, editionId: EditionId): Promise<CheckedItem[]> => {
    await settle({ workspaceId, editionId })
    const edition = found(await store.getEdition(workspaceId, editionId), 'edition')
    const { items } = await rows.readChecklist(db, workspaceId)
    if (items.length === 0) return []
    const [ticks, text] = await Promise.all([
      rows.readTicks(db, workspaceId, editionId),
      textOf(workspaceId, edition.articleId, edition),
    ])
    const names = await people.names(
      workspaceId,
      ticks.map(({ doneBy }) => doneBy),
    )
    return items.map((item): CheckedItem => {
      if (item.rule !== null) {
        const count = faultsOf(item.rule, text)
        return { ...item, isDone: count === 0, count, doneByName: null, doneAt: null }
      }
      const tick = ticks.find(({ itemId }) => itemId === item.id)
      return {
        ...item,
        isDone: tick !== undefined,
        count: null,
        doneByName: tick ? (names.get(tick.doneBy) ?? null) : null,
        doneAt: tick?.doneAt.toISOString() ?? null,
      }
    })
  }

  return {
    get: (workspaceId: string): Promise<Checklist> => rows.readChecklist(db, workspaceId),

    /** @throws Refusal wrong-checklist, stale-checklist */
    update: async (
      workspaceId: string,
      { items, basedOn }: { items: readonly ChecklistItem[]; basedOn: number },
      by: By,
    ): Promise<Checklist> => {
      const wrong = wrongItem(items)
      if (wrong) refuse('wrong-checklist', { itemId: wrong.id })
      // what is computed asks nothing
      const settled = items.map((item) => (item.rule === null ? item : { ...item, text: '' }))
      return db.transaction(async (tx) => {
        if (!(await rows.writeChecklist(tx, workspaceId, settled, basedOn)))
          refuse('stale-checklist', { current: (await rows.readChecklist(tx, workspaceId)).revision })
        await rows.dropOtherTicks(
          tx,
          workspaceId,
          settled.map(({ id }) => id),
        )
        await tx.emit({
          name: 'content.checklist-changed',
          workspaceId,
          key: workspaceId,
          ...by,
          data: { items: settled.length },
        })
        return rows.readChecklist(tx, workspaceId)
      })
    },

    /** @throws Refusal not-found */
    check: checked,

    /** @throws Refusal not-found (no such edition or item), not-asked (it is computed) */
    tick: async (
      workspaceId: string,
      { id, itemId, isDone }: { id: EditionId; itemId: string; isDone: boolean },
      by: By,
    ): Promise<CheckedItem[]> => {
      const { articleId } = found((await store.findEditions(workspaceId, { ids: [id] }))[0], 'edition')
      await db.transaction(async (tx) => {
        const { items } = await rows.readChecklist(tx, workspaceId)
        const item = found(items.find((one) => one.id === itemId) ?? null, 'item')
        if (item.rule !== null) refuse('not-asked')
        const of = { editionId: id, articleId, itemId }
        const isChanged = isDone
          ? await rows.tick(tx, workspaceId, of, { at: clock.instant(), actor: by.actor })
          : await rows.untick(tx, workspaceId, of)
        if (!isChanged) return
        const data = { articleId, editionId: id, itemId, text: item.text, isDone }
        await tx.emit({ name: 'content.checklist-ticked', workspaceId, key: articleId, ...by, data })
      })
      return checked(workspaceId, id)
    },

    /** What blocks this very version. @throws Refusal not-found */
    open: async (
      workspaceId: string,
      editionId: EditionId,
      versionId: VersionId,
    ): Promise<Pick<ChecklistItem, 'id' | 'rule' | 'text'>[]> => {
      const edition = found((await store.findEditions(workspaceId, { ids: [editionId] }))[0], 'edition')
      const { items } = await rows.readChecklist(db, workspaceId)
      const blocking = items.filter(({ severity }) => severity === 'blocks')
      if (blocking.length === 0) return []
      const version = found(await store.getVersion(workspaceId, versionId), 'version')
      if (version.editionId !== editionId) refuse('not-found', { what: 'version' })
      const [ticks, text] = await Promise.all([
        rows.readTicks(db, workspaceId, editionId),
        textOf(workspaceId, edition.articleId, version),
      ])
      return blocking
        .filter(({ id, rule }) =>
          rule === null ? !ticks.some(({ itemId }) => itemId === id) : faultsOf(rule, text) > 0,
        )
        .map(({ id, rule, text: asked }) => ({ id, rule, text: asked }))
    },
  }
}

/** The first that cannot stand in a list: known by another's name, computed a second time, or without a question. */
const wrongItem = (items: readonly ChecklistItem[]): ChecklistItem | undefined =>
  items.find(
    (item, index) =>
      (item.rule === null && item.text.trim() === '') ||
      items.slice(0, index).some((other) => other.id === item.id || (item.rule !== null && other.rule === item.rule)),
  )
