/**
 * How the processes of a cluster speak HTTP with each other: paths and headers. Whoever reaches the port of a service without
 * the key of the installation gets nothing but its health.
 */
import { createHmac } from 'node:crypto'
import type { ServiceName } from '@floowe/contracts/index'
import type { Door } from './port.ts'

/** Proof that the caller belongs to this installation. */
export const keyHeader = 'floowe-inner'
/** Milliseconds that the caller still waits; work that takes longer is of use to nobody. */
export const budgetHeader = 'floowe-budget'
/** In answers of a process that takes nothing new. */
export const drainingHeader = 'floowe-draining'
/** On a response that the service has no such operation. */
export const unmatchedHeader = 'floowe-unmatched'

/** @param key derived from the installation's secret for this purpose alone */
export const innerKey = (key: Buffer): string => createHmac('sha256', key).update('inner door').digest('base64url')

export const innerPath = (service: ServiceName, door: Door): string => `/inner/${service}/${door}`

/** A body as it came over the wire; only who needs its value decodes it. */
export class WireBody {
  readonly bytes: Buffer
  readonly type: string
  constructor(bytes: Buffer, type = 'application/json') {
    this.bytes = bytes
    this.type = type
  }
  /** Also of one that carries files, as answers between services may. @throws SyntaxError, TypeError */
  async decoded(): Promise<unknown> {
    return isForm(this.type) ? formOf(this.bytes, this.type) : this.value()
  }
  /** @throws SyntaxError */
  value(): unknown {
    return this.bytes.length === 0 ? undefined : (JSON.parse(this.bytes.toString('utf8')) as unknown)
  }
}

export const isForm = (type: string): boolean => type.startsWith('multipart/form-data')

/** @throws TypeError when it is no form */
export const formOf = (bytes: Buffer, type: string): Promise<FormData> =>
  new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
