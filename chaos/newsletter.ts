/**
 * The newsletter, letter by letter: each reader of each issue is a case of its own, whose words are the issue's and whose. What became
 * of it is asked of Floowe reader by reader, as a person would look.
 */
import type { Client } from '@floowe/faults/client.ts'
import { readAll } from '@floowe/faults/judge/reading.ts'
import type { Known } from './judge.ts'
import type { Planned } from './planning.ts'

export const network = 'newsletter'
/** They had agreed on paper, and are entered as confirmed. */
export const readers = ['ola@example.org', 'jan@example.org', 'zofia@example.org'] as const
export const declaration = 'They agreed on paper, for a test.'
/** Less would be what is measured: as many letters are due in a second as a newsletter sends by standard. */
export const perSecond = 100
export const profile = {
  senderName: 'Studio Wisła',
  sender: 'listy@example.com',
  language: 'en',
  imprint: 'Studio Wisła, ul. Nadrzeczna 7, Warszawa',
}

export const letterOf = (word: string, reader: string): string => `${word} ${reader}`

type Recipient = { email: string | null; state: string; code: string | null; armedAt: string | null }

const stateOf: Readonly<Record<string, string>> = {
  accepted: 'published',
  unknown: 'needs-human',
  refused: 'failed',
  waiting: 'retrying',
  armed: 'sending',
  deferred: 'retrying',
  dropped: 'cancelled',
}

/** Issues taken apart, everything else as it is. An issue that is not out speaks for all its letters. */
export async function letterByLetter(
  client: Client,
  planned: readonly Planned[],
  known: readonly Known[],
): Promise<{ planned: Planned[]; known: Known[] }> {
  const byId = new Map(known.map((one) => [one.id, one]))
  const apart: { planned: Planned[]; known: Known[] } = { planned: [], known: [...known] }
  for (const one of planned) {
    if (one.network !== network) {
      apart.planned.push(one)
      continue
    }
    const issue = byId.get(one.id)
    const path = `/api/v1/deliveries/${one.id}/recipients`
    const recipients = issue ? await readAll<Recipient>(client, path, 'publishing') : []
    for (const reader of readers) {
      const id = `${one.id} ${reader}`
      apart.planned.push({ ...one, id, word: letterOf(one.word, reader) })
      if (issue)
        apart.known.push({
          id,
          ...fateOf(
            issue,
            recipients.find(({ email }) => email === reader),
          ),
        })
    }
  }
  return apart
}

/** Pure. A published issue without a reader is lost on them. */
export function fateOf({ state, problem }: Omit<Known, 'id'>, recipient: Recipient | undefined): Omit<Known, 'id'> {
  if (state !== 'published' || !recipient) return { state, problem }
  const { state: own, code, armedAt } = recipient
  return {
    state: stateOf[own] ?? own,
    problem: code === null ? null : { code },
    ...(armedAt !== null && { triedMs: Date.parse(armedAt) }),
  }
}
