/** What an account is called where a name and a handle stand beside one another. */
type Names = { name: string; handle: string | null }

/** A handle stands behind the name; a name that is the handle already is not repeated. */
export function namesOf({ account, name = '' }: { account: string; name?: string }): Names {
  if (!account.startsWith('@')) return { name: account, handle: null }
  return name === '' || name === account ? { name: account.slice(1), handle: account } : { name, handle: account }
}
