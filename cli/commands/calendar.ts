/** `calendar export` and `calendar import`: the calendar as a file for spreadsheets, and a file as ideas and plans. */
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Client, WrongUse } from '../client.ts'
import type { Answer, Command, Run } from '../command.ts'

const pagesMax = 1_000
const pollMs = 500
const pollsMax = 7_200
const use =
  'calendar export --from 2027-03-01 --to 2027-03-31 [--zone Z] [--polish] [--out FILE] | calendar import FILE [--dry-run] [--zone Z] [--lang L]'

export const calendarCommand: Command = {
  name: 'calendar',
  usage: use,
  summary:
    'Write what goes out between two days as CSV, or make ideas and plans of a CSV file; --dry-run makes nothing',
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    zone: { type: 'string' },
    lang: { type: 'string' },
    out: { type: 'string' },
    polish: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  words: { min: 1, max: 2 },
  run: async (run) => {
    const [act, file] = run.words
    if (act === 'export' && file === undefined) return exported(run)
    if (act === 'import' && file !== undefined) return imported(run, file)
    throw new WrongUse(use)
  },
}

async function exported({ client, settings, flags }: Run): Promise<Answer> {
  const { from, to, zone, out, polish } = flags
  if (typeof from !== 'string' || typeof to !== 'string')
    throw new WrongUse('--from and --to name the first and the last day')
  const { zone: own } = await workspaceOf(client)
  const asked = {
    from,
    to,
    zone: typeof zone === 'string' ? zone : own,
    locale: polish ? ('pl' as const) : ('en' as const),
  }
  let csv = ''
  let after: string | undefined
  for (let page = 0; page < pagesMax; page++) {
    const answer = await client.publishing.exportCalendar({ ...asked, after })
    csv += answer.csv
    if (answer.next === null) break
    after = answer.next
  }
  const rows = csv.split('\r\n').length - 2
  if (typeof out !== 'string') return { json: { rows, csv }, lines: [csv.trimEnd()] }
  const file = path.resolve(settings.cwd, out)
  await writeFile(file, csv)
  return { json: { file, rows }, lines: [`${rows} deliveries written to ${file}`] }
}

async function imported({ client, settings, flags, tell }: Run, name: string): Promise<Answer> {
  const csv = await readFile(path.resolve(settings.cwd, name), 'utf8')
  const own = await workspaceOf(client)
  const zone = typeof flags['zone'] === 'string' ? flags['zone'] : own.zone
  const language = typeof flags['lang'] === 'string' ? flags['lang'] : own.language
  if (flags['dry-run']) {
    const shown = await client.publishing.previewCalendarImport({ csv, zone, language })
    return { json: shown, lines: [...shown.rows.map(lineOf), sum(shown.counts)] }
  }
  const { id } = await client.publishing.importCalendar({ csv, zone, language, name: path.basename(name) })
  for (let poll = 0; poll < pollsMax; poll++) {
    const now = await client.publishing.getCalendarImport({ id, limit: 100 })
    if (now.state !== 'waiting' && now.state !== 'running') {
      const refused = now.counts.refused > 0 ? await refusedRows(client, id) : []
      return { json: now, lines: [...refused.map(lineOf), sum(now.counts)], exitCode: now.state === 'done' ? 0 : 1 }
    }
    tell(`${now.done} of ${now.total} rows`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
  return { json: { id }, lines: [`The import ${id} is still running.`], exitCode: 1 }
}

const refusedRows = async (client: Client, id: string) =>
  (await client.publishing.getCalendarImport({ id, outcome: 'refused', limit: 100 })).rows.items

type Row = { line: number; outcome: string; title: string; text: string | null }
const lineOf = ({ line, outcome, title, text }: Row): string =>
  `${line}  ${outcome}  ${title}${text === null ? '' : `: ${text}`}`
const sum = ({ made, unchanged, refused }: { made: number; unchanged: number; refused: number }): string =>
  `${made} made, ${unchanged} unchanged, ${refused} refused`

async function workspaceOf(client: Client): Promise<{ zone: string; language: string }> {
  const { workspace } = await client.identity.me()
  if (!workspace) throw new WrongUse('--workspace names the workspace')
  return workspace
}
