import { IconAlertTriangle, IconFile, IconLoader } from '@tabler/icons-react'
import type { Media } from '@floowe/contracts/content'
import { useFormats } from '../../ui/formats.ts'
import { useWords } from '../../words/words.ts'
import looks from './media.module.css'

export function MediaCard({ media, onOpen }: { media: Media; onOpen: () => void }) {
  const t = useWords('media')
  const formats = useFormats()
  const isPicture = media.type.startsWith('image/')
  const shown = media.variants.find((variant) => variant.width >= 400) ?? media.variants.at(-1)
  return (
    <li>
      <button type="button" className={looks.card} onClick={onOpen}>
        <span className={looks.thumb}>
          {isPicture && media.state !== 'fetching' ? (
            <img
              src={shown?.url ?? media.url}
              alt={media.alt}
              loading="lazy"
              style={
                media.focalPoint
                  ? { objectPosition: `${media.focalPoint.x * 100}% ${media.focalPoint.y * 100}%` }
                  : undefined
              }
            />
          ) : (
            <IconFile size={32} aria-hidden="true" />
          )}
          {(media.state === 'processing' || media.state === 'fetching') && (
            <span className={looks.state}>
              <IconLoader size={14} aria-hidden="true" /> {t(`state.${media.state}`)}
            </span>
          )}
          {media.state === 'failed' && (
            <span className={looks.state} data-bad>
              <IconAlertTriangle size={14} aria-hidden="true" /> {t('state.failed')}
            </span>
          )}
        </span>
        <span className={looks.name}>{media.name}</span>
        <span className={looks.meta}>
          {formats.bytes(media.bytes)}
          {media.width && media.height ? ` · ${media.width} × ${media.height}` : ''}
          {isPicture && !media.alt && <span className={looks.noAlt}> · {t('no-alt')}</span>}
        </span>
      </button>
    </li>
  )
}
