/** Telegram, Discord and Slack: a message in a room. */
import { IconEye } from '@tabler/icons-react'
import { useWords } from '../../words/words.ts'
import { NetworkMark } from '../networks.tsx'
import { Face, When } from './Author.tsx'
import { LinkCard } from './LinkCard.tsx'
import { Pictures } from './Pictures.tsx'
import type { Shown } from './PostShown.tsx'
import { Words } from './Words.tsx'
import looks from './preview.module.css'

export function ChatPost(shown: Shown) {
  const { post, network } = shown
  return (
    <ol className={looks.post} data-form="chat" data-network={network}>
      {post.parts.map((_, index) =>
        network === 'telegram' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
          <Bubble key={index} {...shown} index={index} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
          <Message key={index} {...shown} index={index} />
        ),
      )}
    </ol>
  )
}

type PartProps = Shown & { index: number }

/** Pictures first: the words are their caption. */
function Bubble({ post, network, account, at, addressOf, index }: PartProps) {
  const { language } = post
  const { text = '', media = [] } = post.parts[index] ?? {}
  return (
    <li className={looks.part}>
      <Face account={account} />
      <div className={looks.bubble}>
        <div className={looks.author}>
          <strong>{account}</strong>
          <NetworkMark network={network} />
        </div>
        <div className={looks.wide}>
          <Pictures media={media} network={network} addressOf={addressOf} language={language} />
        </div>
        <Words text={text} language={language} network={network} />
        <LinkCard post={post} network={network} part={index} />
        <p className={looks.stamp}>
          <IconEye aria-hidden="true" /> <When at={at} as="time" />
        </p>
      </div>
    </li>
  )
}

function Message({ post, network, account, at, addressOf, index }: PartProps) {
  const t = useWords('networks')
  const { language } = post
  const { text = '', media = [] } = post.parts[index] ?? {}
  return (
    <li className={looks.part}>
      <Face account={account} shape={network === 'slack' ? 'square' : 'round'} />
      <div className={looks.content}>
        <div className={looks.author}>
          <strong>{account}</strong>
          <span className={looks.app}>{t('app')}</span>
          <span className={looks.when}>
            <When at={at} as="time" />
          </span>
          <NetworkMark network={network} />
        </div>
        <Words text={text} language={language} network={network} />
        <Pictures media={media} network={network} addressOf={addressOf} language={language} />
        <LinkCard post={post} network={network} part={index} />
      </div>
    </li>
  )
}
