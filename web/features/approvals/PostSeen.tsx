/** A post as people on the network will see it, and what of it they do not see at once: the descriptions of its pictures. */
import { Suspense } from 'react'
import type { ApprovalPayload } from '@floowe/contracts/approvals'
import type { Network, Post } from '@floowe/contracts/networks'
import { PostPreview } from '../../networks/preview/PostPreview.tsx'
import { isPostNetwork, traits } from '../../networks/preview/traits.ts'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'

type PostProps = {
  post: Post
  pictures: ApprovalPayload['pictures']
  network: Network
  channelName: string
  channelAccount: string | null
  /** When it goes out; null: as soon as it may. */
  at: string | null
}

export function PostSeen({ post, pictures, network, channelName, channelAccount, at }: PostProps) {
  const t = useWords('approvals')
  return (
    <section className={looks.preview} aria-label={t('post')}>
      <Suspense fallback={<SkeletonText lines={5} />}>
        <PostPreview
          post={post}
          network={network}
          account={channelAccount ?? channelName}
          name={channelName}
          at={at}
          addressOf={({ mediaId }) => pictures.find((one) => one.mediaId === mediaId)?.url ?? null}
        />
      </Suspense>
      {isPostNetwork(network) && traits[network].hasAlt && <Descriptions post={post} />}
    </section>
  )
}

/** Part of what is agreed to, and on the network behind a badge or heard only. */
function Descriptions({ post: { parts, language } }: { post: Post }) {
  const t = useWords('approvals')
  const media = parts.flatMap((part) => part.media)
  if (media.length === 0) return null
  return (
    <dl className={looks.facts}>
      {media.map(({ mediaId, name, alt }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a picture may stand in two parts
        <div key={`${mediaId}-${index}`}>
          <dt>{t('post.alt-of', { name })}</dt>
          <dd>{alt === '' ? t('post.no-alt') : <span lang={language}>{alt}</span>}</dd>
        </div>
      ))}
    </dl>
  )
}
