/** Which files are taken, told by their content; a name says nothing. */
import { fileTypeFromBuffer } from 'file-type'

export type Kind = 'picture' | 'vector' | 'file'
export type KnownType = { type: string; ending: string; kind: Kind }

const known: Readonly<Record<string, KnownType>> = {
  'image/jpeg': { type: 'image/jpeg', ending: 'jpg', kind: 'picture' },
  'image/png': { type: 'image/png', ending: 'png', kind: 'picture' },
  'image/apng': { type: 'image/png', ending: 'png', kind: 'picture' },
  'image/webp': { type: 'image/webp', ending: 'webp', kind: 'picture' },
  'image/avif': { type: 'image/avif', ending: 'avif', kind: 'picture' },
  'image/gif': { type: 'image/gif', ending: 'gif', kind: 'picture' },
  'image/svg+xml': { type: 'image/svg+xml', ending: 'svg', kind: 'vector' },
  'application/pdf': { type: 'application/pdf', ending: 'pdf', kind: 'file' },
  'video/mp4': { type: 'video/mp4', ending: 'mp4', kind: 'file' },
  'audio/mpeg': { type: 'audio/mpeg', ending: 'mp3', kind: 'file' },
}
export const kindOf = (type: string): Kind => known[type]?.kind ?? 'file'
export const endingOf = (type: string): string => known[type]?.ending ?? 'bin'

/** What the bytes are. `found` names what was seen when it is not on the list, for the refusal. */
export async function recognise(bytes: Uint8Array): Promise<KnownType | { found: string }> {
  const svg = svgProblem(bytes)
  if (svg === null) return known['image/svg+xml'] ?? { found: 'image/svg+xml' }
  if (svg !== 'no-svg') return { found: svg }
  const seen = await fileTypeFromBuffer(bytes).catch(() => undefined)
  if (!seen) return { found: looksLikeMarkup(bytes) ? 'text/html' : 'unknown' }
  return known[seen.mime] ?? { found: seen.mime }
}

const headBytes = 4096
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, headBytes))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
const looksLikeMarkup = (bytes: Uint8Array): boolean =>
  /^\s*<(!doctype\s+html|html|head|body|script|\?php)/i.test(textOf(bytes))

/** Null for an SVG that may be drawn. Entities are refused: no drawing program needs them, and bombs are made of them. */
function svgProblem(bytes: Uint8Array): string | null {
  const head = textOf(bytes).replace(/^\s+/, '')
  const start = head.replace(/^(<\?xml[^>]*\?>|<!--[\s\S]*?-->|<!DOCTYPE\s+svg[^>[]*>|\s+)*/i, '')
  if (/^<!DOCTYPE\s+svg[^>]*\[/i.test(start)) return 'image/svg+xml with entities'
  if (!/^<svg[\s>/]/i.test(start)) return 'no-svg'
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('<!ENTITY')
    ? 'image/svg+xml with entities'
    : null
}
