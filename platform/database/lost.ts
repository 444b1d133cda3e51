/**
 * Whether an error says that the database is away for now: no connection, or a server that is shutting down or starting (classes
 * 08 and 57P0), as node-postgres reports them. What was asked may or may not have happened.
 */
export function isLostDatabase(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const code = 'code' in error ? String(error.code) : ''
  return (
    /^(08|57P0)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    (error instanceof Error && connectionWords.test(error.message))
  )
}

const connectionWords =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable/
