/** Word for word what people see there, as the network shows it, and which of its parts are out. */
import { Suspense } from 'react'
import type { Post } from '@floowe/contracts/networks'
import type { Delivery } from '@floowe/contracts/publishing'
import type { client } from '../../api/client.ts'
import { PostPreview } from '../../networks/preview/PostPreview.tsx'
import { usePictures } from '../../networks/preview/use-pictures.ts'
import { Section } from '../../ui/Page.tsx'
import { SkeletonText } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import looks from './publishing.module.css'

type Part = Awaited<ReturnType<typeof client.publishing.getDelivery>>['parts'][number]
type Props = {
  delivery: Delivery
  post: Post
  /** Of the post; that of the comment is the last one. */
  parts: readonly Part[]
}

export function PostOfDelivery({ delivery, post, parts }: Props) {
  const t = useWords('deliveries')
  const addressOf = usePictures(post)
  const { network, channelName, channelAccount, publishedAt, dueAt } = delivery
  return (
    <Section title={t('post')}>
      <div className={looks.preview}>
        <Suspense fallback={<SkeletonText lines={5} />}>
          <PostPreview
            post={post}
            network={network}
            account={channelAccount ?? channelName}
            name={channelName}
            at={publishedAt ?? dueAt}
            addressOf={addressOf}
          />
        </Suspense>
      </div>
      {parts.length > 1 && <WhichAreOut post={post} parts={parts} />}
    </Section>
  )
}

/** Of one that is whole the delivery itself says it. */
function WhichAreOut({ post, parts }: Pick<Props, 'post' | 'parts'>) {
  const t = useWords('deliveries')
  const count = post.parts.length
  return (
    <ol className={looks.parts}>
      {parts.map(({ state, url }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
        <li key={index}>
          <span>{index < count ? t('post.part', { part: index + 1, count }) : t('post.comment')}</span>{' '}
          <span className={looks.faint}>
            {t(`post.${state}`)}
            {url && (
              <>
                {' · '}
                <a href={url} target="_blank" rel="noopener">
                  {t('open')}
                </a>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  )
}
