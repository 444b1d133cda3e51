/**
 * Secrets at rest, tokens, and keys made from the secret of an installation.
 *
 * Each value is sealed with a data key of its own, and that with a key made from the secret (the master key); so a new secret
 * changes the wrapping of what is kept, and nothing else. Master keys form a ring: the first seals, all of them open.
 */
import { createCipheriv, createDecipheriv, createHash, hash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

export type SealingCode = 'wrong-key' | 'not-sealed' | 'damaged'
export class SealingError extends Error {
  readonly code: SealingCode
  /** Of the key that the sealed value needs, when it names one. */
  readonly keyId: string | null
  constructor(code: SealingCode, text: string, keyId: string | null) {
    super(text)
    this.name = 'SealingError'
    this.code = code
    this.keyId = keyId
  }
}

/** `isRetired`: of a secret that is gone. It tells what was made under it then; nothing new comes under it. */
type DerivedKey = { keyId: string; key: Buffer; isRetired: boolean }

export type Sealer = {
  /** AES-256-GCM. `context` names where the value belongs (`publishing.channel:<id>`); it opens nowhere else. */
  seal: (secret: string, context: string) => string
  /** @throws SealingError wrong-key (names the keys), not-sealed (not our form), damaged (changed, or another context) */
  open: (sealed: string, context: string) => string
  /**
   * The same value under the first key: only its wrapping changes, a `v1` value is sealed anew. What is under that key already
   * comes back as it is. @throws SealingError as `open` does
   */
  rewrap: (sealed: string, context: string) => string
  /** Of the first key. Eight letters that name it, and tell nothing of it. */
  keyId: string
  /** Of all keys that open, the first one first. */
  keyIds: readonly string[]
  /** 32 bytes for one purpose, always the same for one secret: the first. What others must recognise is made with it. */
  deriveKey: (purpose: string) => Buffer
  /** The same of every secret, the first one first: whoever checks what was made earlier, or by another process, tries them all. */
  deriveKeys: (purpose: string) => readonly DerivedKey[]
}

/** `v2.<keyId>.<wrapped data key>.<nonce>.<ciphertext and tag>`, the last three in base64url. */
const sealedForm = /^v2\.([a-z2-7]{8})\.([\w-]{80})\.([\w-]{16})\.([\w-]{22,})$/
/** `v1.<keyId>.<nonce>.<ciphertext and tag>`: under the master key itself, as it once was. */
const oldForm = /^v1\.([a-z2-7]{8})\.([\w-]{16})\.([\w-]{22,})$/
const secretBytesMin = 32
const nonceBytes = 12
const dataKeyBytes = 32

type Secret = Buffer | string
type Master = { keyId: string; derive: (purpose: string) => Buffer; wrapping: Buffer; old: Buffer }
type Parts = { keyId: string; wrapped: string | null; nonce: string; content: string }

/**
 * @param secrets one, or a ring of them, of at least 32 bytes of random each, as bytes or as any text (its UTF-8 bytes count; the
 * file holds base64url). A shorter one is refused: it could be guessed from a stolen backup.
 */
export function createSealer(secrets: Secret | readonly Secret[]): Sealer {
  const masters = (Array.isArray(secrets) ? (secrets as readonly Secret[]) : [secrets as Secret]).map(masterOf) // Array.isArray knows no readonly
  const [first] = masters
  if (!first) throw new Error('a ring of secrets has at least one')
  const keyIds = masters.map(({ keyId }) => keyId)
  const masterFor = (keyId: string): Master => {
    const found = masters.find((one) => one.keyId === keyId)
    if (found) return found
    const words = `this value was sealed with key ${keyId}, but the secret of this installation makes key ${keyIds.join(', ')}`
    throw new SealingError('wrong-key', words, keyId)
  }
  const dataKeyOf = ({ keyId, wrapped }: Parts, master: Master, context: string): Buffer =>
    wrapped === null
      ? master.old
      : decrypt(master.wrapping, wrapped.slice(0, 16), wrapped.slice(16), wrapperOf(keyId, context), keyId)
  const open = (text: string, context: string): string => {
    const parts = partsOf(text)
    const { keyId, wrapped, nonce, content } = parts
    const key = dataKeyOf(parts, masterFor(keyId), context)
    const bound = wrapped === null ? `v1.${keyId}.${context}` : contentOf(context)
    return decrypt(key, nonce, content, bound, keyId).toString('utf8')
  }
  const wrap = (dataKey: Buffer, context: string): string =>
    encrypt(first.wrapping, dataKey, wrapperOf(first.keyId, context)).join('')
  const seal = (text: string, context: string): string => {
    const dataKey = randomBytes(dataKeyBytes)
    const [nonce, content] = encrypt(dataKey, Buffer.from(text, 'utf8'), contentOf(context))
    return `v2.${first.keyId}.${wrap(dataKey, context)}.${nonce}.${content}`
  }
  return {
    keyId: first.keyId,
    keyIds,
    seal,
    open,
    rewrap: (text, context) => {
      const parts = partsOf(text)
      const { keyId, wrapped, nonce, content } = parts
      // Opened in any case: what is damaged must not come out as if it were whole.
      const opened = open(text, context)
      if (wrapped === null) return seal(opened, context)
      if (keyId === first.keyId) return text
      return `v2.${first.keyId}.${wrap(dataKeyOf(parts, masterFor(keyId), context), context)}.${nonce}.${content}`
    },
    deriveKey: first.derive,
    deriveKeys: (purpose) => masters.map(({ keyId, derive }) => ({ keyId, key: derive(purpose), isRetired: false })),
  }
}

/** Keys that secrets made which are gone by now, each for one purpose: `deriveKeys` hands them out behind those of the ring. */
export const withRetired = (
  sealer: Sealer,
  retired: readonly { keyId: string; purpose: string; key: Buffer }[],
): Sealer => ({
  ...sealer,
  deriveKeys: (wanted) => [
    ...sealer.deriveKeys(wanted),
    ...retired
      .filter(({ keyId, purpose }) => purpose === wanted && !sealer.keyIds.includes(keyId))
      .map(({ keyId, key }) => ({ keyId, key, isRetired: true })),
  ],
})

function masterOf(secret: Secret): Master {
  const material = typeof secret === 'string' ? Buffer.from(secret.trim(), 'utf8') : Buffer.from(secret)
  if (material.length < secretBytesMin)
    throw new Error(`the secret has ${material.length} bytes; it needs at least ${secretBytesMin}`)
  const derive = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', material, 'floowe', purpose, 32))
  return {
    keyId: base32(derive('key-id.v1').subarray(0, 5)),
    derive,
    wrapping: derive('sealing.v2'),
    old: derive('sealing.v1'),
  }
}

/** What a wrapped data key, and what the value under it, is bound to. Only the first names the master key: that one changes. */
const wrapperOf = (keyId: string, context: string): string => `v2.key.${keyId}.${context}`
const contentOf = (context: string): string => `v2.${context}`

function partsOf(text: string): Parts {
  const [, newKeyId, wrapped, newNonce, newContent] = sealedForm.exec(text) ?? []
  if (newKeyId !== undefined && wrapped !== undefined && newNonce !== undefined && newContent !== undefined)
    return { keyId: newKeyId, wrapped, nonce: newNonce, content: newContent }
  const [, keyId, nonce, content] = oldForm.exec(text) ?? []
  if (keyId === undefined || nonce === undefined || content === undefined)
    throw new SealingError('not-sealed', 'this is not a sealed value', null)
  return { keyId, wrapped: null, nonce, content }
}

/** Nonce, and ciphertext with its tag. Random 96-bit nonces under one master key stay safe for 2³² values, far more than an installation seals. */
function encrypt(key: Buffer, plain: Buffer, bound: string): [nonce: string, content: string] {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound, 'utf8'))
  const content = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return [nonce.toString('base64url'), content.toString('base64url')]
}

function decrypt(key: Buffer, nonce: string, content: string, bound: string, keyId: string): Buffer {
  const bytes = Buffer.from(content, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(bound, 'utf8')).setAuthTag(bytes.subarray(-16))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()])
  } catch {
    throw new SealingError('damaged', 'this sealed value was changed, or belongs to another place', keyId)
  }
}

const base32Letters = 'abcdefghijklmnopqrstuvwxyz234567'
function base32(bytes: Buffer): string {
  let bits = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (let letter = 0; letter < (bytes.length * 8) / 5; letter += 1) {
    text = `${base32Letters[Number(bits & 31n)]}${text}`
    bits >>= 5n
  }
  return text
}

/** Says nothing by its time about where two texts differ, nor about their lengths. */
export function isSameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean {
  const digest = (value: string | Uint8Array): Buffer => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(one), digest(other))
}

/** SHA-256 in hex: how tokens are stored. Enough for 256 random bits; never for passwords. */
export const hashToken = (token: string): string => hash('sha256', token, 'hex')

/** 256 random bits in base64url behind a prefix such as `flo_`. */
export const newToken = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}`
