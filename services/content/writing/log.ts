/**
 * The log of a document in PostgreSQL: numbered updates, checkpoints, what the document was at each revision of the edition, and
 * who is behind each client. The row of `writing` gives the numbers: whoever changes it waits for the one before, so a number is
 * only seen once all smaller ones are.
 */
import type { EditionId, VersionId } from '@floowe/contracts/vocabulary'
import type { Database, Row } from '@floowe/platform'
import type { MetaFields } from '../store/port.ts'

export type Head = {
  articleId: string
  seq: number
  savedSeq: number
  savedRevision: number
  writtenBy: string
}
/** What the document was at a revision. */
export type Base = {
  versionId: VersionId
  revision: number
  seq: number
  also: number[]
  slug: string
  meta: MetaFields
  isConfirmed: boolean
}
export type Kept = { seq: number; update: Uint8Array }
export type Place = { workspaceId: string; editionId: EditionId }
export type Log = ReturnType<typeof createWritingLog>

/** Rows of one look. */
export const rowsMax = 2_000
/** Of a text that is being written, at about one a second. */
const revisionsUnindexedMax = 10
/** Checkpoints older than the newest stay that far apart. */
const checkpointsApart = 4_000

const headColumns = 'article_id, seq, saved_seq, saved_revision, written_by'
const baseColumns = 'version_id, revision, seq, also, slug, meta, is_confirmed'

