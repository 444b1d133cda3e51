/** The card of a link on a social network: what each of them takes of a page, and how it crops the picture. */
import type { CSSProperties } from 'react'
import type { Media } from '@floowe/contracts/content'
import { NetworkMark } from '../../../../networks/networks.tsx'
import { useWords } from '../../../../words/words.ts'
import { thumbnailOf } from '../../manuscript/pictures.ts'
import looks from './snippets.module.css'

export const cardNetworks = ['facebook', 'linkedin', 'x'] as const
export type CardNetwork = (typeof cardNetworks)[number]

type Props = {
  network: CardNetwork
  cover: Media | null
  host: string
  title: string
  description: string
  language: string
}

export function SocialCard({ network, cover, host, title, description, language }: Props) {
  const t = useWords('editor')
  const domain = host.split('/')[0] ?? ''
  return (
    <div className={looks.card} data-network={network} lang={language}>
      {cover ? (
        <img src={thumbnailOf(cover, 1120)} alt="" style={placeOf(cover.focalPoint)} />
      ) : (
        <span className={looks.noCover} lang={document.documentElement.lang}>
          {t('seo.noCover')}
        </span>
      )}
      <span className={looks.mark} aria-hidden="true">
        <NetworkMark network={network} />
      </span>
      <div>
        {network === 'facebook' && <small>{domain.toUpperCase()}</small>}
        <strong>{title}</strong>
        {network === 'facebook' && description !== '' && <p>{description}</p>}
        {network !== 'facebook' && <small>{domain}</small>}
      </div>
    </div>
  )
}

/** The part of a picture that stays when it is cropped. */
const placeOf = (point: Media['focalPoint']): CSSProperties | undefined =>
  point ? { objectPosition: `${point.x * 100}% ${point.y * 100}%` } : undefined
