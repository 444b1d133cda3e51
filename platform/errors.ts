/**
 * Errors are of two kinds only. A refusal is expected: a code from the contract and data for the text a person reads.
 * Everything else is a bug: logged once at the border, `internal` outside.
 */

/** Thrown by ideas, turned into the contract's typed error at the border. Its code must be declared by the operation. */
export class Refusal extends Error {
  readonly code: string
  readonly data: unknown
  constructor(code: string, data?: unknown, options?: { cause?: unknown }) {
    super(code, options)
    this.name = 'Refusal'
    this.code = code
    this.data = data
  }
}

/** Reads as a statement: `if (!edition) refuse('not-found', { what: 'edition' })`. */
export function refuse(code: string, data?: unknown): never {
  throw new Refusal(code, data)
}

/** The value, or a refusal `not-found` naming what was looked for. */
export function found<Value>(value: Value | null | undefined, what: string): Value {
  if (value === null || value === undefined) refuse('not-found', { what })
  return value
}

/** PostgreSQL's own codes that ideas may turn into refusals. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === '23505' &&
  (constraint === undefined || ('constraint' in error && error.constraint === constraint))
