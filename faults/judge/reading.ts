/** Whole lists, page by page. */
import type { Client, ServiceWord } from '../client.ts'

const pageLength = 100
const pagesMax = 1_000

export async function readAll<Item>(client: Client, path: string, through: ServiceWord): Promise<Item[]> {
  const items: Item[] = []
  for (let page = 0; page < pagesMax; page++) {
    const answer = await client.until<{ items: Item[]; total: number }>({
      path: `${path}${path.includes('?') ? '&' : '?'}limit=${pageLength}&offset=${page * pageLength}`,
      through: [through],
    })
    items.push(...answer.items)
    if (answer.items.length < pageLength || items.length >= answer.total) return items
  }
  throw new Error(`${path} has more than ${pagesMax} pages`)
}

/** The same for the same value, whatever the order of its fields. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).sort(([one], [other]) => (one < other ? -1 : 1)))
      : field,
  )
}
