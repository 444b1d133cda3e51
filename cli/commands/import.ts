/** `import PATH`: a folder of Markdown, or one file (.zip, .xml, .json, .md). Waits, shows progress, prints the report. */
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { zipSync } from 'fflate'
import { importNoteText } from '@floowe/contracts/import-words'
import { Refused, WrongUse } from '../client.ts'
import { type Command, everyItem } from '../command.ts'

const bytesMax = 256 * 1024 * 1024
const filesMax = 20_000
const pollMs = 250
const pollsMax = (2 * 60 * 60 * 1000) / pollMs
const wanted = /\.(md|markdown|mdx|png|jpe?g|gif|webp|avif|svg|pdf|mp3|mp4)$/i

export const importCommand: Command = {
  name: 'import',
  usage: 'import PATH [--format markdown|wordpress|ghost] [--lang L]',
  summary: 'Take in a folder of Markdown, a WordPress export or a Ghost export',
  options: { format: { type: 'string' }, lang: { type: 'string' } },
  words: { min: 1, max: 1 },
  run: async ({ client, settings, words, flags, tell }) => {
    const source = path.resolve(settings.cwd, words[0] ?? '')
    const file = await uploadOf(source)
    const format = flags['format']
    if (format !== undefined && format !== 'markdown' && format !== 'wordpress' && format !== 'ghost')
      throw new WrongUse('--format is markdown, wordpress or ghost')
    tell(`sending ${file.name} (${Math.ceil(file.size / 1024)} kB)`)
    const started = await client.content.startImport({
      file,
      format,
      language: typeof flags['lang'] === 'string' ? flags['lang'] : undefined,
    })
    let state = started
    let told = ''
    for (let poll = 0; poll < pollsMax && !['done', 'failed', 'cancelled'].includes(state.state); poll++) {
      await new Promise((resolve) => setTimeout(resolve, pollMs))
      state = await client.content.getImport({ id: started.id })
      const line = `${state.state}: ${state.itemsDone} of ${state.itemsTotal}${state.media.total > 0 ? `, files ${state.media.fetched + state.media.failed} of ${state.media.total}` : ''}`
      if (line !== told) tell(line)
      told = line
    }
    const items = await everyItem((paging) => client.content.listImportItems({ id: started.id, ...paging }))
    if (state.state === 'failed')
      throw new Refused(state.error?.code ?? 'import-failed', state.error?.text ?? 'The import failed.')
    const { created, updated, unchanged, kept, skipped } = state.counts
    return {
      json: { ...state, items },
      lines: [
        ...items.map(
          (item) =>
            `${item.outcome.padEnd(13)} ${item.articleId ?? '-'}  ${item.title || item.sourceId}${item.notes.map((note) => `\n    ${note.code}: ${importNoteText(note, settings.locale)}`).join('')}`,
        ),
        `${created} created, ${updated} updated, ${unchanged} unchanged, ${kept} kept as edited here, ${skipped} skipped; files from other servers: ${state.media.fetched} taken, ${state.media.failed} failed`,
      ],
    }
  },
}

async function uploadOf(source: string): Promise<File> {
  const info = await stat(source).catch(() => null)
  if (!info) throw new Refused('not-found', `There is nothing at ${source}`)
  if (info.isFile()) {
    if (info.size > bytesMax) throw new Refused('too-large', `${source} is larger than ${bytesMax} bytes`)
    return new File([new Uint8Array(await readFile(source))], path.basename(source))
  }
  const files: Record<string, Uint8Array> = {}
  let bytes = 0
  for (const entry of await readdir(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !wanted.test(entry.name)) continue
    const full = path.join(entry.parentPath, entry.name)
    const content = await readFile(full)
    bytes += content.length
    if (bytes > bytesMax || Object.keys(files).length >= filesMax)
      throw new Refused('too-large', `${source} holds more than ${filesMax} files or ${bytesMax} bytes`)
    files[path.relative(source, full).split(path.sep).join('/')] = content
  }
  if (Object.keys(files).length === 0) throw new Refused('nothing-to-import', `There is no Markdown in ${source}`)
  // Stored, not deflated: the way is short, and the server bounds what it unpacks.
  return new File([new Uint8Array(zipSync(files, { level: 0 }))], `${path.basename(source)}.zip`, {
    type: 'application/zip',
  })
}
