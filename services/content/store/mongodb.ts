/** The content store in MongoDB. How a change commits there: docs/decisions/0006-content-is-documents.md. */
import type { Clock, Database, Documents, Log } from '@floowe/platform'
import { createAftermath } from './mongodb-aftermath.ts'
import { articlesIn, type Parts } from './mongodb-articles.ts'
import { openCollections } from './mongodb-collections.ts'
import { editionsIn } from './mongodb-editions.ts'
import { templatesIn } from './mongodb-templates.ts'
import { upkeepIn } from './mongodb-upkeep.ts'
import { versionsIn } from './mongodb-versions.ts'
import type { Store } from './port.ts'
import { titleOrder } from './title-order.ts'

/** Makes the indexes first. Events still leave through the outbox of `db`. */
export async function mongodbStore(
  documents: Documents,
  { db, clock, log }: { db: Database; clock: Clock; log: Log },
): Promise<Store> {
  const collections = await openCollections(documents)
  const parts: Parts = {
    db,
    clock,
    collections,
    aftermath: createAftermath({ db, clock, log }, collections),
    titleKey: titleOrder(),
  }
  return {
    content: { ...articlesIn(parts), ...editionsIn(parts), ...versionsIn(parts) },
    templates: templatesIn(collections),
    upkeep: upkeepIn(parts),
  }
}
