/** Editions and their versions as rows. */
import type { Body } from '@floowe/contracts/body'
import { type Database, type FactStatement, isUniqueViolation } from '@floowe/platform'
import {
  type EditionDoc,
  editionColumns,
  editionOf,
  type EditionRow,
  foundColumns,
  foundOf,
  type FoundRow,
  versionColumns,
  type VersionDoc,
  versionOf,
  type VersionRow,
  versionTextOf,
} from './jsonb-rows.ts'
import type { ContentStore, EditionQuery, Save } from './port.ts'

type Editions = Pick<ContentStore, 'save' | 'mark' | 'getEdition' | 'findEditions' | 'getVersion' | 'listVersions'>

export const editionsIn = (db: Database): Editions => ({
  save: async (workspaceId, save, events) => {
    try {
      const saved = await db.state<EditionRow>(
        save.folds ? foldStatement : saveStatement,
        saveValues(workspaceId, save),
        events,
      )
      if (saved) return editionOf(saved)
      const there = await db.one<EditionRow>(
        `select ${editionColumns} from editions e where e.workspace_id = $1 and e.id = $2`,
        [workspaceId, save.editionId],
      )
      // The same save, come again after its answer was lost.
      if (there?.version_id === save.versionId) return editionOf(there)
      return (
        there && {
          stale: {
            current: there.revision,
            updatedAt: there.updated_at.toISOString(),
            updatedBy: there.doc.updatedBy,
          },
        }
      )
    } catch (error) {
      if (isUniqueViolation(error, 'editions_slug')) return 'slug-taken'
      throw error
    }
  },

  mark: (workspaceId, editionId, { status, keepsSlug, basedOn, at }, events) =>
    db.transaction(async (tx) => {
      const row = await tx.one<EditionRow>(
        `with marked as (
           update editions e set status = coalesce($3, e.status), doc = case when $4 then jsonb_set(e.doc, '{keepsSlug}', 'true') else e.doc end
           where e.workspace_id = $1 and e.id = $2 and ($5::int is null or e.revision = $5) returning ${editionColumns}),
         touched as (update articles a set updated_at = $6 from marked where $3::text is not null and a.workspace_id = $1 and a.id = marked.article_id)
         select * from marked`,
        [workspaceId, editionId, status ?? null, keepsSlug ?? false, basedOn ?? null, at],
      )
      if (row) await tx.emit(...events)
      return row && editionOf(row)
    }),

  getEdition: async (workspaceId, id) => {
    const row = await db.one<FoundRow & { body: Body }>(
      `select ${foundColumns}, v.body from editions e join articles a on a.workspace_id = e.workspace_id and a.id = e.article_id
       join versions v on v.workspace_id = e.workspace_id and v.id = e.version_id where e.workspace_id = $1 and e.id = $2`,
      [workspaceId, id],
    )
    return row && { ...foundOf(row), body: row.body }
  },

  findEditions: async (workspaceId, query) => {
    const { where, values } = whereOf(query)
    const rows = await db.query<FoundRow>(
      `select ${foundColumns} from editions e join articles a on a.workspace_id = e.workspace_id and a.id = e.article_id
       where e.workspace_id = $1 and ${where} order by e.created_at, e.id limit 1000`,
      [workspaceId, ...values],
    )
    return rows.map(foundOf)
  },

  getVersion: async (workspaceId, id, { freeze } = {}) => {
    const columns = `${versionColumns}, v.body`
    const row = await db.one<VersionRow & { body: Body; is_frozen: boolean }>(
      `select ${columns}, v.is_frozen from versions v where v.workspace_id = $1 and v.id = $2`,
      [workspaceId, id],
    )
    if (row && freeze && !row.is_frozen) {
      const frozen = await db.one<VersionRow & { body: Body }>(
        `update versions v set is_frozen = true where v.workspace_id = $1 and v.id = $2 returning ${columns}`,
        [workspaceId, id],
      )
      return frozen && versionTextOf(frozen)
    }
    return row && versionTextOf(row)
  },

  listVersions: async (workspaceId, editionId, { limit, offset }) => {
    const [rows, total] = await Promise.all([
      db.query<VersionRow>(
        `select ${versionColumns} from versions v where v.workspace_id = $1 and v.edition_id = $2 order by v.number desc limit $3 offset $4`,
        [workspaceId, editionId, limit, offset],
      ),
      db.one<{ total: number }>(
        'select count(*) as total from versions v where v.workspace_id = $1 and v.edition_id = $2',
        [workspaceId, editionId],
      ),
    ])
    return { items: rows.map(versionOf), total: total?.total ?? 0 }
  },
})

