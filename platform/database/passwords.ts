/** Which of several passwords a role has at the moment: while the secret of an installation changes, another process may set the next one. */

export type Passwords = {
  /** The one that was right last. */
  current: () => string
  /** Runs what opens a connection; again with the next password when the server took none of this one. Nothing of it has happened then. */
  within: <Result>(work: () => Promise<Result>) => Promise<Result>
}

export function createPasswords(all: readonly string[]): Passwords {
  let at = 0
  return {
    current: () => all[at] ?? '',
    within: async (work) => {
      for (let turn = 1; ; turn++) {
        const tried = at
        try {
          return await work()
        } catch (error) {
          if (turn > all.length || all.length === 1 || !isWrongPassword(error)) throw error
          // Of many that fail at once, one moves on.
          if (tried === at) at = (at + 1) % all.length
        }
      }
    },
  }
}

const isWrongPassword = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '28P01'
