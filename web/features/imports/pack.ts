/** A chosen folder travels as one .zip (stored, not deflated); a single file as it is. */
import { zipSync } from 'fflate'

const bytesMax = 256 * 1024 * 1024
const wanted = /\.(md|markdown|mdx|png|jpe?g|gif|webp|avif|svg|pdf|mp3|mp4)$/i

export async function packFolder(files: readonly File[]): Promise<File> {
  const [first] = files
  if (first && files.length === 1 && !first.webkitRelativePath) return first
  const packed: Record<string, Uint8Array> = {}
  let bytes = 0
  for (const file of files) {
    if (!wanted.test(file.name)) continue
    bytes += file.size
    // The server refuses more; reading it would only fill the browser's memory.
    if (bytes > bytesMax) break
    packed[file.webkitRelativePath || file.name] = new Uint8Array(await file.arrayBuffer())
  }
  const name = first?.webkitRelativePath.split('/')[0] || 'markdown'
  return new File([new Uint8Array(zipSync(packed, { level: 0 }))], `${name}.zip`, { type: 'application/zip' })
}
