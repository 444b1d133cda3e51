/** A post as people on the network will see it: its parts one after the other, pictures with their descriptions, where it leads. */
import { IconMessage, IconPhotoOff } from '@tabler/icons-react'
import type { ApprovalPayload } from '@floowe/contracts/approvals'
import type { Network, Post, PostMedia } from '@floowe/contracts/networks'
import { NetworkMark } from '../../networks/networks.tsx'
import { useWords } from '../../words/words.ts'
import looks from './approvals.module.css'

type PostProps = {
  post: Post
  pictures: ApprovalPayload['pictures']
  network: Network
  channelName: string
}

export function PostSeen({ post, pictures, network, channelName }: PostProps) {
  const t = useWords('approvals')
  const { parts, link, language, firstComment } = post
  return (
    <ol className={looks.thread} aria-label={t('post')}>
      {parts.map(({ text, media }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
        <li key={index} className={looks.post}>
          <span className={looks.face}>
            <NetworkMark network={network} />
          </span>
          <div className={looks.postBody}>
            <p className={looks.postHead}>
              <strong>{channelName}</strong>
              {parts.length > 1 && <span>{t('post.part', { part: index + 1, parts: parts.length })}</span>}
            </p>
            {text !== '' && (
              <p className={looks.postText} lang={language}>
                <Linked text={text} />
              </p>
            )}
            {media.length > 0 && <Pictures media={media} pictures={pictures} language={language} />}
            {index === 0 && link && media.length === 0 && <Card link={link} language={language} />}
          </div>
        </li>
      ))}
      {firstComment !== null && firstComment !== '' && (
        <li className={looks.post}>
          <span className={looks.face}>
            <IconMessage aria-hidden="true" />
          </span>
          <div className={looks.postBody}>
            <p className={looks.postHead}>
              <strong>{channelName}</strong>
              <span>{t('post.comment')}</span>
            </p>
            <p className={looks.postText} lang={language}>
              <Linked text={firstComment} />
            </p>
          </div>
        </li>
      )}
    </ol>
  )
}

const address = /(https?:\/\/[^\s<>"]+)/

/** Addresses in it can be opened, to see where they lead. */
function Linked({ text }: { text: string }) {
  return text.split(address).map((piece, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, never reordered
      <a key={index} href={piece} target="_blank" rel="noopener noreferrer">
        {piece}
      </a>
    ) : (
      piece
    ),
  )
}

function Pictures({
  media,
  pictures,
  language,
}: {
  media: readonly PostMedia[]
  pictures: PostProps['pictures']
  language: string
}) {
  const t = useWords('approvals')
  return (
    <div className={looks.pictures} data-count={Math.min(media.length, 4)}>
      {media.map(({ mediaId, alt, name, width, height }) => {
        const url = pictures.find((one) => one.mediaId === mediaId)?.url
        return (
          <figure key={mediaId}>
            {url ? (
              <img src={url} alt={alt || name} width={width ?? undefined} height={height ?? undefined} loading="lazy" />
            ) : (
              <p className={looks.noPicture}>
                <IconPhotoOff aria-hidden="true" /> {t('post.picture-gone', { name })}
              </p>
            )}
            <figcaption>
              {alt === '' ? t('post.no-alt') : <span lang={language}>{t('post.alt', { alt })}</span>}
            </figcaption>
          </figure>
        )
      })}
    </div>
  )
}

function Card({ link, language }: { link: NonNullable<Post['link']>; language: string }) {
  return (
    <a className={looks.card} href={link.url} target="_blank" rel="noopener noreferrer">
      <span>{URL.parse(link.url)?.host ?? link.url}</span>
      <strong lang={language}>{link.title}</strong>
      {link.description !== '' && <span lang={language}>{link.description}</span>}
    </a>
  )
}
