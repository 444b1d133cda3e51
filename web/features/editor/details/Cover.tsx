/** The picture that stands above the text, in lists and on social cards. */
import { IconPhoto, IconPhotoEdit, IconX } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import type { Article } from '@floowe/contracts/content'
import { Button } from '../../../ui/Button.tsx'
import { useWords } from '../../../words/words.ts'
import looks from './details.module.css'
import { thumbnailOf } from '../manuscript/pictures.ts'
import { useArticleChange } from './use-article-change.ts'

const MediaPicker = lazy(() => import('../MediaPicker.tsx').then((module) => ({ default: module.MediaPicker })))

export function Cover({ article, mayWrite }: { article: Article; mayWrite: boolean }) {
  const t = useWords('editor')
  const [isChoosing, setChoosing] = useState(false)
  const { change } = useArticleChange(article)
  const { cover } = article
  if (!cover && !mayWrite) return null
  return (
    <div className={looks.section}>
      <span className={looks.label}>{t('cover')}</span>
      {cover ? (
        <figure className={looks.cover}>
          <img
            src={thumbnailOf(cover, 640)}
            alt={cover.alt}
            style={
              cover.focalPoint
                ? { objectPosition: `${cover.focalPoint.x * 100}% ${cover.focalPoint.y * 100}%` }
                : undefined
            }
          />
          {mayWrite && (
            <figcaption>
              <Button size="small" icon={<IconPhotoEdit />} onClick={() => setChoosing(true)}>
                {t('picture.replace')}
              </Button>
              <Button size="small" icon={<IconX />} onClick={() => change({ cover: null })}>
                {t('cover.remove')}
              </Button>
            </figcaption>
          )}
          {!cover.alt && <p className={looks.gentle}>{t('picture.noAlt')}</p>}
        </figure>
      ) : (
        <button type="button" className={looks.coverEmpty} onClick={() => setChoosing(true)}>
          <IconPhoto aria-hidden="true" />
          {t('cover.choose')}
        </button>
      )}
      <Suspense fallback={null}>
        {isChoosing && (
          <MediaPicker
            isOpen
            title={t('cover')}
            onClose={() => setChoosing(false)}
            onChoose={(media) => (change({ cover: media }), setChoosing(false))}
          />
        )}
      </Suspense>
    </div>
  )
}
