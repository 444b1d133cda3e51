/** What a text points to: files, other articles by id, and pages of the site by their slug. */
import type { Body } from '@floowe/contracts/body'
import { ArticleId, MediaId, Slug } from '@floowe/contracts/vocabulary'
import { sourcesIn } from './formats/index.ts'
import type { Ref } from './store/port.ts'

/** More than that in one text is no list of references any more. */
const refsMax = 500

export const mediaRef = (id: string): Ref => `media:${id}`
export const articleRef = (id: string): Ref => `article:${id}`
export const slugRef = (slug: string): Ref => `slug:${slug}`

/** @param publicUrl of this installation, so that full addresses of it count like relative ones. */
export function refsIn(body: Body, publicUrl: string): Ref[] {
  const { src, href } = sourcesIn(body)
  const refs = new Set<Ref>()
  for (const address of src) {
    const media = mediaOf(address)
    if (media) refs.add(mediaRef(media))
  }
  for (const address of href) {
    const ref = refOfLink(address, publicUrl)
    if (ref) refs.add(ref)
  }
  return [...refs].slice(0, refsMax)
}

/** The file of ours that an address in a body names, or null. */
export function mediaOf(address: string): MediaId | null {
  return address.startsWith('media:') ? (MediaId.safeParse(address.slice('media:'.length)).data ?? null) : null
}

/** What an address in a text points to, when it is something of ours. */
export function refOfLink(address: string, publicUrl: string): Ref | null {
  if (address.startsWith('media:')) {
    const media = mediaOf(address)
    return media && mediaRef(media)
  }
  if (address.startsWith('article:')) {
    const id = ArticleId.safeParse(address.slice('article:'.length).split('#', 1)[0])
    return id.success ? articleRef(id.data) : null
  }
  const path = address.startsWith(`${publicUrl}/`) ? address.slice(publicUrl.length) : address
  // A scheme, another host, a mere fragment or query: not ours.
  if (/^([a-z][a-z0-9+.-]*:|\/\/|[#?])/i.test(path)) return null
  const parts = (path.split(/[?#]/, 1)[0] ?? '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
  const id = parts[0] === 'articles' ? ArticleId.safeParse(parts[1]) : null
  if (id?.success) return articleRef(id.data)
  const last = (parts.at(-1) ?? '').replace(/\.(html?|md)$/i, '')
  return Slug.safeParse(last).success ? slugRef(last) : null
}
