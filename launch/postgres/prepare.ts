/**
 * Run by `npm ci`: makes the empty database that a first start copies, so that the start is quick on a busy machine too.
 * Where it cannot be made the installation goes on; a first start then makes its database from nothing.
 */
import { prepareTemplate } from './making.ts'

try {
  const template = await prepareTemplate()
  if (template) console.log(`floowe  an empty database lies ready in ${template}`)
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  console.log(`floowe  no database was prepared (${reason}); the first start makes it.`)
}
