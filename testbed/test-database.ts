/** Global set-up of the tests: one PostgreSQL server for the run, ended with it. */
import type { TestProject } from 'vitest/node'
import { startTestPostgres } from './postgres.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres()
  project.provide('databaseUrl', server.url)
  return server.stop
}
