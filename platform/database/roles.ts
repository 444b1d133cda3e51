/**
 * One role and one schema for each service. Passwords are derived from the installation's secret, so none is stored;
 * a comment on the role tells which secret made it.
 */
import { createHash, hkdfSync } from 'node:crypto'
import type pg from 'pg'

export const roleOf = (service: string): string => `floowe_${service}`
export const rolePassword = (secret: Buffer, service: string): string =>
  Buffer.from(hkdfSync('sha256', secret, 'floowe', `database role ${service}`, 32)).toString('base64url')

/**
 * Makes the roles, schemas and extensions that are missing, and sets passwords again after the secret changed.
 * Needs CREATEROLE and CREATE on the database.
 */
export async function prepareRoles(admin: pg.ClientBase, services: readonly string[], secret: Buffer): Promise<void> {
  const mark = `secret ${createHash('sha256').update(rolePassword(secret, '')).digest('hex').slice(0, 12)}`
  const { rows } = await admin.query<{ name: string; mark: string | null; schema: boolean }>(
    `select rolname as name, shobj_description(oid, 'pg_authid') as mark,
            exists (select from pg_namespace where nspname = substring(rolname from 8)) as schema
     from pg_roles where rolname = any($1)`,
    [services.map(roleOf)],
  )
  const statements: string[] = []
  for (const service of services) {
    if (!/^[a-z]+$/.test(service)) throw new Error(`not a service name: ${service}`)
    const role = roleOf(service)
    const found = rows.find((row) => row.name === role)
    if (!found) statements.push(`create role ${role} login noinherit`, `grant ${role} to current_user`)
    if (found?.mark !== mark)
      statements.push(
        `alter role ${role} password '${rolePassword(secret, service)}'`,
        `comment on role ${role} is '${mark}'`,
      )
    if (!found?.schema) statements.push(`create schema if not exists ${service} authorization ${role}`)
  }
  // The job engine makes sure of its own schema at each start, which asks for this right even when the schema is there.
  const mayCreate = await admin.query<{ may: boolean }>(
    "select exists (select from pg_roles where rolname = 'floowe_bullmq') and has_database_privilege('floowe_bullmq', current_database(), 'create') as may",
  )
  const database = await admin.query<{ name: string }>('select quote_ident(current_database()) as name')
  const extensions = await admin.query<{ n: number }>(
    "select count(*)::int as n from pg_extension where extname in ('pg_trgm', 'unaccent')",
  )
  if (extensions.rows[0]?.n !== 2)
    statements.push(
      'create extension if not exists pg_trgm with schema public',
      'create extension if not exists unaccent with schema public',
    )
  if (services.includes('bullmq') && !mayCreate.rows[0]?.may)
    statements.push(`grant create on database ${database.rows[0]?.name ?? ''} to floowe_bullmq`)
  if (statements.length === 0) return
  await admin.query('begin')
  try {
    await admin.query("select pg_advisory_xact_lock(hashtext('floowe:roles'))")
    for (const statement of statements) await admin.query(statement)
    await admin.query('commit')
  } catch (error) {
    await admin.query('rollback')
    throw error
  }
}