/**
 * One statement: the edition if its revision still fits, its version (in the place of the folded one, or behind the last), and
 * the article's time; and what is told of it. A version's number comes from the table, as the folded one may have been frozen a moment ago.
 */
const saving =
  (folds: boolean): FactStatement =>
  (told) =>
    `
  with saved as (
    update editions e set title = $4, slug = $5, words = $6, refs = $7, version_id = $8, revision = e.revision + 1, updated_at = $9,
      doc = e.doc || $10::jsonb, source_system = coalesce($11, e.source_system), source_id = coalesce($12, e.source_id)
    where e.workspace_id = $1 and e.id = $2 and e.revision = $3 returning ${editionColumns}),
  ${
    folds
      ? `folded as (
    update versions v set id = $8, title = $4, words = $6, refs = $7, doc = $13, body = $14, reason = $15
    from saved where v.workspace_id = $1 and v.id = $16 and not v.is_frozen returning v.number),`
      : ''
  }
  added as (
    insert into versions (workspace_id, id, edition_id, number, reason, title, words, refs, doc, body, created_at)
    select $1, $8, saved.id, 1 + coalesce((select max(v.number) from versions v where v.workspace_id = $1 and v.edition_id = $2), 0), $15, $4, $6, $7, $13, $14, $9
    from saved${folds ? ' where not exists (select from folded)' : ''}),
  touched as (
    update articles a set updated_at = $9, title = case when a.title_edition_id = saved.id then $4 else a.title end
    from saved where a.workspace_id = $1 and a.id = saved.article_id),
  ${told('saved')}
  select * from saved`
const saveStatement = saving(false)
const foldStatement = saving(true)

function saveValues(workspaceId: string, save: Save): unknown[] {
  const { lead, meta, keepsSlug, reason, by, at } = save
  const newestAt = save.folds ? undefined : at
  const doc: Partial<EditionDoc> = {
    lead,
    meta,
    ...(keepsSlug && { keepsSlug }),
    updatedBy: by,
    ...(save.permalinks && { permalinks: save.permalinks }),
    ...(save.imported && { imported: save.imported }),
  }
  const versionDoc: VersionDoc = { slug: save.slug, lead, meta, note: save.note, createdBy: by }
  // A folded version keeps the time of its first text, so that a long sitting leaves a version every ten minutes.
  if (newestAt !== undefined) doc.newest = { reason, by, at: newestAt }
  return [
    workspaceId,
    save.editionId,
    save.basedOn,
    save.title,
    save.slug,
    save.words,
    save.refs,
    save.versionId,
    at,
    JSON.stringify(doc),
    save.imported?.system ?? null,
    save.imported?.id ?? null,
    JSON.stringify(versionDoc),
    JSON.stringify(save.body),
    reason,
    ...(save.folds ? [save.folds] : []),
  ]
}

function whereOf(query: EditionQuery): { where: string; values: unknown[] } {
  if ('ids' in query) return { where: 'e.id = any($2)', values: [query.ids] }
  if ('system' in query)
    return { where: 'e.source_system = $2 and e.source_id = any($3)', values: [query.system, query.sourceIds] }
  if ('slugs' in query) return { where: 'e.language = $2 and e.slug = any($3)', values: [query.language, query.slugs] }
  if ('pointingTo' in query) {
    const cover = query.pointingTo.startsWith('media:') ? query.pointingTo.slice('media:'.length) : null
    return {
      where: '((cardinality(e.refs) > 0 and e.refs @> array[$2]) or a.cover_id = $3::uuid)',
      values: [query.pointingTo, cover],
    }
  }
  return {
    where:
      'e.id in (select v.edition_id from versions v where v.workspace_id = $1 and cardinality(v.refs) > 0 and v.refs @> array[$2])',
    values: [query.oncePointingTo],
  }
}
