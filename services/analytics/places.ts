/** What counting knows of workspaces and articles: the zone its days are of, and which articles there are. */
import type { Host } from '@floowe/platform'
import { type KnownEdition, knownEditions, learnEdition } from './store.ts'

const zoneKeptMs = 60_000
const unknownKeptMs = 10_000
const keptMax = 5_000

export function createPlaces(host: Host) {
  const { db, call, clock } = host
  const zones = new Map<string, { zone: string | null; untilMs: number }>()
  const articles = new Map<string, { editions: readonly KnownEdition[]; untilMs: number }>()
  const keep = <Value>(memory: Map<string, Value>, key: string, value: Value): Value => {
    if (memory.size >= keptMax) memory.clear()
    memory.set(key, value)
    return value
  }
  return {
    /** Null for an unknown workspace. */
    zoneOf: async (workspaceId: string): Promise<string | null> => {
      const known = zones.get(workspaceId)
      if (known && known.untilMs > clock.now()) return known.zone
      const workspace = await call.identity.getWorkspace({ workspace: workspaceId }, { workspaceId })
      return keep(zones, workspaceId, {
        zone: workspace?.zone ?? null,
        untilMs: clock.now() + (workspace ? zoneKeptMs : unknownKeptMs),
      }).zone
    },
    /** Its editions, none when nobody knows the article. A view may come before the event of the publication: then the site is asked. */
    editionsOf: async (workspaceId: string, articleId: string): Promise<readonly KnownEdition[]> => {
      const name = `${workspaceId} ${articleId}`
      const known = articles.get(name)
      if (known && known.untilMs > clock.now()) return known.editions
      let editions = await knownEditions(db, workspaceId, articleId)
      if (editions.length === 0) {
        const live = await call.site.getLiveEditions({ articleId: articleId as never }, { workspaceId }) // checked when the view was read
        editions = live.map(({ editionId, language, title }) => ({ editionId, articleId, language, title }))
        for (const edition of editions) await learnEdition(db, workspaceId, edition, clock.instant())
      }
      return keep(articles, name, {
        editions,
        untilMs: clock.now() + (editions.length > 0 ? zoneKeptMs : unknownKeptMs),
      }).editions
    },
    forgetWorkspace: (workspaceId: string): void => void zones.delete(workspaceId),
    forgetArticle: (workspaceId: string, articleId: string): void =>
      void articles.delete(`${workspaceId} ${articleId}`),
    forgetAll: (): void => articles.clear(),
  }
}
export type Places = ReturnType<typeof createPlaces>
