/** Services of one process answering each other: the same doors as over HTTP, without the socket. */
import type { ServiceName } from '@floowe/contracts/index'
import { Refusal } from '../errors.ts'
import type { Endpoint, Transport } from './port.ts'

export type Loopback = Transport & {
  register: (service: ServiceName, endpoint: Endpoint) => void
  remove: (service: ServiceName) => void
}

export function loopback(): Loopback {
  const endpoints = new Map<ServiceName, Endpoint>()
  return {
    register: (service, endpoint) => void endpoints.set(service, endpoint),
    remove: (service) => void endpoints.delete(service),
    send: async (service, door, request) => {
      const endpoint = endpoints.get(service)
      if (!endpoint) throw new Refusal('unavailable', { service })
      return endpoint(door, request)
    },
  }
}
