/** Pictures behind the addresses of a body: `media:<id>` is asked of the library, anything else is shown as it is. */
import { type QueryClient, QueryObserver } from '@tanstack/react-query'
import type { Media } from '@floowe/contracts/content'
import { api } from '../../../api/client.ts'

export type ShownPicture = {
  url: string
  srcset: string | null
  width: number | null
  height: number | null
  /** Alt text of the library, used where the text has none of its own. */
  alt: string
  focalPoint: Media['focalPoint']
  state: 'loading' | 'ready' | 'processing' | 'failed' | 'missing'
}

export type Pictures = {
  /** Tells what to show now and whenever it changes. @returns a function that stops it. */
  watch: (src: string, show: (picture: ShownPicture) => void) => () => void
}

const nothing: ShownPicture = {
  url: '',
  srcset: null,
  width: null,
  height: null,
  alt: '',
  focalPoint: null,
  state: 'loading',
}

export const mediaIdOf = (src: string): string | null => (src.startsWith('media:') ? src.slice('media:'.length) : null)

export function createPictures(queries: QueryClient): Pictures {
  return {
    watch: (src, show) => {
      const id = mediaIdOf(src)
      if (id === null) {
        show({
          ...nothing,
          url: /^(https?:|data:image\/(png|jpeg|gif|webp);|blob:|\/)/i.test(src) ? src : '',
          state: src === '' ? 'missing' : 'ready',
        })
        return () => {}
      }
      const observer = new QueryObserver(queries, {
        ...api.content.getMedia.queryOptions({ input: { id } }),
        staleTime: 5 * 60_000,
      })
      const tell = ({ data, isError }: { data: Media | undefined; isError: boolean }) =>
        show(data ? pictureOf(data) : { ...nothing, state: isError ? 'missing' : 'loading' })
      tell(observer.getCurrentResult())
      return observer.subscribe(tell)
    },
  }
}

export function pictureOf(media: Media): ShownPicture {
  const isReady = media.variants.length > 0
  return {
    url: media.url,
    width: media.width,
    height: media.height,
    alt: media.alt,
    focalPoint: media.focalPoint,
    srcset:
      isReady && media.type !== 'image/gif'
        ? media.variants.map((variant) => `${variant.url} ${variant.width}w`).join(', ')
        : null,
    state: media.state === 'failed' ? 'failed' : media.state === 'ready' || isReady ? 'ready' : 'processing',
  }
}

/** The smallest variant that is at least so many pixels wide, for thumbnails. */
export function thumbnailOf(media: Media, width: number): string {
  const fitting = media.variants.filter((variant) => variant.width >= width).sort((a, b) => a.width - b.width)[0]
  return fitting?.url ?? media.variants.at(-1)?.url ?? media.url
}
