/**
 * The keys of inner tokens. Identity alone signs; services check with the public halves. A key signs for a year, then a new one
 * takes over; the one before stays published, for tokens still on their way.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { signToken, type TokenClaims } from '@floowe/platform'
import { dayMs, type Means } from './means.ts'
import { insertSigningKey, listSigningKeys, type SigningKeyRow } from './store/credentials.ts'

const signsMs = 365 * dayMs

export type SigningKeys = {
  sign: (claims: TokenClaims) => Promise<string>
  publicKeys: () => Promise<Record<string, unknown>[]>
}

type Key = { id: string; privateKey: KeyObject; untilMs: number }

export function createSigningKeys(means: Pick<Means, 'db' | 'clock' | 'ids' | 'sealer' | 'log'>): SigningKeys {
  const { db, clock } = means
  let current: Key | null = null
  let loading: Promise<Key> | null = null
  const key = async (): Promise<Key> => {
    if (current && current.untilMs > clock.now()) return current
    loading ??= loadOrMake(means).finally(() => {
      loading = null
    })
    current = await loading
    return current
  }
  return {
    sign: async (claims) => {
      const { id, privateKey } = await key()
      return signToken(privateKey, id, claims)
    },
    publicKeys: async () => {
      await key()
      return (await listSigningKeys(db)).map((row) => ({ ...row.public_key, kid: row.id, alg: 'EdDSA', use: 'sig' }))
    },
  }
}

export const signingKeyContext = (id: string): string => `identity.signing-key:${id}`

function loadOrMake({
  db,
  clock,
  ids,
  sealer,
  log,
}: Pick<Means, 'db' | 'clock' | 'ids' | 'sealer' | 'log'>): Promise<Key> {
  const opened = (row: SigningKeyRow): KeyObject | null => {
    try {
      return createPrivateKey({
        key: Buffer.from(sealer.open(row.sealed_private_key, signingKeyContext(row.id)), 'base64'),
        format: 'der',
        type: 'pkcs8',
      })
    } catch (error) {
      // After a change of the installation's secret the old key is only good for checking; a new one signs.
      log.warn('a signing key does not open, a new one is made', { error })
      return null
    }
  }
  return db.transaction(async (tx) => {
    // Of several processes one makes the key, the others find it.
    await tx.query("select pg_advisory_xact_lock(hashtext('floowe:identity:signing-keys'))")
    const [newest] = await listSigningKeys(tx)
    const untilMs = (newest?.created_at.getTime() ?? 0) + signsMs
    const known = newest && untilMs > clock.now() ? opened(newest) : null
    if (newest && known) return { id: newest.id, privateKey: known, untilMs }
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const id = ids.next<string>()
    const sealed = sealer.seal(
      privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      signingKeyContext(id),
    )
    const row: SigningKeyRow = {
      id,
      public_key: { ...publicKey.export({ format: 'jwk' }) },
      sealed_private_key: sealed,
      created_at: new Date(clock.now()),
    }
    await insertSigningKey(tx, row, newest ? [newest.id] : [])
    return { id, privateKey, untilMs: clock.now() + signsMs }
  })
}
