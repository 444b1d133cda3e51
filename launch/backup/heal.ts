/** What a restore puts right when all is in: things that meant something only where the backup was made. May be repeated. */
import { catchUp } from '@floowe/content/archive'
import type pg from 'pg'
import { documentArchives, type Documents, sqlOf } from './documents.ts'
import type { Heading } from './format.ts'

export async function heal(
  client: pg.Client,
  { documents, schemas }: { documents?: Documents; schemas: readonly string[] },
  { documentsFrom }: Heading,
): Promise<void> {
  await client.query('begin')
  try {
    // No queue here has heard of them.
    for (const schema of schemas) await client.query(`update ${schema}.jobs set handed_at = null`)
    if (documentsFrom)
      for (const { lines } of documentArchives(client, documents))
        await catchUp(
          sqlOf(client),
          lines(() => undefined),
          documentsFrom,
        )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
