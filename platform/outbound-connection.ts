/** From a checked name to an open connection: what the guard has seen is what gets connected, nothing is asked twice. */
import { lookup, Resolver as DnsResolver } from 'node:dns/promises'
import { connect as connectPlain, isIP } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import { connect as connectSecure, rootCertificates } from 'node:tls'
import { AddressRefusal } from './addresses.ts'
import type { AddressGuard, Target } from './addresses.ts'

/** All addresses of a name, IPv4 and IPv6, as text; an address answers with itself. `ENOTFOUND` when there are none. */
export type Resolver = (name: string, signal: AbortSignal) => Promise<readonly string[]>

const addressesMax = 32

/**
 * Asks name servers itself: the system's own lookup would block one of the few threads that files need as well, and cannot
 * be given up. It leaves out /etc/hosts and search domains, which speak of the local network only.
 * @param servers `address:port`; those of the system when left out
 */
export function createResolver(servers?: readonly string[]): { resolve: Resolver; close: () => void } {
  const dns = new DnsResolver({ timeout: 2_000, tries: 2 })
  if (servers) dns.setServers(servers)
  return {
    resolve: async (name, signal) => {
      if (isIP(name) !== 0) return [name]
      const answers = await ended(Promise.allSettled([dns.resolve6(name), dns.resolve4(name)]), signal)
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      if (addresses.length > addressesMax)
        throw new AddressRefusal('blocked-address', `this name has more than ${addressesMax} addresses`)
      if (addresses.length > 0) return addresses
      // "No such name" is an answer only if both questions got it; a silent server is a fault of the moment.
      const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
      throw (
        failed.find((error) => error?.code !== 'ENOTFOUND' && error?.code !== 'ENODATA') ?? failed[0] ?? noSuchName()
      )
    },
    close: () => dns.cancel(),
  }
}

const noSuchName = (): Error => Object.assign(new Error('there is no such name'), { code: 'ENOTFOUND' })

/** The work's result, unless the signal comes first. */
async function ended<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    // The race also hears the loser, whose late failure would otherwise end the process.
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

type Means = { guard: AddressGuard; resolver: Resolver; signal: AbortSignal; authorities?: readonly string[] }

/** @throws AddressRefusal, the resolver's error, the socket's error; an error with code `TLS_FAILED`; the signal's reason */
export async function openConnection(target: Target, { guard, resolver, signal, authorities }: Means): Promise<Socket> {
  const addresses = guard.isVouchedFor(target)
    ? await vouchedAddresses(target.host, signal)
    : await resolver(target.host, signal)
  if (addresses.length === 0) throw noSuchName()
  guard.checkAll(addresses, target)

  const socket = connectPlain({
    host: target.host,
    port: target.port,
    lookup: answering(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 500,
    noDelay: true,
  })
  await ready(socket, 'connect', signal)
  // Cannot differ; if it ever does, nothing has been written yet.
  if (!guard.isVouchedFor(target) && !addresses.some((address) => isSameAddress(address, socket.remoteAddress))) {
    socket.destroy()
    throw new AddressRefusal('blocked-address', 'the connection leads elsewhere than the checked address')
  }
  if (!target.isSecure) return socket

  const secure = connectSecure({
    socket,
    host: target.host,
    servername: isIP(target.host) === 0 ? target.host : '',
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    ...(authorities && { ca: [...rootCertificates, ...authorities] }),
  })
  try {
    await ready(secure, 'secureConnect', signal)
  } catch (error) {
    socket.destroy()
    signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    throw Object.assign(new Error(reason, { cause: error }), { code: 'TLS_FAILED' })
  }
  return secure
}

/** A name the operator vouches for may live in /etc/hosts or in a container's network: there the system is asked. */
async function vouchedAddresses(host: string, signal: AbortSignal): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  return (await ended(lookup(host, { all: true }), signal)).map(({ address }) => address)
}

const answering =
  (addresses: readonly string[]): LookupFunction =>
  (_, options, callback) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first] = all
    if (options.all) callback(null, all)
    else callback(null, first?.address ?? '', first?.family)
  }

const isSameAddress = (one: string, other: string | undefined): boolean =>
  other !== undefined &&
  (one === other || URL.parse(`http://[${one}]`)?.hostname === URL.parse(`http://[${other}]`)?.hostname)

async function ready(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Stays for the socket's life: an error after the end of a request concerns nobody, and must not end the process.
  socket.on('error', reject)
  socket.once(event, () => resolve())
  socket.once('close', () => reject(new Error('the connection was closed')))
  try {
    await ended(promise, signal)
  } catch (error) {
    socket.destroy()
    throw error
  }
}
