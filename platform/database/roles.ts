/**
 * One role and one schema for each service. Passwords are derived from the installation's secret, so none is stored;
 * a comment on the role tells which secret made it.
 */
import { createHash, hkdfSync } from 'node:crypto'
import type pg from 'pg'
import type { DatabaseAddress } from './database.ts'

export const roleOf = (service: string): string => `floowe_${service}`
export const rolePassword = (secret: Buffer, service: string): string =>
  Buffer.from(hkdfSync('sha256', secret, 'floowe', `database role ${service}`, 32)).toString('base64url')

const markOf = (secret: Buffer): string =>
  `secret ${createHash('sha256').update(rolePassword(secret, '')).digest('hex').slice(0, 12)}`

export type RolePasswords = (service: string) => Pick<DatabaseAddress, 'password' | 'otherPasswords'>

/**
 * Makes the roles, schemas and extensions that are missing. A role whose password is of none of these secrets gets that of the
 * first; one of any of them stays as it is, since others run that know no newer one. Needs CREATEROLE and CREATE on the database.
 * @returns the passwords as they are now, and what they may become
 */
export async function prepareRoles(
  admin: pg.ClientBase,
  services: readonly string[],
  ring: Buffer | readonly Buffer[],
): Promise<RolePasswords> {
  const secrets = Buffer.isBuffer(ring) ? [ring] : ring
  const [first] = secrets
  if (!first) throw new Error('a ring of secrets has at least one')
  const { rows } = await admin.query<{ name: string; mark: string | null; schema: boolean }>(
    `select rolname as name, shobj_description(oid, 'pg_authid') as mark,
            exists (select from pg_namespace where nspname = substring(rolname from 8)) as schema
     from pg_roles where rolname = any($1)`,
    [services.map(roleOf)],
  )
  const statements: string[] = []
  const makers = new Map<string, Buffer>()
  for (const service of services) {
    if (!/^[a-z]+$/.test(service)) throw new Error(`not a service name: ${service}`)
    const role = roleOf(service)
    const found = rows.find((row) => row.name === role)
    if (!found) statements.push(`create role ${role} login noinherit`, `grant ${role} to current_user`)
    const maker = secrets.find((secret) => found?.mark === markOf(secret))
    makers.set(service, maker ?? first)
    if (!maker)
      statements.push(
        `alter role ${role} password '${rolePassword(first, service)}'`,
        `comment on role ${role} is '${markOf(first)}'`,
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
  if (statements.length > 0) await runTogether(admin, statements)
  return (service) => {
    const maker = makers.get(service) ?? first
    const others = secrets.filter((secret) => secret !== maker).map((secret) => rolePassword(secret, service))
    return { password: rolePassword(maker, service), otherPasswords: others }
  }
}

async function runTogether(admin: pg.ClientBase, statements: readonly string[]): Promise<void> {
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
