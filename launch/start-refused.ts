/**
 * A start that cannot go on for a reason a person can act on. The message is one or more whole sentences and is
 * printed alone, without a stack.
 */
export class StartRefused extends Error {
  override name = 'StartRefused'
  readonly code: string

  /** `code` is stable and short (`lock-held`); `sentence` says what is wrong and what to do. */
  constructor(code: string, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.code = code
  }
}

/** The system's own code (`EACCES`, `ENOSPC`) of a failed call, or '' when there is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
