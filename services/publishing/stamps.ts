/**
 * Links with where they were put and which text they were put into, so that visits are counted by channel and article without tagging
 * by hand. What an address says already stays. Stamped when a text is frozen: what is approved is what goes out.
 */
import type { SnapshotContent } from '@floowe/contracts/content'
import type { Network } from '@floowe/contracts/networks'
import { rewrite } from './networks/page-html.ts'

/** How people come from there, in the words of UTM. The site is where they go, and a webhook's receiver makes pages of its own. */
const mediumOf: Readonly<Partial<Record<Network, string>>> = {
  wordpress: 'referral',
  ghost: 'referral',
  devto: 'referral',
  newsletter: 'email',
  feed: 'feed',
}
const placeholder = 'https://floowe.invalid'

/** @param medium of UTM; `social` for networks of posts */
export function stamped(
  address: string,
  network: Network,
  { slug, editionId }: Pick<SnapshotContent, 'slug' | 'editionId'>,
  medium = 'social',
): string {
  const url = URL.parse(address, placeholder)
  if (url === null) return address
  const stamps = {
    utm_source: network,
    utm_medium: medium,
    utm_campaign: slug,
    // The random end of the id: enough to tell the texts of a workspace apart.
    utm_content: editionId.slice(-8),
  }
  for (const [name, value] of Object.entries(stamps)) if (!url.searchParams.has(name)) url.searchParams.set(name, value)
  return url.origin === placeholder ? url.href.slice(placeholder.length) : url.href
}

/** Whether texts for this network are stamped at all. */
export const stampsPages = (network: Network): boolean => mediumOf[network] !== undefined

/** Files are no visits. */
const isPage = (path: string): boolean => !/^\/(media|api)\//.test(path)

/** A whole text for a place from where people come to us: its links to our own pages stamped, those to others left alone. @param ours origins */
export function stampedPage(content: SnapshotContent, network: Network, ours: readonly string[]): SnapshotContent {
  const medium = mediumOf[network]
  if (medium === undefined) return content
  const isOurs = (href: string): boolean => {
    const url = URL.parse(href, placeholder)
    if (url === null || !/^https?:$/.test(url.protocol) || !isPage(url.pathname)) return false
    return href.startsWith('/') ? !href.startsWith('//') : ours.includes(url.origin)
  }
  const html = rewrite(content.html, {
    tag: (tag, name, isEnd) =>
      name !== 'a' || isEnd
        ? tag
        : tag.replace(/ href="([^"]*)"/, (whole, escaped: string) => {
            const href = escaped.replaceAll('&amp;', '&')
            return isOurs(href)
              ? ` href="${stamped(href, network, content, medium).replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`
              : whole
          }),
  })
  return { ...content, html }
}
