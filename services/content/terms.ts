/** Tags, categories and authors: found by name without regard to case, made when unknown, merged. */
import type { Term, TermKind, TermRef } from '@floowe/contracts/content'
import type { TermId, UserId } from '@floowe/contracts/vocabulary'
import { slugOf } from '@floowe/language'
import {
  type Database,
  found,
  type Host,
  isUniqueViolation,
  refuse,
  type Sql,
  type Transaction,
} from '@floowe/platform'
import type { z } from 'zod'
import type { ContentStore } from './store/port.ts'
import { numbered } from './texts.ts'

type Kind = z.infer<typeof TermKind>
/** Language → name. */
export type Names = Readonly<Record<string, string>>
type TermRow = {
  id: TermId
  kind: Kind
  name: string
  slug: string
  description: string
  names: Names
  user_id: UserId | null
}
/** Who asked, for the events. */
export type By = { actor: string; requestId: string | null }
/** A term by name; slug and description are taken when it has to be made. */
export type NamedTerm = { name: string; slug?: string | null; description?: string; names?: Names }

export const termsMax = 5_000
const nameMax = 120
const slugTriesMax = 20

export type Terms = ReturnType<typeof createTerms>

export function createTerms({ db, ids, clock }: Host, store: ContentStore) {
  const made = { ids, clock }
  const shaped = async (workspaceId: string, rows: TermRow[]): Promise<Term[]> => {
    const articles = await store.countArticles(workspaceId, { terms: rows.map((row) => row.id) })
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      name: row.name,
      slug: row.slug,
      description: row.description,
      names: row.names,
      userId: row.user_id,
      articles: articles.get(row.id) ?? 0,
    }))
  }
  const one = async (workspaceId: string, row: TermRow): Promise<Term> =>
    found((await shaped(workspaceId, [row]))[0], 'term')
  const get = (sql: Sql, workspaceId: string, id: TermId) =>
    sql.one<TermRow>(`select ${columns} from terms where workspace_id = $1 and id = $2`, [workspaceId, id])

  return {
    /** Ids for names, in their order, each term once. Unknown names become terms. */
    resolve: (workspaceId: string, kind: Kind, named: readonly NamedTerm[], by: By): Promise<TermId[]> =>
      named.length === 0
        ? Promise.resolve([])
        : db.transaction((tx) => resolve(tx, workspaceId, kind, named, by, made)),

    /** Those that exist, with descriptions. */
    describe: async (
      workspaceId: string,
      termIds: readonly TermId[],
    ): Promise<ReadonlyMap<TermId, TermRef & { description: string; names: Names }>> => {
      if (termIds.length === 0) return new Map()
      const rows = await db.query<TermRow>(`select ${columns} from terms where workspace_id = $1 and id = any($2)`, [
        workspaceId,
        [...new Set(termIds)],
      ])
      return new Map(rows.map(({ id, name, slug, description, names }) => [id, { id, name, slug, description, names }]))
    },

    list: async (
      workspaceId: string,
      kind: Kind,
      query: string,
      { limit, offset }: { limit: number; offset: number },
    ): Promise<{ items: Term[]; total: number }> => {
      const pattern = `%${keyOf(query).replace(/[\\%_]/g, '\\$&')}%`
      const where = 'workspace_id = $1 and kind = $2 and name_key like $3'
      const [rows, total] = await Promise.all([
        db.query<TermRow>(
          `select ${columns} from terms where ${where} order by name collate "pl-x-icu", id limit $4 offset $5`,
          [workspaceId, kind, pattern, limit, offset],
        ),
        db.one<{ total: number }>(`select count(*) as total from terms where ${where}`, [workspaceId, kind, pattern]),
      ])
      return { items: await shaped(workspaceId, rows), total: total?.total ?? 0 }
    },

    create: async (
      workspaceId: string,
      term: { kind: Kind; name: string; slug?: string; description: string; names: Names },
      by: By,
    ): Promise<Term> => one(workspaceId, await db.transaction((tx) => create(tx, workspaceId, term, by, made))),
    update: async (workspaceId: string, id: TermId, change: TermChange, by: By): Promise<Term> =>
      one(workspaceId, await update(db, workspaceId, id, change, by)),

    /** Off all articles first, then gone: a crash in between leaves a term without articles, which may be deleted again. */
    delete: async (workspaceId: string, id: TermId, mergeInto: TermId | null, by: By): Promise<void> => {
      const term = found(await get(db, workspaceId, id), 'term')
      if (mergeInto) {
        const other = found(await get(db, workspaceId, mergeInto), 'term')
        if (other.id === term.id || other.kind !== term.kind)
          refuse('invalid-input', { issues: [{ path: 'mergeInto', problem: 'another term of the same kind' }] })
      }
      const events = [changed(workspaceId, id, by), ...(mergeInto ? [changed(workspaceId, mergeInto, by)] : [])]
      await store.replaceTerm(workspaceId, id, mergeInto, events)
      await db.query('delete from terms where workspace_id = $1 and id = $2', [workspaceId, id])
    },
  }
}

