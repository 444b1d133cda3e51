/** Secrets at rest, tokens, and keys made from the one secret of an installation. */

export type SealingCode = 'wrong-key' | 'not-sealed' | 'damaged'
export declare class SealingError extends Error {
  readonly code: SealingCode
  /** Of the key that the sealed value needs, when it names one. */
  readonly keyId: string | null
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
export declare function createSealer(secret: Buffer | string): Sealer
/** Says nothing by its time about where two texts differ. */
export declare function isSameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean
/** SHA-256 in hex: how tokens are stored. */
export declare function hashToken(token: string): string
/** 256 random bits in base64url behind a prefix such as `flo_`. */
export declare function newToken(prefix: string): string
