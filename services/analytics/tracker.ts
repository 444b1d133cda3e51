/** The tracker's own few lines, as browsers get them. */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

export type Tracker = { body: Buffer; etag: string }

export async function loadTracker(): Promise<Tracker> {
  const source = await readFile(new URL('./tracker-script.js', import.meta.url), 'utf8')
  // Browsers need no comments and no indentation.
  const body = Buffer.from(
    source
      .replace(/^\s*\/\/.*$/gm, '')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\n\s*/g, '\n')
      .trim(),
  )
  return { body, etag: `"${hash('sha1', body, 'base64url')}"` }
}
