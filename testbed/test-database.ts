/**
 * Global set-up of the tests: one PostgreSQL server for the run, ended with it. With FLOOWE_TEST_DOCUMENTS=mongodb also a MongoDB, on
 * which services that keep documents then keep them.
 */
import type { TestProject } from 'vitest/node'
import { openMongodb } from './mongodb.ts'
import { startTestPostgres } from './postgres.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres()
  const documents = process.env['FLOOWE_TEST_DOCUMENTS'] === 'mongodb' ? await openMongodb() : null
  project.provide('databaseUrl', server.url)
  project.provide('documentsUrl', documents?.url ?? null)
  return async () => {
    await documents?.stop()
    await server.stop()
  }
}
