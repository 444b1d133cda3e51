/** Where the pictures of a post can be seen, for those who may look into the library. */
import { useQueries } from '@tanstack/react-query'
import type { Media } from '@floowe/contracts/content'
import type { Post, PostMedia } from '@floowe/contracts/networks'
import { api } from '../../api/client.ts'

/** Wide enough for a preview on a screen with two pixels for one. */
const widthMin = 1120

export function usePictures({ parts }: Post): (picture: PostMedia) => string | null | undefined {
  const ids = [...new Set(parts.flatMap(({ media }) => media.map(({ mediaId }) => mediaId)))]
  const answers = useQueries({
    queries: ids.map((id) => ({ ...api.content.getMedia.queryOptions({ input: { id } }), staleTime: 5 * 60_000 })),
  })
  return ({ mediaId }) => {
    const { data, isError } = answers[ids.indexOf(mediaId)] ?? {}
    return data ? addressOf(data) : isError ? null : undefined
  }
}

/** The smallest that is wide enough, else the largest there is. */
function addressOf({ url, variants }: Media): string {
  const byWidth = variants.toSorted((a, b) => a.width - b.width)
  return (byWidth.find(({ width }) => width >= widthMin) ?? byWidth.at(-1))?.url ?? url
}
