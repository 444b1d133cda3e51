/** Pictures as the network lays them out. The description of each is shown on demand, as there. */
import { IconPhoto, IconPhotoOff } from '@tabler/icons-react'
import { type CSSProperties, useState } from 'react'
import type { PostMedia } from '@floowe/contracts/networks'
import { useWords } from '../../words/words.ts'
import { gridOf, ratioAlone } from './grids.ts'
import type { Shown } from './PostShown.tsx'
import { traits } from './traits.ts'
import looks from './preview.module.css'

type Props = Pick<Shown, 'network' | 'addressOf'> & { media: readonly PostMedia[]; language: string }

export function Pictures({ media, network, addressOf, language }: Props) {
  const [first] = media
  if (!first) return null
  const { shape, rows, hidden } = gridOf(media, network)
  const seen = media.slice(0, media.length - hidden)
  const picture = (one: PostMedia, index: number) => (
    <Picture
      key={one.mediaId}
      picture={one}
      address={addressOf(one)}
      language={language}
      hasAlt={traits[network].hasAlt}
      hidden={index === seen.length - 1 ? hidden : 0}
    />
  )
  if (seen.length === 1) {
    const ratio = { '--ratio': ratioAlone(first, network) } as CSSProperties // a variable of the stylesheet
    return (
      <div className={looks.alone} style={ratio}>
        {picture(first, 0)}
      </div>
    )
  }
  const starts = rows.map((_, row) => rows.slice(0, row).reduce((sum, count) => sum + count, 0))
  return (
    <div className={looks.grid} data-shape={shape}>
      {rows.map((count, row) => (
        <div key={starts[row]} className={looks.gridRow} data-count={count}>
          {seen.slice(starts[row], (starts[row] ?? 0) + count).map((one, at) => picture(one, (starts[row] ?? 0) + at))}
        </div>
      ))}
    </div>
  )
}

type PictureProps = {
  picture: PostMedia
  address: string | null | undefined
  language: string
  hasAlt: boolean
  /** How many more there are, which the network does not show at once. */
  hidden: number
}

function Picture({ picture: { alt, name }, address, language, hasAlt, hidden }: PictureProps) {
  const t = useWords('networks')
  const [isTold, setTold] = useState(false)
  const [isBroken, setBroken] = useState(false)
  return (
    <div className={looks.picture}>
      {address && !isBroken ? (
        <img src={address} alt={alt || name} title={alt || undefined} lang={language} onError={() => setBroken(true)} />
      ) : (
        <p className={looks.noPicture}>
          {address === undefined ? <IconPhoto aria-hidden="true" /> : <IconPhotoOff aria-hidden="true" />}
          {address === undefined ? <span className="only-read">{name}</span> : t('picture.gone', { name })}
        </p>
      )}
      {hidden > 0 && (
        <span className={looks.hiddenCount}>
          <span aria-hidden="true">+{hidden}</span>
          <span className="only-read">{t('picture.hidden', { count: hidden })}</span>
        </span>
      )}
      {isTold && (
        <p className={looks.alt} lang={language}>
          {alt}
        </p>
      )}
      {hasAlt && alt !== '' && (
        <button
          type="button"
          className={looks.badge}
          title={alt}
          aria-label={t('alt.of', { name })}
          aria-expanded={isTold}
          onClick={() => setTold(!isTold)}
        >
          {t('alt')}
        </button>
      )}
      {hasAlt && alt === '' && <span className={looks.badge}>{t('alt.none')}</span>}
    </div>
  )
}
