/** `export FOLDER`: every edition as Markdown with front matter, with its pictures. Can be imported again. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { headersOf, patiently, Refused } from '../client.ts'
import { type Command, everyItem } from '../command.ts'
import type { CliSettings } from '../settings.ts'

export const exportCommand: Command = {
  name: 'export',
  usage: 'export FOLDER',
  summary: 'Write all articles as Markdown with their pictures',
  words: { min: 1, max: 1 },
  run: async ({ client, settings, words, tell }) => {
    const folder = path.resolve(settings.cwd, words[0] ?? '')
    const articles = await everyItem((paging) => client.content.listArticles(paging))
    const written: string[] = []
    for (const article of articles) {
      for (const edition of article.editions) {
        const exported = await client.content.exportEdition({ id: edition.id })
        await writeInside(folder, exported.path, exported.markdown)
        written.push(exported.path)
        for (const file of exported.media) await fetchInside(folder, file, settings)
      }
      if (written.length % 50 === 0) tell(`${written.length} written`)
    }
    return {
      json: { folder, files: written },
      lines: [`${written.length} editions of ${articles.length} articles written to ${folder}`],
    }
  },
}

/** Paths come from the server; they must stay inside all the same. */
function inside(folder: string, relative: string): string {
  const full = path.resolve(folder, relative)
  if (full !== folder && !full.startsWith(folder + path.sep))
    throw new Refused('bad-path', `The server named a path outside the folder: ${relative}`)
  return full
}

async function writeInside(folder: string, relative: string, content: string | Uint8Array): Promise<void> {
  const full = inside(folder, relative)
  await mkdir(path.dirname(full), { recursive: true })
  await writeFile(full, content)
}

async function fetchInside(
  folder: string,
  file: { path: string; url: string; sha256: string },
  settings: CliSettings,
): Promise<void> {
  const known = await readFile(inside(folder, file.path)).catch(() => null)
  if (known && createHash('sha256').update(known).digest('hex') === file.sha256) return
  const answer = await patiently(() =>
    fetch(new URL(file.url, settings.url), { headers: headersOf(settings), signal: AbortSignal.timeout(120_000) }),
  )
  if (!answer.ok) throw new Refused('file-missing', `${file.url} answered ${answer.status}`)
  await writeInside(folder, file.path, new Uint8Array(await answer.arrayBuffer()))
}
