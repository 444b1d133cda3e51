/** X, Bluesky and Mastodon: posts below one another, a thread joined by a line. */
import { IconHeart, IconMessageCircle, IconRepeat, IconShare2, IconStar } from '@tabler/icons-react'
import { NetworkMark } from '../networks.tsx'
import { Face, When } from './Author.tsx'
import { LinkCard } from './LinkCard.tsx'
import { namesOf } from './names.ts'
import { Pictures } from './Pictures.tsx'
import type { Shown } from './PostShown.tsx'
import { Words } from './Words.tsx'
import looks from './preview.module.css'

export function ThreadPost({ post, network, at, addressOf, ...account }: Shown) {
  const { parts, language } = post
  const { name, handle } = namesOf(account)
  const isStacked = network === 'mastodon'
  return (
    <ol className={looks.post} data-form="thread" data-network={network}>
      {parts.map(({ text, media }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
        <li key={index} className={looks.part}>
          <Face account={name} shape={isStacked ? 'square' : 'round'} />
          <div className={looks.author} data-stacked={isStacked || undefined}>
            <strong>{name}</strong>
            {handle !== null && <span className={looks.handle}>{handle}</span>}
            <span className={looks.when}>
              <When at={at} as="shortDate" />
            </span>
            {index === 0 && <NetworkMark network={network} />}
          </div>
          <div className={looks.content}>
            <Words text={text} language={language} network={network} />
            <Pictures media={media} network={network} addressOf={addressOf} language={language} />
            <LinkCard post={post} network={network} part={index} />
            <p className={looks.acts} aria-hidden="true">
              <IconMessageCircle />
              <IconRepeat />
              {isStacked ? <IconStar /> : <IconHeart />}
              <IconShare2 />
            </p>
          </div>
        </li>
      ))}
    </ol>
  )
}
