/** LinkedIn and Facebook: a card over the whole width, with the first comment below. */
import { IconMessageCircle, IconRepeat, IconSend2, IconShare3, IconThumbUp, IconWorld } from '@tabler/icons-react'
import { useWords } from '../../words/words.ts'
import { NetworkMark } from '../networks.tsx'
import { Face, When } from './Author.tsx'
import { LinkCard } from './LinkCard.tsx'
import { Pictures } from './Pictures.tsx'
import type { Shown } from './PostShown.tsx'
import { Words } from './Words.tsx'
import looks from './preview.module.css'

export function FeedPost({ post, network, account, at, addressOf }: Shown) {
  const t = useWords('networks')
  const { parts, language, firstComment } = post
  return (
    <ol className={looks.post} data-form="feed" data-network={network}>
      {parts.map(({ text, media }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
        <li key={index} className={looks.part}>
          <div className={looks.header}>
            <Face account={account} />
            <div className={looks.author} data-stacked>
              <strong>{account}</strong>
              <span className={looks.when}>
                <When at={at} as="shortDate" /> · <IconWorld aria-hidden="true" />
              </span>
            </div>
            <NetworkMark network={network} />
          </div>
          <Words text={text} language={language} network={network} />
          <div className={looks.wide}>
            <Pictures media={media} network={network} addressOf={addressOf} language={language} />
            <LinkCard post={post} network={network} part={index} />
          </div>
          <p className={looks.acts} aria-hidden="true">
            <IconThumbUp />
            <IconMessageCircle />
            {network === 'linkedin' ? <IconRepeat /> : <IconShare3 />}
            {network === 'linkedin' && <IconSend2 />}
          </p>
        </li>
      ))}
      {firstComment !== null && firstComment !== '' && (
        <li className={looks.comment}>
          <Face account={account} />
          <div className={looks.bubble}>
            <strong>{account}</strong> <span className={looks.when}>{t('comment')}</span>
            <Words text={firstComment} language={language} network={network} />
          </div>
        </li>
      )}
    </ol>
  )
}
