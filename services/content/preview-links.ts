/**
 * Secret addresses that show the latest text without signing in. The token names its workspace and carries 256 random bits;
 * only its hash is kept.
 */
import { randomBytes } from 'node:crypto'
import type { PreviewLink } from '@floowe/contracts/content'
import { type ArticleId, type EditionId, type PreviewLinkId, WorkspaceId } from '@floowe/contracts/vocabulary'
import { found, hashToken, type Host, refuse } from '@floowe/platform'
import type { By } from './terms.ts'

type Row = { id: PreviewLinkId; edition_id: EditionId; created_at: Date; expires_at: Date; last_opened_at: Date | null }
const linkOf = (row: Row): PreviewLinkShape => ({
  id: row.id,
  editionId: row.edition_id,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastOpenedAt: row.last_opened_at?.toISOString() ?? null,
})
type PreviewLinkShape = (typeof PreviewLink)['_output']

const columns = 'id, edition_id, created_at, expires_at, last_opened_at'
const dayMs = 86_400_000
/** Open links of one edition at a time. */
const openMax = 100
/** How long the page of an expired link can still say that it has expired. */
export const expiredKeptMs = 30 * dayMs

export type PreviewLinks = ReturnType<typeof createPreviewLinks>

export function createPreviewLinks({ db, clock, ids, publicUrl }: Host) {
  const open = (workspaceId: string, editionId: EditionId) =>
    db.query<Row>(
      `select ${columns} from preview_links where workspace_id = $1 and edition_id = $2 and expires_at > $3 order by created_at desc limit ${openMax}`,
      [workspaceId, editionId, clock.instant()],
    )
  return {
    list: async (workspaceId: string, editionId: EditionId): Promise<PreviewLinkShape[]> =>
      (await open(workspaceId, editionId)).map(linkOf),

    create: async (
      workspaceId: string,
      edition: { id: EditionId; articleId: ArticleId },
      days: number,
      by: By,
      onceId: string | null,
    ): Promise<PreviewLinkShape & { url: string }> => {
      if ((await open(workspaceId, edition.id)).length >= openMax)
        refuse('invalid-input', { issues: [{ path: 'id', problem: `at most ${openMax} open links` }] })
      const token = tokenFor(workspaceId)
      const row = await db.transaction(async (tx) => {
        // Asked again after a lost answer: nobody was given the first token, so it opens nothing any more.
        const made = await tx.one<Row & { is_new: boolean }>(
          `insert into preview_links (workspace_id, id, article_id, edition_id, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (workspace_id, id) do update set token_hash = excluded.token_hash returning ${columns}, xmax = 0 as is_new`,
          [
            workspaceId,
            onceId ?? ids.next<PreviewLinkId>(),
            edition.articleId,
            edition.id,
            hashToken(token),
            clock.instant(),
            new Date(clock.now() + days * dayMs).toISOString(),
          ],
        )
        if (made?.is_new)
          await tx.emit({
            name: 'content.preview-link-created',
            workspaceId,
            key: edition.articleId,
            ...by,
            data: { editionId: edition.id },
          })
        return found(made, 'preview link')
      })
      return { ...linkOf(row), url: `${publicUrl}/preview/${token}` }
    },

    revoke: async (workspaceId: string, id: PreviewLinkId): Promise<void> => {
      const gone = await db.query('delete from preview_links where workspace_id = $1 and id = $2 returning id', [
        workspaceId,
        id,
      ])
      found(gone[0], 'preview link')
    },

    /** What a token opens; null for none, an edition of null for one that has expired. */
    opened: async (token: string): Promise<{ workspaceId: WorkspaceId; editionId: EditionId | null } | null> => {
      const workspaceId = workspaceOf(token)
      if (!workspaceId) return null
      const row = await db.one<Row>(
        `update preview_links set last_opened_at = case when expires_at > $3 then $3 else last_opened_at end where workspace_id = $1 and token_hash = $2 returning ${columns}`,
        [workspaceId, hashToken(token), clock.instant()],
      )
      return row && { workspaceId, editionId: row.expires_at.getTime() > clock.now() ? row.edition_id : null }
    },
  }
}

const tokenFor = (workspaceId: string): string =>
  Buffer.concat([Buffer.from(workspaceId.replaceAll('-', ''), 'hex'), randomBytes(32)]).toString('base64url')

function workspaceOf(token: string): WorkspaceId | null {
  if (!/^[A-Za-z0-9_-]{64}$/.test(token)) return null
  const hex = Buffer.from(token, 'base64url').subarray(0, 16).toString('hex')
  return (
    WorkspaceId.safeParse(
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    ).data ?? null
  )
}
