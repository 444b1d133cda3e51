/** Names of the people behind changes. Only for showing: when identity does not answer, the name is left out. */
import { UserId } from '@floowe/contracts/vocabulary'
import type { Host } from '@floowe/platform'

export type People = {
  /** Names of those actors that are people; keys and services have none. */
  names: (workspaceId: string, actors: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

const rememberedMs = 60_000

export function createPeople({ call, cache, log }: Host): People {
  const known = cache.within('content-people')
  return {
    names: async (workspaceId, actors) => {
      const names = new Map<string, string>()
      const unknown: UserId[] = []
      for (const actor of new Set(actors)) {
        const id = UserId.safeParse(actor)
        if (!id.success) continue
        const name = await known.get<string>(`${workspaceId}:${actor}`)
        if (name === undefined) unknown.push(id.data)
        else if (name !== '') names.set(actor, name)
      }
      if (unknown.length === 0) return names
      try {
        const people = await call.identity.describePeople({ ids: unknown.slice(0, 200) }, { workspaceId })
        for (const id of unknown) {
          const name = people.find((person) => person.id === id)?.name ?? ''
          if (name !== '') names.set(id, name)
          await known.set(`${workspaceId}:${id}`, name, { ttlMs: rememberedMs })
        }
      } catch (error) {
        log.warn('names of people are left out', { error })
      }
      return names
    },
  }
}