export function createWritingLog(db: Database) {
  return {
    head: async ({ workspaceId, editionId }: Place): Promise<Head | null> => {
      const row = await db.one(`select ${headColumns} from writing where workspace_id = $1 and edition_id = $2`, [
        workspaceId,
        editionId,
      ])
      return row && headOf(row)
    },
    /** Once: who comes second changes nothing. */
    begin: ({ workspaceId, editionId }: Place, { articleId, state, client, by, at, base }: Beginning): Promise<void> =>
      db.transaction(async (tx) => {
        const made = await tx.one(
          `insert into writing (workspace_id, edition_id, article_id, seq, saved_seq, saved_revision, written_by, written_at)
           values ($1, $2, $3, 0, 0, $4, $5, $6) on conflict do nothing returning seq`,
          [workspaceId, editionId, articleId, base.revision, by, at],
        )
        if (!made) return
        await tx.query(
          'insert into writing_checkpoints (workspace_id, edition_id, seq, at, state) values ($1, $2, 0, $3, $4)',
          [workspaceId, editionId, at, Buffer.from(state)],
        )
        await tx.query(
          'insert into writing_clients (workspace_id, edition_id, client, by, at) values ($1, $2, $3, $4, $5)',
          [workspaceId, editionId, client, by, at],
        )
        await tx.query(insertBase, baseValues({ workspaceId, editionId }, { ...base, isConfirmed: true }, at))
      }),

    /** @returns the number of the last one; null when the document is gone. */
    append: async (
      { workspaceId, editionId }: Place,
      updates: readonly { update: Uint8Array; by: string }[],
      clients: readonly { client: number; by: string }[],
      at: string,
    ): Promise<number | null> => {
      const row = await db.one<{ seq: number }>(
        `with head as (
           update writing set seq = seq + $3, written_by = $4, written_at = $5
           where workspace_id = $1 and edition_id = $2 returning seq),
         added as (
           insert into writing_updates (workspace_id, edition_id, seq, by, at, update)
           select $1, $2, head.seq - $3 + u.n, u.by, $5, u.update
           from head, unnest($6::bytea[], $7::text[]) with ordinality as u(update, by, n)),
         known as (
           insert into writing_clients (workspace_id, edition_id, client, by, at)
           select $1, $2, c.client, c.by, $5 from head, unnest($8::bigint[], $9::text[]) as c(client, by)
           on conflict do nothing)
         select seq from head`,
        [
          workspaceId,
          editionId,
          updates.length,
          updates.at(-1)?.by ?? '',
          at,
          updates.map(({ update }) => Buffer.from(update)),
          updates.map(({ by }) => by),
          clients.map(({ client }) => client),
          clients.map(({ by }) => by),
        ],
      )
      return row && Number(row.seq)
    },
    /** At most {@link rowsMax}, up to `until` where it is named. */
    updates: async ({ workspaceId, editionId }: Place, after: number, until?: number): Promise<Kept[]> => {
      const rows = await db.query<{ seq: number; update: Buffer }>(
        `select seq, update from writing_updates where workspace_id = $1 and edition_id = $2 and seq > $3 and seq <= $4
         order by seq limit ${rowsMax}`,
        [workspaceId, editionId, after, until ?? Number.MAX_SAFE_INTEGER],
      )
      return rows.map(({ seq, update }) => ({ seq: Number(seq), update }))
    },
    some: async ({ workspaceId, editionId }: Place, seqs: readonly number[]): Promise<Uint8Array[]> => {
      if (seqs.length === 0) return []
      const rows = await db.query<{ update: Buffer }>(
        'select update from writing_updates where workspace_id = $1 and edition_id = $2 and seq = any($3) order by seq',
        [workspaceId, editionId, seqs],
      )
      return rows.map(({ update }) => update)
    },
    /** Of one update; null when it is not kept any more. */
    moment: async ({ workspaceId, editionId }: Place, seq: number): Promise<{ by: string; at: string } | null> => {
      const row = await db.one<{ by: string; at: Date }>(
        'select by, at from writing_updates where workspace_id = $1 and edition_id = $2 and seq = $3',
        [workspaceId, editionId, seq],
      )
      return row && { by: row.by, at: row.at.toISOString() }
    },

    /** The newest one that is not behind `until`. */
    checkpoint: async (
      { workspaceId, editionId }: Place,
      until?: number,
    ): Promise<{ seq: number; state: Uint8Array } | null> => {
      const row = await db.one<{ seq: number; state: Buffer }>(
        `select seq, state from writing_checkpoints where workspace_id = $1 and edition_id = $2 and seq <= $3
         order by seq desc limit 1`,
        [workspaceId, editionId, until ?? Number.MAX_SAFE_INTEGER],
      )
      return row && { seq: Number(row.seq), state: row.state }
    },
    /** May be repeated. Those before it stay only some way apart. */
    keepCheckpoint: async (
      { workspaceId, editionId }: Place,
      seq: number,
      state: Uint8Array,
      at: string,
    ): Promise<void> =>
      db.transaction(async (tx) => {
        // The document may have been deleted meanwhile; nobody deletes its row while this stands.
        const head = await tx.one<{ seq: number }>(
          'select seq from writing where workspace_id = $1 and edition_id = $2 for key share',
          [workspaceId, editionId],
        )
        if (!head || Number(head.seq) < seq) return
        await tx.query(
          `insert into writing_checkpoints (workspace_id, edition_id, seq, at, state) values ($1, $2, $3, $4, $5)
           on conflict do nothing`,
          [workspaceId, editionId, seq, at, Buffer.from(state)],
        )
        await tx.query(
          `delete from writing_checkpoints c where workspace_id = $1 and edition_id = $2 and seq < $3 and exists (
             select from writing_checkpoints d where d.workspace_id = $1 and d.edition_id = $2
             and d.seq < c.seq and d.seq / ${checkpointsApart} = c.seq / ${checkpointsApart})`,
          [workspaceId, editionId, seq],
        )
      }),

    base: async (
      { workspaceId, editionId }: Place,
      of: { versionId: string } | { revision: number },
    ): Promise<Base | null> => {
      const row = await db.one(
        'versionId' in of
          ? `select ${baseColumns} from writing_bases where workspace_id = $1 and edition_id = $2 and version_id = $3`
          : `select ${baseColumns} from writing_bases where workspace_id = $1 and edition_id = $2 and revision = $3 and is_confirmed`,
        [workspaceId, editionId, 'versionId' in of ? of.versionId : of.revision],
      )
      return row && baseOf(row)
    },
    /** Before the version is written: should that be seen and this process be gone, it is known what it was made of. */
    intend: async (place: Place, base: Omit<Base, 'isConfirmed'>, at: string): Promise<void> => {
      await db.query(insertBase, baseValues(place, { ...base, isConfirmed: false }, at))
    },
    /** It is the edition's revision, seen in the store; the others that were meant to be it came to nothing. */
    confirm: (
      { workspaceId, editionId }: Place,
      { versionId, revision, seq }: Pick<Base, 'versionId' | 'revision' | 'seq'>,
    ): Promise<void> =>
      db.transaction(async (tx) => {
        await tx.query(
          'delete from writing_bases where workspace_id = $1 and edition_id = $2 and revision = $3 and version_id <> $4',
          [workspaceId, editionId, revision, versionId],
        )
        await tx.query(
          `update writing_bases set is_confirmed = true, revision = $4
           where workspace_id = $1 and edition_id = $2 and version_id = $3`,
          [workspaceId, editionId, versionId, revision],
        )
        await tx.query(
          'update writing set saved_revision = $3, saved_seq = $4 where workspace_id = $1 and edition_id = $2',
          [workspaceId, editionId, revision, seq],
        )
      }),
    /** The revision says all up to this number, as it did before. */
    unchanged: async ({ workspaceId, editionId }: Place, revision: number, seq: number): Promise<void> => {
      await db.query(
        `update writing set saved_seq = $4 where workspace_id = $1 and edition_id = $2 and saved_revision = $3 and saved_seq < $4`,
        [workspaceId, editionId, revision, seq],
      )
    },

    owners: async ({ workspaceId, editionId }: Place, clients: readonly number[]): Promise<Map<number, string>> => {
      const rows = await db.query<{ client: number; by: string }>(
        'select client, by from writing_clients where workspace_id = $1 and edition_id = $2 and client = any($3)',
        [workspaceId, editionId, clients],
      )
      return new Map(rows.map(({ client, by }) => [Number(client), by]))
    },
    /** At most 10,000, newest first. */
    clients: async ({ workspaceId, editionId }: Place): Promise<{ client: number; by: string; at: string }[]> => {
      const rows = await db.query<{ client: number; by: string; at: Date }>(
        `select client, by, at from writing_clients where workspace_id = $1 and edition_id = $2
         order by at desc, client limit 10000`,
        [workspaceId, editionId],
      )
      return rows.map(({ client, by, at }) => ({ client: Number(client), by, at: at.toISOString() }))
    },

    /** Which of these editions have a document that does not know their newest revision yet. */
    lagging: async (workspaceId: string, revisions: ReadonlyMap<EditionId, number>): Promise<EditionId[]> => {
      const rows = await db.query<{ edition_id: EditionId }>(
        `select w.edition_id from writing w join unnest($2::uuid[], $3::int[]) as r(id, revision) on r.id = w.edition_id
         where w.workspace_id = $1 and w.saved_revision < r.revision`,
        [workspaceId, [...revisions.keys()], [...revisions.values()]],
      )
      return rows.map((row) => row.edition_id)
    },
    /** Which of these editions are being written together: since the instant. */
    busy: async (workspaceId: string, editionIds: readonly EditionId[], since: string): Promise<Set<EditionId>> => {
      const rows = await db.query<{ edition_id: EditionId }>(
        'select edition_id from writing where workspace_id = $1 and edition_id = any($2) and written_at > $3',
        [workspaceId, editionIds, since],
      )
      return new Set(rows.map((row) => row.edition_id))
    },
    /**
     * Saved texts that the search index has not taken in, of documents written since an instant: where nobody has written since
     * another one, or many revisions are missing. At most 50.
     */
    unindexed: async (since: string, quietSince: string): Promise<(Place & { revision: number })[]> => {
      const rows = await db.query<{ workspace_id: string; edition_id: EditionId; saved_revision: number }>(
        `select w.workspace_id, w.edition_id, w.saved_revision from writing w
         left join search_entries s on s.workspace_id = w.workspace_id and s.edition_id = w.edition_id
         where w.written_at > $1 and coalesce(s.revision, 0) < w.saved_revision
         and (w.written_at < $2 or w.saved_revision - coalesce(s.revision, 0) >= ${revisionsUnindexedMax})
         order by w.written_at limit 50`,
        [since, quietSince],
      )
      return rows.map((row) => ({
        workspaceId: row.workspace_id,
        editionId: row.edition_id,
        revision: Number(row.saved_revision),
      }))
    },
    /** Documents that were left behind by a process that is gone. At most 50. */
    behind: async (before: string): Promise<Place[]> => {
      const rows = await db.query<{ workspace_id: string; edition_id: EditionId }>(
        `select workspace_id, edition_id from writing where saved_seq < seq and written_at < $1 order by written_at limit 50`,
        [before],
      )
      return rows.map((row) => ({ workspaceId: row.workspace_id, editionId: row.edition_id }))
    },
    /** Old updates that a checkpoint covers; checkpoints and bases before those. At most 1,000 of each; answers whether there were any. */
    thin: async (before: string): Promise<boolean> => {
      const rows = await db.query(
        `with old as (
           select u.workspace_id, u.edition_id, u.seq from writing_updates u where u.at < $1 and exists (
             select from writing_checkpoints c where c.workspace_id = u.workspace_id and c.edition_id = u.edition_id and c.seq >= u.seq)
           limit 1000)
         delete from writing_updates u using old
         where u.workspace_id = old.workspace_id and u.edition_id = old.edition_id and u.seq = old.seq returning u.seq`,
        [before],
      )
      const checkpoints = await db.query(
        `with old as (
           select c.workspace_id, c.edition_id, c.seq from writing_checkpoints c where c.at < $1 and exists (
             select from writing_checkpoints d where d.workspace_id = c.workspace_id and d.edition_id = c.edition_id and d.seq > c.seq)
           limit 100)
         delete from writing_checkpoints c using old
         where c.workspace_id = old.workspace_id and c.edition_id = old.edition_id and c.seq = old.seq returning c.seq`,
        [before],
      )
      const bases = await db.query(
        `with old as (
           select b.workspace_id, b.edition_id, b.version_id from writing_bases b join writing w using (workspace_id, edition_id)
           where b.at < $1 and b.revision < w.saved_revision limit 1000)
         delete from writing_bases b using old
         where b.workspace_id = old.workspace_id and b.edition_id = old.edition_id and b.version_id = old.version_id returning b.seq`,
        [before],
      )
      return rows.length + checkpoints.length + bases.length > 0
    },
  }
}

type Beginning = {
  articleId: string
  state: Uint8Array
  client: number
  by: string
  at: string
  base: Omit<Base, 'isConfirmed'>
}

const insertBase = `insert into writing_bases (workspace_id, edition_id, version_id, revision, seq, also, slug, meta, is_confirmed, at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`
const baseValues = ({ workspaceId, editionId }: Place, base: Base, at: string): unknown[] => [
  workspaceId,
  editionId,
  base.versionId,
  base.revision,
  base.seq,
  base.also,
  base.slug,
  JSON.stringify(base.meta),
  base.isConfirmed,
  at,
]

const headOf = (row: Row): Head => ({
  articleId: String(row['article_id']),
  seq: Number(row['seq']),
  savedSeq: Number(row['saved_seq']),
  savedRevision: Number(row['saved_revision']),
  writtenBy: String(row['written_by']),
})
const baseOf = (row: Row): Base => ({
  versionId: row['version_id'] as VersionId, // as it was written
  revision: Number(row['revision']),
  seq: Number(row['seq']),
  also: (row['also'] as (number | string)[]).map(Number), // an array of whole numbers
  slug: String(row['slug']),
  meta: row['meta'] as MetaFields, // as it was written
  isConfirmed: row['is_confirmed'] === true,
})
