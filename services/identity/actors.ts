/** Who did something, by name: people and keys as they are called now; services speak for themselves. */
import type { Sql } from '@floowe/platform'
import { keyNames } from './store/keys.ts'
import { namesOf } from './store/people.ts'

const uuidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export async function actorNames(
  db: Sql,
  workspaceId: string,
  actors: readonly string[],
): Promise<Map<string, string>> {
  const ids = (prefix: string): string[] =>
    [...new Set(actors.filter((actor) => actor.startsWith(prefix)).map((actor) => actor.slice(prefix.length)))].filter(
      (id) => uuidForm.test(id),
    )
  const [people, keys] = await Promise.all([namesOf(db, ids('')), keyNames(db, workspaceId, ids('key:'))])
  return new Map([
    ...people.map(({ id, name }) => [id, name] as const),
    ...keys.map(({ id, name }) => [`key:${id}`, name] as const),
  ])
}
