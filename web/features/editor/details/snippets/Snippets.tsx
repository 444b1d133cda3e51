/** How a text looks where people meet it before they open it: search results and cards, one at a time, and where their words come from. */
import { IconArrowsMaximize } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { Media } from '@floowe/contracts/content'
import type { SiteSettings } from '@floowe/contracts/site'
import { NetworkMark } from '../../../../networks/networks.tsx'
import { Button } from '../../../../ui/Button.tsx'
import { Dialog } from '../../../../ui/Dialog.tsx'
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
  const [isWide, setWide] = useState(false)
  const title = meta.title.text || t('untitled')
  const shared = { host, title, description: meta.description.text, language }
  const result = (of: Device) => (
    <SearchResult
      {...shared}
      device={of}
      rulers={rulers}
      site={site}
      slug={slug}
      title={titleOnSite(title, site?.name)}
      isHidden={isHidden}
    />
  )
  const card = (of: CardNetwork) => <SocialCard {...shared} network={of} cover={cover} />
  return (
    <>
      <div className={looks.shown}>
        <span className={looks.label}>{t('seo.search')}</span>
        <Segmented
          label={t('seo.search')}
          value={device}
          onChange={setDevice}
          options={[
            { value: 'desktop', label: t('seo.device.desktop') },
            { value: 'mobile', label: t('seo.device.mobile') },
          ]}
        />
        {result(device)}
      </div>
      <div className={looks.shown}>
        <span className={looks.label}>{t('seo.social')}</span>
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
        {card(network)}
        <dl className={looks.from}>
          <dt>{t('seo.title')}</dt>
          <dd>{t(`seo.from.${meta.title.from}`)}</dd>
          <dt>{t('seo.description')}</dt>
          <dd>{t(`seo.from.${meta.description.from}`)}</dd>
          <dt>{t('seo.picture')}</dt>
          <dd>{t(cover ? 'seo.from.cover' : 'seo.from.none')}</dd>
        </dl>
        <div>
          <Button size="small" icon={<IconArrowsMaximize />} onClick={() => setWide(true)}>
            {t('seo.wide')}
          </Button>
        </div>
      </div>
      <Dialog isOpen={isWide} onClose={() => setWide(false)} title={t('seo.wide.title')} size={720}>
        <div className={looks.wide}>
          {(['desktop', 'mobile'] as const).map((one) => (
            <section key={one} aria-label={t(`seo.device.${one}`)}>
              <h3>{t(`seo.device.${one}`)}</h3>
              {result(one)}
            </section>
          ))}
          {cardNetworks.map((one) => (
            <section key={one} aria-label={names[one]}>
              <h3>{names[one]}</h3>
              {card(one)}
            </section>
          ))}
        </div>
      </Dialog>
    </>
  )
}

const names: Readonly<Record<CardNetwork, string>> = { facebook: 'Facebook', linkedin: 'LinkedIn', x: 'X' }

/** Pages of the site say whose they are behind their title. */
export const titleOnSite = (title: string, siteName: string | undefined): string =>
  siteName && siteName !== title ? `${title} – ${siteName}` : title
