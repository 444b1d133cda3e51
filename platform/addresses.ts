/**
 * Which addresses a request may go to when a person typed where. Everything that is not plainly the public internet is
 * refused; `FLOOWE_OUTBOUND_ALLOW` is the operator's only exception.
 */
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export type Target = {
  /** Canonical: lower case, punycode, no dot at the end, an IPv6 address without brackets. */
  host: string
  port: number
  isSecure: boolean
  /** The same address with the canonical host, without a fragment. */
  url: URL
}

/** Why an address is refused; turned into an `OutboundError` by the client. */
export class AddressRefusal extends Error {
  readonly code: 'bad-address' | 'blocked-address'
  constructor(code: 'bad-address' | 'blocked-address', text: string) {
    super(text)
    this.name = 'AddressRefusal'
    this.code = code
  }
}

export type AddressGuard = {
  /** What the text names, when its form and its name are fit for a request. @throws AddressRefusal */
  target: (text: string) => Target
  /** True when the operator lets everything through that answers to this name and port. */
  isVouchedFor: (target: Pick<Target, 'host' | 'port'>) => boolean
  /** @throws AddressRefusal unless every address is public or allowed; one private address refuses them all. */
  checkAll: (addresses: readonly string[], target: Pick<Target, 'host' | 'port'>) => void
}

const addressLengthMax = 8_192
/** Names that mean this machine or this network, whatever a resolver says of them. */
const inwardName =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|in-addr\.arpa|ip6\.arpa|onion|invalid)$/
const publicNetwork6 = ipaddr.IPv6.parseCIDR('2000::/3')
/** Reached from inside one cloud only, though it lies in public space. */
const cloudInward = ipaddr.IPv4.parseCIDR('168.63.129.16/32')

/** True for an address of the public internet; false for anything else, and for what is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  // ipaddr.js calls `unicast` what no special range claims. IPv6 outside 2000::/3 is not assigned to anyone,
  // and holds the old ways of wrapping an IPv4 address.
  if (parsed.range() !== 'unicast') return false
  return parsed instanceof ipaddr.IPv6 ? parsed.match(publicNetwork6) : !parsed.match(cloudInward)
}

/** @param allow entries `host:port` (IPv6 in brackets) or CIDR. @throws Error naming every entry that is neither */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const { names, networks, mistakes } = parseAllow(allow)
  if (mistakes.length > 0)
    throw new Error(`these allowed addresses are neither host:port nor CIDR: ${mistakes.join(', ')}`)

  const isInAllowedNetwork = (address: string): boolean => {
    if (isIP(address) === 0) return false
    const parsed = ipaddr.parse(address)
    return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))
  }
  const isVouchedFor: AddressGuard['isVouchedFor'] = ({ host, port }) => names.has(`${host}:${port}`)

  return {
    isVouchedFor,
    target: (text) => {
      const target = parseTarget(text)
      if (isVouchedFor(target)) return target
      const isName = isIP(target.host) === 0
      if (isName && (inwardName.test(target.host) || !target.host.includes('.'))) {
        throw new AddressRefusal('blocked-address', 'this name belongs to a local network')
      }
      if (!isName && !isPublicAddress(target.host) && !isInAllowedNetwork(target.host)) {
        throw new AddressRefusal('blocked-address', 'this address does not belong to the public internet')
      }
      return target
    },
    checkAll: (addresses, target) => {
      if (isVouchedFor(target)) return
      if (!addresses.every((address) => isPublicAddress(address) || isInAllowedNetwork(address))) {
        throw new AddressRefusal('blocked-address', 'this name leads to an address outside the public internet')
      }
    },
  }
}

/** For settings: which entries of the allow list cannot be understood. */
export const allowMistakes = (allow: readonly string[]): string[] => parseAllow(allow).mistakes

function parseAllow(allow: readonly string[]) {
  const names = new Set<string>()
  const networks: [ipaddr.IPv4 | ipaddr.IPv6, number][] = []
  const mistakes: string[] = []
  for (const entry of allow) {
    if (ipaddr.IPv4.isValidCIDRFourPartDecimal(entry) || ipaddr.IPv6.isValidCIDR(entry))
      networks.push(ipaddr.parseCIDR(entry))
    else {
      const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+):(\d{1,5})$/i.exec(entry) ?? []
      const url = host !== undefined && URL.parse(`http://${host}:${port}/`)
      if (url) names.add(`${canonicalHost(url)}:${Number(port)}`)
      else mistakes.push(entry)
    }
  }
  return { names, networks, mistakes }
}

const canonicalHost = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

function parseTarget(text: string): Target {
  const bad = (words: string): AddressRefusal => new AddressRefusal('bad-address', words)
  if (text.length > addressLengthMax) throw bad(`an address has at most ${addressLengthMax} characters`)
  // The parser would quietly drop line breaks and read a backslash as a slash; other programs read them otherwise.
  if (/[\p{Cc} \\]/u.test(text)) throw bad('an address has no spaces, line breaks or backslashes')
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(text) ?? []
  const url = URL.parse(text)
  if (!url || authority === undefined || url.host === '')
    throw bad('an address begins with http:// or https:// and a name')
  if (authority.includes('@')) throw bad('an address carries no user name or password')
  const host = canonicalHost(url)
  if (host === '' || host.endsWith('.')) throw bad('the name in this address cannot be read')
  // 0177.1, 0x7f000001 and full-width digits are ways to hide an address, not to write one.
  if (isIP(host) === 4 && authority.replace(/:\d*$/, '') !== host)
    throw bad('an IPv4 address is written as four decimal numbers')
  const isSecure = url.protocol === 'https:'
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port)
  if (port === 0) throw bad('the port in this address cannot be used')
  if (isIP(host) === 0) url.hostname = host
  url.hash = ''
  return { host, port, isSecure, url }
}
