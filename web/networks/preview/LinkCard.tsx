/** The card under a post that tells where it leads. The picture of the site is left out: only the network fetches it. */
import { IconWorld } from '@tabler/icons-react'
import type { Post } from '@floowe/contracts/networks'
import { hostOf, safeAddress } from './addresses.ts'
import { type PostNetwork, traits } from './traits.ts'
import looks from './preview.module.css'

type Props = { post: Post; network: PostNetwork; part?: number }

/** Which lines its card has, from the top. */
const lines: Readonly<Record<PostNetwork, readonly ('host' | 'title' | 'description')[]>> = {
  x: ['host', 'title', 'description'],
  bluesky: ['title', 'description', 'host'],
  mastodon: ['host', 'title', 'description'],
  linkedin: ['title', 'host'],
  facebook: ['host', 'title', 'description'],
  telegram: ['host', 'title', 'description'],
  discord: ['host', 'title', 'description'],
  slack: ['host', 'title', 'description'],
}

/** Only the first part has one. */
export function LinkCard({ post: { link, parts, language }, network, part = 0 }: Props) {
  const hasPictures = (parts[0]?.media.length ?? 0) > 0
  if (!link || part > 0 || (hasPictures && !traits[network].hasCardBesidePictures)) return null
  const shown = lines[network].filter((line) => line !== 'description' || link.description !== '')
  const content = shown.map((line) => (
    <span key={line} className={looks[line]} lang={line === 'host' ? undefined : language}>
      {line === 'host' && network === 'bluesky' && <IconWorld aria-hidden="true" />}{' '}
      {line === 'host' ? hostOf(link.url) : link[line]}
    </span>
  ))
  const address = safeAddress(link.url)
  return address === null ? (
    <div className={looks.card} data-network={network}>
      {content}
    </div>
  ) : (
    <a className={looks.card} data-network={network} href={address} target="_blank" rel="noopener noreferrer">
      {content}
    </a>
  )
}
