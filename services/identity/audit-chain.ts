/**
 * How an entry of the audit log is bound to the one before it, and the end of the log to its number.
 *
 * The hash of an entry is a keyed SHA-256 over the hash before it and its own fields: `<key>:<hash>`. The end (head) is sealed as
 * well, since no entry knows what came behind it. Entries from before heads were sealed have a dot in place of the colon.
 */
import { createHmac } from 'node:crypto'
import { type Sealer, SealingError } from '@floowe/platform'
import type { AuditRow, Head } from './store/audit.ts'

/** Of the derived keys: those of secrets that are gone go on checking what was written under them. */
export const chainPurpose = 'audit chain'
const mark = ':'
const oldMark = '.'

export type Chain = {
  /** The hash of an entry that is written now. */
  link: (workspaceId: string, before: string, row: Omit<AuditRow, 'hash'>) => string
  /** Whether that is the entry's hash; null when it was written under a secret that is not known here. */
  isLink: (workspaceId: string, before: string, row: AuditRow) => boolean | null
  isKnown: (hash: string) => boolean
  sealHead: (workspaceId: string, head: Pick<Head, 'seq' | 'hash'>) => string
  /** False when the end was moved or made by somebody else. Of an end under a secret that is not known here nothing can be said. */
  isHead: (workspaceId: string, head: Head) => boolean
}

export function createChain(sealer: Sealer): Chain {
  const keys = new Map(sealer.deriveKeys(chainPurpose).map(({ keyId, key }) => [keyId, key]))
  const own = sealer.deriveKey(chainPurpose)
  const keyOf = (hash: string): Buffer | undefined => keys.get(hash.slice(0, sealer.keyId.length))
  const contentOf = ({ seq, hash }: Pick<Head, 'seq' | 'hash'>): string => `${seq} ${hash}`
  return {
    link: (workspaceId, before, row) => `${sealer.keyId}${mark}${digest(own, mark, workspaceId, before, row)}`,
    isLink: (workspaceId, before, { hash, ...row }) => {
      const key = keyOf(hash)
      if (!key) return null
      const form = hash[sealer.keyId.length] === mark ? mark : oldMark
      return hash === `${hash.slice(0, sealer.keyId.length)}${form}${digest(key, form, workspaceId, before, row)}`
    },
    isKnown: (hash) => keyOf(hash) !== undefined,
    sealHead: (workspaceId, head) => sealer.seal(contentOf(head), headContext(workspaceId)),
    isHead: (workspaceId, head) => {
      if (head.seal === null) return !head.hash.includes(mark)
      try {
        return sealer.open(head.seal, headContext(workspaceId)) === contentOf(head)
      } catch (error) {
        return error instanceof SealingError && error.code === 'wrong-key' && head.seq > 0 && !keyOf(head.hash)
      }
    },
  }
}

export const headContext = (workspaceId: string): string => `identity.audit-head:${workspaceId}`

function digest(key: Buffer, form: string, workspaceId: string, before: string, row: Omit<AuditRow, 'hash'>): string {
  const fields = [workspaceId, row.seq, row.event_id, row.at.toISOString(), row.actor, row.event, row.subject, row.data]
  return createHmac('sha256', key)
    .update(`${form === mark ? mark : ''}${before}\n${JSON.stringify(sorted(fields))}`)
    .digest('hex')
}

/** The database keeps an object's fields in an order of its own. Depth is that of our own events. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  )
}
