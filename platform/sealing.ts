/** Secrets at rest, tokens, and keys made from the one secret of an installation. */
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

export type Sealer = {
  /** AES-256-GCM. `context` names where the value belongs (`publishing.channel:<id>`); it opens nowhere else. */
  seal: (secret: string, context: string) => string
  /** @throws SealingError wrong-key (names both keys), not-sealed (not our form), damaged (changed, or another context) */
  open: (sealed: string, context: string) => string
  /** Eight letters that name the key, and tell nothing of it. */
  keyId: string
  /** 32 bytes for one purpose, always the same for one secret. */
  deriveKey: (purpose: string) => Buffer
}

/** `v1.<keyId>.<iv>.<ciphertext and tag>`, the last two in base64url. */
const sealedForm = /^v1\.([a-z2-7]{8})\.([\w-]{16})\.([\w-]{22,})$/
const secretBytesMin = 32

/**
 * @param secret at least 32 bytes of random, as bytes or as any text (its UTF-8 bytes count; the file holds base64url).
 * A shorter one is refused: it could be guessed from a stolen backup.
 */
export function createSealer(secret: Buffer | string): Sealer {
  const material = typeof secret === 'string' ? Buffer.from(secret.trim(), 'utf8') : Buffer.from(secret)
  if (material.length < secretBytesMin)
    throw new Error(`the secret has ${material.length} bytes; it needs at least ${secretBytesMin}`)
  const deriveKey = (purpose: string): Buffer => Buffer.from(hkdfSync('sha256', material, 'floowe', purpose, 32))
  const sealingKey = deriveKey('sealing.v1')
  const keyId = base32(deriveKey('key-id.v1').subarray(0, 5))
  const boundTo = (context: string): Buffer => Buffer.from(`v1.${keyId}.${context}`, 'utf8')
  return {
    keyId,
    deriveKey,
    seal: (text, context) => {
      // Random 96-bit nonces under one key stay safe for far more values (2³²) than an installation ever seals.
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(boundTo(context))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `v1.${keyId}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`
    },
    open: (text, context) => {
      const [, neededKeyId, nonce, sealed] = sealedForm.exec(text) ?? []
      if (neededKeyId === undefined || nonce === undefined || sealed === undefined) {
        throw new SealingError('not-sealed', 'this is not a sealed value', null)
      }
      if (neededKeyId !== keyId) {
        const words = `this value was sealed with key ${neededKeyId}, but the secret of this installation makes key ${keyId}`
        throw new SealingError('wrong-key', words, neededKeyId)
      }
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, Buffer.from(nonce, 'base64url'), {
        authTagLength: 16,
      })
      decipher.setAAD(boundTo(context)).setAuthTag(bytes.subarray(-16))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8')
      } catch {
        throw new SealingError('damaged', 'this sealed value was changed, or belongs to another place', neededKeyId)
      }
    },
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
