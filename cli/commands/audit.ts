/** `audit verify`: whether the audit log of a workspace is as it was written. */
import type { AuditDamage } from '@floowe/contracts/identity'
import { WrongUse } from '../client.ts'
import type { Command, Run } from '../command.ts'

/** Parts of some ten thousand entries; far beyond any log. */
const partsMax = 100_000

export const auditCommand: Command = {
  name: 'audit',
  usage: 'audit verify',
  summary: 'Check the audit log entry by entry; exit 1 and the place when it was changed outside of Floowe',
  words: { min: 1, max: 1 },
  run: async (run) => {
    if (run.words[0] !== 'verify') throw new WrongUse('floowe audit verify')
    const verdict = await verify(run)
    const { checked, notCheckable, damage } = verdict
    const older =
      notCheckable > 0
        ? [
            `${notCheckable} of them were written under a secret that this installation does not have, and cannot be checked.`,
          ]
        : []
    if (!damage) return { json: verdict, lines: [`${checked} entries, chain whole`, ...older] }
    return { json: verdict, lines: [`${checked} entries fit.`, ...older, sentenceOf(damage)], exitCode: 1 }
  },
}

type Verdict = { checked: number; notCheckable: number; damage: AuditDamage | null }

async function verify({ client, tell }: Run): Promise<Verdict> {
  const sum: Verdict = { checked: 0, notCheckable: 0, damage: null }
  let after = 0
  for (let part = 0; part < partsMax; part++) {
    const { checked, notCheckable, damage, next } = await client.identity.verifyAudit({ after })
    sum.checked += checked
    sum.notCheckable += notCheckable
    sum.damage = damage
    if (next === null) break
    after = next
    tell(`${after} entries looked at`)
  }
  return sum
}

function sentenceOf({ seq, problem, entry }: AuditDamage): string {
  const named = `Entry ${seq}${entry ? ` (${entry.event}, ${entry.at}, id ${entry.id})` : ''}`
  return {
    changed: `${named} is not as it was written: it was changed, put in, or moved to this place.`,
    foreign: `${named} was written under a secret that this installation does not have. Put that secret behind the present one if it is yours; if it is not, somebody else put the entry in.`,
    missing: `${named} is missing.`,
    head: `Behind ${named.replace('Entry', 'entry')} the log was cut off, or its end was changed.`,
    extra: `${named} stands behind the end of the log: somebody put it there.`,
  }[problem]
}
