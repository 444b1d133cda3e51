/** A result as Google shows it, cut where it cuts: by pixels. */
import type { SiteSettings } from '@floowe/contracts/site'
import { useWords } from '../../../../words/words.ts'
import { type Device, fitted, results, type Ruler } from './widths.ts'
import looks from './snippets.module.css'

type Props = {
  device: Device
  rulers: (font: string) => Ruler
  site: Pick<SiteSettings, 'name'> | undefined
  host: string
  slug: string
  title: string
  description: string
  language: string
  isHidden: boolean
}

export function SearchResult({ device, rulers, site, host, slug, title, description, language, isHidden }: Props) {
  const t = useWords('editor')
  const room = results[device]
  const name = site?.name ?? '…'
  const [domain = '', ...folders] = host.split('/')
  return (
    <div className={looks.result} data-device={device} data-hidden={isHidden || undefined} lang={language}>
      <p className={looks.resultSite}>
        <span className={looks.favicon} aria-hidden="true">
          {[...name][0]?.toLocaleUpperCase()}
        </span>
        <span>
          {name}
          <small>{[`https://${domain}`, ...folders, slug].join(' › ')}</small>
        </span>
      </p>
      <strong>{fitted(title, room.title, rulers(room.title.font)).shown}</strong>
      <p>{fitted(description || t('seo.noDescription'), room.description, rulers(room.description.font)).shown}</p>
    </div>
  )
}
