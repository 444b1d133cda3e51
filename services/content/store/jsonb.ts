/** The content store in PostgreSQL: documents as jsonb beside the few columns that filters and unique indexes need. */
import type { Database } from '@floowe/platform'
import { articlesIn } from './jsonb-articles.ts'
import { editionsIn } from './jsonb-editions.ts'
import { templatesIn } from './jsonb-templates.ts'
import { upkeepIn } from './jsonb-upkeep.ts'
import type { Store } from './port.ts'

export const jsonbStore = (db: Database): Store => ({
  content: { ...articlesIn(db), ...editionsIn(db) },
  templates: templatesIn(db),
  upkeep: upkeepIn(db),
})
