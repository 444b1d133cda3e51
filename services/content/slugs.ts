/** Slugs are unique per workspace and language. */
import { Language } from '@floowe/contracts/vocabulary'
import { refuse } from '@floowe/platform'
import type { ContentStore } from './store/port.ts'
import { numbered } from './texts.ts'

/** How many numbers are looked at before a piece of an id is taken instead. */
const numbersMax = 50

const racesMax = 3
const withId = (slug: string, id: string): string => `${slug.slice(0, 100).replace(/-+$/, '')}-${id.slice(-12)}`

export type Slugs = ReturnType<typeof createSlugs>

export function createSlugs(store: ContentStore) {
  /** The slug itself if free, else the first free `slug-2`, `slug-3` … `id` ends the search when all of those are taken. */
  const free = async (workspaceId: string, language: string, slug: string, id: string): Promise<string> => {
    // What stands in a record or came through the contract has the form of a language.
    const spoken = Language.parse(language)
    const isTaken = async (slugs: string[]): Promise<Set<string>> =>
      new Set(
        (await store.findEditions(workspaceId, { language: spoken, slugs }))
          .filter((edition) => edition.id !== id)
          .map((edition) => edition.slug),
      )
    if ((await isTaken([slug])).size === 0) return slug
    const candidates = Array.from({ length: numbersMax }, (_, index) => numbered(slug, index + 2))
    const taken = await isTaken(candidates)
    return candidates.find((candidate) => !taken.has(candidate)) ?? withId(slug, id)
  }
  return {
    free,
    /** After a free slug was taken in the same moment: the next free one, and when many want the same, one like no other. */
    another: async (
      workspaceId: string,
      language: string,
      slug: string,
      id: string,
      attempt: number,
    ): Promise<string> => (attempt < racesMax ? free(workspaceId, language, slug, id) : withId(slug, id)),
    /** Refuses with the next free slug as the suggestion. */
    refuseTaken: async (workspaceId: string, language: string, slug: string, id: string): Promise<never> =>
      refuse('slug-taken', { suggestion: await free(workspaceId, language, slug, id) }),
  }
}
