/**
 * Run by `npm ci`: makes the databases that a first start copies, so that the start is quick on a busy machine too: an
 * empty one, and one with the tables of this version. Where they cannot be made the installation goes on; a first start
 * then makes its database from nothing.
 */
import { enableCompileCache } from 'node:module'
import { prepareTemplate } from './postgres/making.ts'
import { prepareTables } from './prepared-tables.ts'

// What this loads is compiled for the first start too.
enableCompileCache()

try {
  const prepared = [await prepareTemplate(), await prepareTables()]
  for (const template of prepared.filter((path) => path !== undefined))
    console.log(`floowe  a database lies ready in ${template}`)
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error)
  console.log(`floowe  not every database could be prepared (${reason}); the first start makes it.`)
}
