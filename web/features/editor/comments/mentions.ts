/** Members told by `@` and their name in a comment. */
import type { UserId } from '@floowe/contracts/vocabulary'
import type { commentLimits } from '@floowe/contracts/writing'

type Named = { userId: UserId; name: string }
const shownMax = 6

/** The contract's; its code stays out of the bundle. */
export const textMax: (typeof commentLimits)['textMax'] = 4_000
export const mentionsMax: (typeof commentLimits)['mentionsMax'] = 20

/** What is being typed after an `@` before the cursor, and the members it may mean; null: nothing. */
export function mentionAt<Person extends Named>(
  text: string,
  cursor: number,
  members: readonly Person[],
): { from: number; found: Person[] } | null {
  const before = text.slice(0, cursor)
  const from = before.lastIndexOf('@')
  if (from < 0 || /[\p{L}\p{N}]/u.test(before.charAt(from - 1))) return null
  const typed = plain(before.slice(from + 1))
  if (typed.includes('\n') || typed.length > 40) return null
  const found = members.filter(({ name }) =>
    plain(name)
      .split(' ')
      .some((_, place, words) => words.slice(place).join(' ').startsWith(typed)),
  )
  // a name that is written out is chosen already
  const isWhole = found.some(({ name }) => before.slice(from + 1).trimEnd() === name && /\s$/.test(before))
  return found.length > 0 && !isWhole ? { from, found: found.slice(0, shownMax) } : null
}

/** Members whose whole names follow an `@` in the text. */
export function mentionsIn(text: string, members: readonly Named[]): UserId[] {
  const found: UserId[] = []
  let rest = text
  // the longest first, so that Anna Maria is not Anna
  for (const { userId, name } of [...members].sort((a, b) => b.name.length - a.name.length)) {
    if (!rest.includes(`@${name}`)) continue
    found.push(userId)
    rest = rest.replaceAll(`@${name}`, '')
  }
  return found
}

const plain = (text: string): string =>
  text.toLocaleLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ł', 'l')
