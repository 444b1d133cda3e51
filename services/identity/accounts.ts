/**
 * better-auth as a library: persons, their passwords, sessions and one-time values, in this service's own schema. Its HTTP
 * handler is never mounted, its clock never decides (times are handed in), and it opens no connection of its own: what it
 * does inside {@link Accounts.within} happens in that very transaction, beside the events.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Ids, Log, Sealer, Sql } from '@floowe/platform'
import type * as BetterAuth from 'better-auth'
import type { BetterAuthOptions } from 'better-auth'

export type AccountsOptions = { db: Database; ids: Ids; sealer: Sealer; log: Log; publicUrl: string }

type Context = Awaited<ReturnType<typeof load>>
/** The part of better-auth that ideas of this service use. */
export type AccountStore = Context['internalAdapter']

export type Accounts = {
  /** Runs `work` with better-auth's store on this transaction (or on the database itself, for reading). */
  within: <Result>(sql: Sql, work: (store: AccountStore) => Promise<Result>) => Promise<Result>
  /** scrypt, about 60 ms on another thread. Never inside a transaction. */
  hashPassword: (password: string) => Promise<string>
  isPassword: (password: string, hash: string) => Promise<boolean>
}

/** Loads better-auth (about half a second, 30 MB) when the first person signs in or is made: trading credentials needs none of it. */
export function createAccounts(options: AccountsOptions): Accounts {
  const current = new AsyncLocalStorage<Sql>()
  let loading: Promise<Context> | null = null
  const context = (): Promise<Context> => {
    loading ??= load({ ...authOptions(options), database: poolOver(() => current.getStore() ?? options.db) })
    return loading
  }
  return {
    within: async (sql, work) => {
      const { internalAdapter } = await context()
      return current.run(sql, () => work(internalAdapter))
    },
    hashPassword: async (password) => (await context()).password.hash(password),
    isPassword: async (password, hash) => (await context()).password.verify({ hash, password }),
  }
}

export const loadLibrary = async (): Promise<Pick<typeof BetterAuth, 'betterAuth'>> => import('better-auth')

async function load(options: BetterAuthOptions) {
  const { betterAuth } = await loadLibrary()
  return betterAuth(options).$context
}

/** The tables in this service's words; `0001-people.sql` was made from it. */
export function authOptions({ ids, sealer, log, publicUrl }: AccountsOptions): BetterAuthOptions {
  const stamps = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return {
    secret: sealer.deriveKey('better-auth').toString('base64url'),
    baseURL: publicUrl,
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: { log: (level, message) => log[level](`better-auth: ${message}`) },
    // The tables are made by numbered migrations; a test compares them, a start need not.
    advanced: { database: { generateId: () => ids.next(), validateSchema: false } },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 128 },
    user: {
      modelName: 'users',
      fields: { ...stamps, emailVerified: 'email_verified' },
      additionalFields: {
        locale: { type: 'string', required: true },
        zone: { type: 'string', required: true },
        theme: { type: 'string', required: true },
        density: { type: 'string', required: true },
      },
    },
    session: {
      modelName: 'sessions',
      fields: {
        ...stamps,
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
    },
    account: {
      modelName: 'accounts',
      fields: {
        ...stamps,
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
      },
    },
    verification: { modelName: 'verifications', fields: { ...stamps, expiresAt: 'expires_at' } },
  }
}

/** What better-auth takes for a pool of node-postgres: each "connection" is the transaction (or database) it is called in. */
function poolOver(current: () => Sql) {
  return {
    connect: async () => ({
      query: (text: string, values: readonly unknown[]) => run(current(), text, values),
      release: () => undefined,
    }),
    end: async () => undefined,
  }
}

async function run(sql: Sql, text: string, values: readonly unknown[] = []) {
  const command = (/^\s*(\w+)/.exec(text)?.[1] ?? '').toUpperCase()
  // Its own begin and commit would end a transaction that is not its own. None of the calls used here makes one; a new version must not start to.
  if (!['SELECT', 'INSERT', 'UPDATE', 'DELETE'].includes(command))
    throw new Error(`better-auth may not run ${command} here`)
  if (command === 'SELECT' || /\breturning\b/i.test(text)) {
    const rows = await sql.query(text, values)
    return { command, rowCount: rows.length, rows }
  }
  const counted = await sql.one<{ count: number }>(
    `with changed as (${text} returning 1) select count(*)::int as count from changed`,
    values,
  )
  return { command, rowCount: counted?.count ?? 0, rows: [] }
}
