/** The content of a blob that is being put. */
import type { BlobContent } from './port.ts'

export async function* chunksOf(content: BlobContent): AsyncIterable<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content, 'utf8')
  else if (content instanceof Uint8Array) yield content
  else for await (const chunk of content) yield typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk
}
