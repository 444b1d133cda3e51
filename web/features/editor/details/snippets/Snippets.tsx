/** How a text looks where people meet it before they open it: search results and cards, one at a time, and where their words come from. */
import { useMemo, useState } from 'react'
import type { Media } from '@floowe/contracts/content'
import type { SiteSettings } from '@floowe/contracts/site'
import { NetworkMark } from '../../../../networks/networks.tsx'
import { Segmented } from '../../../../ui/Segmented.tsx'
import { useWords } from '../../../../words/words.ts'
import looks from './snippets.module.css'
import { createRulers } from './rulers.ts'
import { SearchResult } from './SearchResult.tsx'
import { cardNetworks, type CardNetwork, SocialCard } from './SocialCard.tsx'
import type { Device } from './widths.ts'
import type { ShownMeta } from '../meta-counters.ts'

type Props = {
  meta: ShownMeta
  site: SiteSettings | undefined
  host: string
  slug: string
  cover: Media | null
  language: string
  isHidden: boolean
}

export function Snippets({ meta, site, host, slug, cover, language, isHidden }: Props) {
  const t = useWords('editor')
  const [device, setDevice] = useState<Device>('desktop')
  const [network, setNetwork] = useState<CardNetwork>('facebook')
  const rulers = useMemo(createRulers, [])
  const title = meta.title.text || t('untitled')
  return (
    <>
      <div className={looks.shown}>
        <Segmented
          label={t('seo.search')}
          value={device}
          onChange={setDevice}
          options={[
            { value: 'desktop', label: t('seo.device.desktop') },
            { value: 'mobile', label: t('seo.device.mobile') },
          ]}
        />
        <SearchResult
          device={device}
          rulers={rulers}
          site={site}
          host={host}
          slug={slug}
          title={titleOnSite(title, site?.name)}
          description={meta.description.text}
          language={language}
          isHidden={isHidden}
        />
      </div>
      <div className={looks.shown}>
        <Segmented
          label={t('seo.social')}
          value={network}
          onChange={setNetwork}
          options={cardNetworks.map((one) => ({
            value: one,
            label: (
              <>
                <NetworkMark network={one} />
                <span className="only-read">{names[one]}</span>
              </>
            ),
            title: names[one],
          }))}
        />
        <SocialCard
          network={network}
          cover={cover}
          host={host}
          title={title}
          description={meta.description.text}
          language={language}
        />
        <dl className={looks.from}>
          <dt>{t('seo.title')}</dt>
          <dd>{t(`seo.from.${meta.title.from}`)}</dd>
          <dt>{t('seo.description')}</dt>
          <dd>{t(`seo.from.${meta.description.from}`)}</dd>
          <dt>{t('seo.picture')}</dt>
          <dd>{t(cover ? 'seo.from.cover' : 'seo.from.none')}</dd>
        </dl>
      </div>
    </>
  )
}

const names: Readonly<Record<CardNetwork, string>> = { facebook: 'Facebook', linkedin: 'LinkedIn', x: 'X' }

/** Pages of the site say whose they are behind their title. */
export const titleOnSite = (title: string, siteName: string | undefined): string =>
  siteName && siteName !== title ? `${title} – ${siteName}` : title
