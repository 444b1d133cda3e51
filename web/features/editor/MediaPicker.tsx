/** Chooses a picture from the library, or brings a new one in. */
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { IconUpload } from '@tabler/icons-react'
import { useDeferredValue, useRef, useState } from 'react'
import type { Media } from '@floowe/contracts/content'
import { api, client } from '../../api/client.ts'
import { useMay } from '../../api/me.ts'
import { useRefusalToast } from '../../api/refusal-words.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { SkeletonCards } from '../../ui/Skeletons.tsx'
import { useWords } from '../../words/words.ts'
import looks from './media-picker.module.css'
import { thumbnailOf } from './manuscript/pictures.ts'

const pageSize = 24

export type PickerProps = { isOpen: boolean; title: string; onClose: () => void; onChoose: (media: Media) => void }

export function MediaPicker({ isOpen, title, onClose, onChoose }: PickerProps) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} size={860}>
      <Library onChoose={onChoose} />
    </Dialog>
  )
}

function Library({ onChoose }: { onChoose: (media: Media) => void }) {
  const t = useWords('editor')
  const mayUpload = useMay('media:write')
  const [typed, setTyped] = useState('')
  const query = useDeferredValue(typed.trim())
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    ...api.content.listMedia.infiniteOptions({
      input: (offset: number) => ({ query: query || undefined, limit: pageSize, offset }),
      initialPageParam: 0,
      getNextPageParam: (last, _pages, offset) => (offset + pageSize < last.total ? offset + pageSize : undefined),
    }),
    placeholderData: keepPreviousData,
  })
  const pictures = data?.pages
    .flatMap((page) => page.items)
    .filter((media) => media.type.startsWith('image/') && media.state !== 'fetching')
  return (
    <div className={looks.picker}>
      <div className={looks.pickerBar}>
        <input
          type="search"
          data-autofocus
          aria-label={t('media.search')}
          placeholder={t('media.search')}
          value={typed}
          maxLength={200}
          className={looks.search}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {mayUpload && <UploadButton onDone={onChoose} />}
      </div>
      {!pictures && <SkeletonCards cards={8} />}
      {pictures?.length === 0 && (
        <p className={looks.faint}>{query ? t('media.nothing', { query }) : t('media.empty')}</p>
      )}
      <ul className={looks.thumbs}>
        {pictures?.map((media) => (
          <li key={media.id}>
            <button type="button" className={looks.thumb} onClick={() => onChoose(media)}>
              <img
                src={thumbnailOf(media, 320)}
                alt={media.alt}
                loading="lazy"
                style={
                  media.focalPoint
                    ? { objectPosition: `${media.focalPoint.x * 100}% ${media.focalPoint.y * 100}%` }
                    : undefined
                }
              />
              <span>{media.name}</span>
              {!media.alt && <small>{t('picture.noAlt')}</small>}
            </button>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('media.more')}
        </Button>
      )}
    </div>
  )
}

function UploadButton({ onDone }: { onDone: (media: Media) => void }) {
  const t = useWords('editor')
  const queries = useQueryClient()
  const tell = useRefusalToast()
  const field = useRef<HTMLInputElement>(null)
  const [share, setShare] = useState<number | null>(null)
  const send = async (file: File) => {
    setShare(0)
    try {
      const media = await client.content.uploadMedia({ file }, { context: { onProgress: setShare } })
      void queries.invalidateQueries({ queryKey: api.content.listMedia.key() })
      onDone(media)
    } catch (error) {
      tell(error)
    } finally {
      setShare(null)
    }
  }
  return (
    <>
      <input
        ref={field}
        type="file"
        accept="image/*"
        hidden
        tabIndex={-1}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (file) void send(file)
        }}
      />
      {share !== null && (
        <progress value={share} max={1} aria-label={t('media.uploading')} className={looks.progress} />
      )}
      <Button icon={<IconUpload />} busy={share !== null} onClick={() => field.current?.click()}>
        {t('media.upload')}
      </Button>
    </>
  )
}
