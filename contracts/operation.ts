/**
 * How an operation is declared: route, who may call it, refusals. Every contract file starts from `operation`.
 */
import { oc } from '@orpc/contract'
import { commonRefusals, type Permission } from './vocabulary.ts'

/**
 * Who may call: `anyone` (no credential), `signed-in` (any person, no workspace needed), a permission in the caller's
 * workspace, or `service` (another service, in its own name or passing a person's token on).
 */
export type Needs = 'anyone' | 'signed-in' | 'service' | Permission
export type OperationMeta = {
  needs: Needs
  /** Between services only: the gateway does not route it. */
  inner?: boolean
  /** May be repeated without a second effect, so a caller may retry it after a lost answer. GET operations always may. */
  repeatable?: boolean
  /** Makes something, and takes `Call.onceId` for its id: asked again with the same one, also at once, it answers what was made. */
  once?: boolean
  /** Largest request body, bytes. Default 3 MiB. */
  bodyBytesMax?: number
  /** Counted against a stricter limit per address: sign-in, password reset, invitation links. */
  sensitive?: boolean
}

const base = oc.$meta<OperationMeta>({ needs: 'service' }).errors(commonRefusals)

type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: `/${string}`
  summary: string
  description?: string
  successStatus?: number
}

/** An operation that REST callers may use, at `/api/v1` + path. */
export const operation = (
  tag: string,
  needs: Exclude<Needs, 'service'>,
  route: Route,
  meta: Omit<OperationMeta, 'needs'> = {},
) => base.meta({ needs, ...meta }).route({ ...route, tags: [tag] })

/** An operation between services; the gateway never routes it. Callers carry a service token, or pass a person's token on. */
export const innerOperation = (meta: Partial<Omit<OperationMeta, 'inner'>> = {}) =>
  base.meta({ needs: 'service', ...meta, inner: true })
