/**
 * Inner tokens: short-lived signed statements of who calls, in which workspace, and what they may do.
 * Identity alone signs them (Ed25519); every service verifies them, in both shapes. Source of the form: RFC 7519, RFC 8037.
 */
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { Permission } from '@floowe/contracts/vocabulary'
import { LRUCache } from 'lru-cache'

export type CallerKind = 'person' | 'key' | 'local' | 'service'
export type TokenClaims = {
  sub: string
  kind: CallerKind
  wsp: string | null
  prm: readonly string[]
  iat: number
  exp: number
  jti: string
}

/** Who is calling. `token` is passed on unchanged to the next service. */
export type Caller = {
  kind: CallerKind | 'anonymous'
  /** UserId, KeyId or service name; empty for anonymous. */
  id: string
  workspaceId: string | null
  permissions: ReadonlySet<Permission | 'service'>
  token: string | null
  /** How events name the caller: a UserId, `key:…`, `service:…`, `anonymous`. */
  actor: string
}

export const anonymous: Caller = {
  kind: 'anonymous',
  id: '',
  workspaceId: null,
  permissions: new Set(),
  token: null,
  actor: 'anonymous',
}

const audience = 'floowe'
/**
 * Machines' clocks disagree: a token counts so much longer than it says (RFC 7519, 4.1.4). Else a valid caller is told to sign in, or a
 * service's own word is refused. What was taken back is no longer passed on to us, whatever is left of its time.
 */
const skewMs = 60_000
const base64url = (value: Buffer | string): string => Buffer.from(value).toString('base64url')

/** @param claims times in Unix seconds. */
export function signToken(key: KeyObject, keyId: string, claims: TokenClaims): string {
  const head = base64url(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid: keyId }))
  const body = base64url(JSON.stringify({ ...claims, aud: audience }))
  return `${head}.${body}.${base64url(sign(null, Buffer.from(`${head}.${body}`), key))}`
}

export type KeySet = { keys: readonly Record<string, unknown>[] }
export type TokenVerifier = { verify: (token: string) => Promise<Caller | null>; forget: () => void }

/**
 * Verifies once per token; the answer is remembered by the token's bytes until it expires.
 * @param load fetches identity's public keys; asked again for an unknown key, at most once a second.
 */
export function createVerifier(load: () => Promise<KeySet>, nowMs: () => number): TokenVerifier {
  const known = new LRUCache<string, { caller: Caller; expMs: number }>({ max: 5_000 })
  let keys = new Map<string, KeyObject>()
  let loading: Promise<void> | null = null
  let loadedAtMs = Number.NEGATIVE_INFINITY
  const loadKeys = async (): Promise<void> => {
    const set = await load()
    keys = new Map(
      set.keys
        .filter((jwk) => jwk['kty'] === 'OKP' && jwk['crv'] === 'Ed25519')
        .map((jwk) => [String(jwk['kid']), createPublicKey({ key: jwk as never, format: 'jwk' })]), // node's JWK type is a bare object
    )
    loadedAtMs = nowMs()
  }
  const keyOf = async (keyId: string): Promise<KeyObject | null> => {
    if (!keys.has(keyId) && (loading || nowMs() - loadedAtMs > 1000)) {
      loading ??= loadKeys().finally(() => {
        loading = null
      })
      await loading
    }
    return keys.get(keyId) ?? null
  }
  return {
    forget: () => known.clear(),
    verify: async (token) => {
      const remembered = known.get(token)
      if (remembered) return remembered.expMs > nowMs() ? remembered.caller : null
      if (token.length > 4096) return null
      const [head, body, signature, more] = token.split('.')
      if (!head || !body || !signature || more !== undefined) return null
      const header = parse(head)
      const claims = parse(body)
      if (!header || !claims || header['alg'] !== 'EdDSA' || typeof header['kid'] !== 'string') return null
      const key = await keyOf(header['kid'])
      if (!key || !verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) return null
      if (claims['aud'] !== audience || typeof claims['exp'] !== 'number') return null
      const expMs = claims['exp'] * 1000 + skewMs
      if (expMs <= nowMs()) return null
      const caller = callerOf(claims as unknown as TokenClaims, token) // signed by identity, so of its own form
      known.set(token, { caller, expMs })
      return caller
    },
  }
}

function callerOf(claims: TokenClaims, token: string): Caller {
  const actor =
    claims.kind === 'key' ? `key:${claims.sub}` : claims.kind === 'service' ? `service:${claims.sub}` : claims.sub
  const permissions = new Set(claims.prm as (Permission | 'service')[])
  if (claims.kind === 'service') permissions.add('service')
  return { kind: claims.kind, id: claims.sub, workspaceId: claims.wsp, permissions, token, actor }
}

function parse(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
