/**
 * What a service keeps that depends on the secret of the installation, declared in one place (`sealed.ts` of the service), so that
 * the secret can be changed and nothing is forgotten: `floowe secret` walks what stands here.
 */
import type pg from 'pg'
import type { Log } from './log.ts'
import { type Sealer, withRetired } from './sealing.ts'

/** A column that holds sealed values. */
export type SealedPlace = {
  table: string
  /** Of type text; with `field`, of type jsonb, an object that holds the value under that name. */
  column: string
  field?: string
  /** The primary key. */
  key: readonly string[]
  /** Columns beside the key that `context` needs. */
  reads?: readonly string[]
  /** What the value was sealed for. All columns come as text. */
  context: (row: Readonly<Record<string, string>>) => string
  /** It proves something more than it hides: sealed anew, so that who came to know its data key can make no other. */
  isProof?: boolean
}

export type Sealed = {
  places: readonly SealedPlace[]
  /**
   * Purposes of derived keys (`Sealer.deriveKey`) with which marks in rows are checked for as long as the rows live. When a secret
   * is dropped, its keys for these purposes are kept sealed, and `Sealer.deriveKeys` goes on handing them out.
   */
  checkedWith: readonly string[]
}

export const retiredContext = (service: string, purpose: string, keyId: string): string =>
  `${service}.retired-key:${purpose}:${keyId}`

/** What every service keeps: the sealed part of a job's input is bound to its kind. */
export const placesOfEach = (service: string): readonly SealedPlace[] => [
  {
    table: 'jobs',
    column: 'input',
    field: 'sealed',
    key: ['id'],
    reads: ['kind'],
    context: ({ kind = '' }) => kind,
  },
  {
    table: 'retired_keys',
    column: 'sealed',
    key: ['purpose', 'key_id'],
    context: ({ purpose = '', key_id = '' }) => retiredContext(service, purpose, key_id),
  },
]

const retiredMax = 200

/** The installation's sealer with the keys that this service has kept of secrets that are gone. */
export async function sealerOf(client: pg.ClientBase, service: string, sealer: Sealer, log: Log): Promise<Sealer> {
  const { rows } = await client.query<{ purpose: string; key_id: string; sealed: string }>(
    `select purpose, key_id, sealed from retired_keys order by retired_at desc limit ${retiredMax}`,
  )
  const kept = rows.flatMap(({ purpose, key_id, sealed }) => {
    try {
      const key = Buffer.from(sealer.open(sealed, retiredContext(service, purpose, key_id)), 'base64url')
      return [{ keyId: key_id, purpose, key }]
    } catch (error) {
      log.warn('a key of an earlier secret does not open: what was marked with it cannot be checked', {
        purpose,
        keyId: key_id,
        error,
      })
      return []
    }
  })
  return kept.length > 0 ? withRetired(sealer, kept) : sealer
}