const columns = 'id, kind, name, slug, description, names, user_id'
const keyOf = (name: string): string => cleanName(name).toLowerCase()
const cleanName = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, nameMax)
const changed = (workspaceId: string, termId: TermId, { actor, requestId }: By) => ({
  name: 'content.terms-changed' as const,
  workspaceId,
  key: termId,
  actor,
  requestId,
  data: { termId },
})

type Making = Pick<Host, 'ids' | 'clock'>
type TermChange = { name?: string; slug?: string; description?: string; names?: Names }

async function create(
  tx: Transaction,
  workspaceId: string,
  term: NamedTerm & { kind: Kind; slug?: string },
  by: By,
  making: Making,
): Promise<TermRow> {
  await refuseOverLimit(tx, workspaceId, 1)
  const added = await add(tx, workspaceId, term.kind, term, making)
  if (!added || (term.slug !== undefined && added.slug !== term.slug)) refuse('name-taken')
  await tx.emit(changed(workspaceId, added.id, by))
  return added
}

async function update(
  db: Database,
  workspaceId: string,
  id: TermId,
  { name, slug, description, names }: TermChange,
  by: By,
): Promise<TermRow> {
  try {
    return await db.transaction(async (tx) => {
      const updated = await tx.one<TermRow>(
        `update terms set name = coalesce($3, name), name_key = coalesce($4, name_key), slug = coalesce($5, slug), description = coalesce($6, description),
         names = coalesce($7, names)
         where workspace_id = $1 and id = $2 returning ${columns}`,
        [
          workspaceId,
          id,
          name ?? null,
          name === undefined ? null : keyOf(name),
          slug ?? null,
          description ?? null,
          names ? JSON.stringify(names) : null,
        ],
      )
      const term = found(updated, 'term')
      await tx.emit(changed(workspaceId, id, by))
      return term
    })
  } catch (error) {
    if (isUniqueViolation(error)) refuse('name-taken')
    throw error
  }
}

async function resolve(
  tx: Transaction,
  workspaceId: string,
  kind: Kind,
  named: readonly NamedTerm[],
  by: By,
  making: Making,
): Promise<TermId[]> {
  const wanted = new Map<string, NamedTerm>()
  for (const term of named)
    if (keyOf(term.name) !== '' && !wanted.has(keyOf(term.name))) wanted.set(keyOf(term.name), term)
  const known = async (): Promise<Map<string, TermId>> => {
    const rows = await tx.query<{ id: TermId; name_key: string }>(
      'select id, name_key from terms where workspace_id = $1 and kind = $2 and name_key = any($3)',
      [workspaceId, kind, [...wanted.keys()]],
    )
    return new Map(rows.map((row) => [row.name_key, row.id]))
  }
  let terms = await known()
  // In one order everywhere, so that two who make the same terms at once wait for each other in turn.
  const missing = [...wanted].filter(([key]) => !terms.has(key)).sort(([one], [other]) => (one < other ? -1 : 1))
  if (missing.length > 0) {
    await refuseOverLimit(tx, workspaceId, missing.length)
    for (const [, term] of missing) {
      const added = await add(tx, workspaceId, kind, term, making)
      if (added) await tx.emit(changed(workspaceId, added.id, by))
    }
    // Also finds what another transaction made at the same time.
    terms = await known()
  }
  return [...wanted.keys()].flatMap((key) => terms.get(key) ?? [])
}

async function refuseOverLimit(tx: Sql, workspaceId: string, more: number): Promise<void> {
  const row = await tx.one<{ n: number }>('select count(*) as n from terms where workspace_id = $1', [workspaceId])
  if ((row?.n ?? 0) + more > termsMax)
    refuse('invalid-input', {
      issues: [{ path: 'name', problem: `a workspace has at most ${termsMax} tags, categories and authors` }],
    })
}

/** Null when the name, or the slug that was asked for, is taken. */
async function add(
  tx: Transaction,
  workspaceId: string,
  kind: Kind,
  term: NamedTerm,
  { ids, clock }: Making,
): Promise<TermRow | null> {
  const id = ids.next<TermId>()
  const name = cleanName(term.name)
  const wish = term.slug ?? null
  const slug = wish ?? slugOf(name, 'und', `${kind}-${id.slice(-8)}`)
  for (let number = 1; number <= slugTriesMax; number++) {
    const candidate =
      number === slugTriesMax ? `${slug.slice(0, 100).replace(/-+$/, '')}-${id.slice(-12)}` : numbered(slug, number)
    const row = await tx.one<TermRow>(
      `insert into terms (workspace_id, id, kind, name, name_key, slug, description, names, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict do nothing returning ${columns}`,
      [
        workspaceId,
        id,
        kind,
        name,
        keyOf(name),
        candidate,
        term.description ?? '',
        JSON.stringify(term.names ?? {}),
        clock.instant(),
      ],
    )
    if (row) return row
    const same = await tx.one('select from terms where workspace_id = $1 and kind = $2 and name_key = $3', [
      workspaceId,
      kind,
      keyOf(name),
    ])
    if (same) return null
  }
  return null
}
