/** An uploaded file as the readers take it: read piece by piece from where it was kept. */
import type { Host } from '@floowe/platform'
import { type Container, type ContainerFormat, openContainer, type SourceFile } from '../formats/index.ts'

/** @throws UnreadableContainer */
export function openUpload({ blobs, clock, ids }: Host, upload: { key: string; name: string; bytes: number; format: ContainerFormat | null }): Promise<Container> {
  const file: SourceFile = {
    path: upload.name,
    size: upload.bytes,
    async *open(from = 0, to = upload.bytes) {
      if (from >= to) return
      const blob = await blobs.get(upload.key, { range: { start: from, end: to - 1 } })
      if (!blob) throw new Error('the uploaded file is gone')
      yield* blob.stream as AsyncIterable<Uint8Array> // a byte stream
    },
  }
  return openContainer([file], { wanted: upload.format, ids: () => ids.next<string>(), now: clock.now() })
}
