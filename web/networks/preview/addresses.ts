/** How an address stands in a text: whole, or shortened by the network. */
import type { PostNetwork } from './traits.ts'

const parts = /^(https?:\/\/)(www\.)?([^/?#]*)(.*)$/isu
const ellipsis = '…'

/** The words that people see for it. An address that is not one stays as it is. */
export function shownAddress(address: string, network: PostNetwork): string {
  const [, protocol, www = '', host = '', path = ''] = parts.exec(address) ?? []
  if (protocol === undefined) return address
  const tail = path === '/' ? '' : path
  switch (network) {
    // `display_url` of its API: youtube.com/watch?v=oHg5SJ…
    case 'x':
      return host + shortened(tail, 16, 15, ellipsis)
    case 'bluesky':
      return www + host + shortened(tail, 15, 13, '...')
    case 'mastodon':
      return shortened(host + path, 30, 30, ellipsis)
    default:
      return address
  }
}

/** @param max what may stay as it is @param kept of what is longer */
function shortened(text: string, max: number, kept: number, ending: string): string {
  const characters = Array.from(text)
  return characters.length > max ? `${characters.slice(0, kept).join('')}${ending}` : text
}

/** The name that cards of links show. */
export const hostOf = (address: string): string => {
  const [, , , host = ''] = parts.exec(address) ?? []
  return host === '' ? address : host
}

/** Where a click may lead; null: nowhere. */
export const safeAddress = (address: string): string | null =>
  /^https?:\/\//i.test(address) && URL.canParse(address) ? address : null
