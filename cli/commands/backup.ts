/** `backup FILE` from the running server; `restore FILE` into an empty installation that is not running; `unretire` one that was moved. */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { headersOf, Refused, WrongUse } from '../client.ts'
import type { Command, Run } from '../command.ts'

const takeBack = 'If nothing runs from an archive of it, take it back: npm run floowe -- unretire'

export const backupCommand: Command = {
  name: 'backup',
  usage: 'backup FILE [--move [--to WORDS]]',
  summary:
    'Write everything into one archive, while running; --move retires the installation with it: it ends, and starts no more (--to says where it went)',
  options: { move: { type: 'boolean' }, to: { type: 'string' } },
  words: { min: 1, max: 1 },
  run: async ({ settings, words, flags, tell }) => {
    const file = path.resolve(settings.cwd, words[0] ?? '')
    const isMove = flags['move'] === true
    const to = typeof flags['to'] === 'string' ? flags['to'] : null
    if (to !== null && !isMove) throw new WrongUse('--to belongs to --move')
    if (await stat(file).catch(() => null)) throw new Refused('file-exists', `${file} exists already`)
    const partial = `${file}.part`
    // Before anything is asked of the server: whoever cannot write here must not retire it.
    await (await open(partial, 'w', 0o600).catch(cannotWrite(partial))).close()
    try {
      await download(settings, partial, isMove ? { move: { archive: file, to } } : {})
      if (isMove) await runMain('restore', [partial, '--check'], tell)
      await rename(partial, file)
    } catch (error) {
      await rm(partial, { force: true })
      if (error instanceof Refused && !(isMove && error.code.endsWith('-archive'))) throw error
      const reason = error instanceof Error ? error.message : String(error)
      throw new Refused(
        'backup-interrupted',
        `The backup broke off and was not kept: ${reason}.${isMove ? ` The installation may be retired. ${takeBack}` : ''}`,
      )
    }
    const { size } = await stat(file)
    tell(
      'The archive names the key that its sealed secrets need (FLOOWE_SECRET or FLOOWE_DATA/secret): keep that key too.',
    )
    if (isMove) tell(`The installation is retired: it ends now, and does not start any more. ${takeBack}`)
    return { json: { file, bytes: size }, lines: [`${file}: ${size} bytes`] }
  },
}

const cannotWrite = (file: string) => (error: unknown) => {
  throw new Refused('cannot-write', `${file} cannot be written: ${String(error)}`)
}

/** On the disk when it resolves: after a move this is the only one. */
async function download(settings: Run['settings'], file: string, wish: object): Promise<void> {
  const answer = await fetch(`${settings.url}/api/v1/installation/backup`, {
    method: 'POST',
    headers: { ...headersOf(settings), 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  })
  if (!answer.ok || !answer.body) {
    const refusal = (await answer.json().catch(() => ({}))) as { code?: string; message?: string }
    throw new Refused(refusal.code ?? 'backup-failed', refusal.message ?? `The server answered ${answer.status}`)
  }
  // The server ends the archive with its summary; a stream that breaks earlier leaves no file behind.
  await pipeline(
    Readable.fromWeb(answer.body as never),
    createWriteStream(file, { flags: 'w', mode: 0o600, flush: true }),
  ) // node's and the DOM's stream types differ in name only
}

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'restore FILE',
  summary:
    'Bring a backup into an empty installation, of a cluster where FLOOWE_MONGODB_URL and its like are set; nothing is sent by it. Killed, it goes on where it stopped',
  words: { min: 1, max: 1 },
  run: async ({ settings, words, tell }) => {
    const file = path.resolve(settings.cwd, words[0] ?? '')
    const summary = (await runMain('restore', [file], tell)) as {
      rows: number
      documents: number
      files: number
      onHold: number
    } // printed by our own program
    return {
      json: summary,
      lines: [
        `${summary.rows} rows, ${summary.documents} texts and ${summary.files} files restored and verified; ${summary.onHold} deliveries are on hold until a person releases them`,
      ],
    }
  },
}

export const unretireCommand: Command = {
  name: 'unretire',
  usage: 'unretire',
  summary: 'Take back a move that failed: the installation starts again. Make sure that nothing runs from its archive',
  words: { min: 0, max: 0 },
  run: async ({ tell }) => {
    const retired = (await runMain('unretire', [], tell)) as { at: string; archive: string } // printed by our own program
    return {
      json: retired,
      lines: [`taken back: the move of ${retired.at} into ${retired.archive} does not count any more`],
    }
  },
}

/** Runs one of `launch/`'s mains with this environment, and hands on what it says. */
async function runMain(name: string, words: readonly string[], tell: Run['tell']): Promise<unknown> {
  const main = fileURLToPath(new URL(`../../launch/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let problem = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) {
      if (line.startsWith('refused ')) problem += line.slice('refused '.length)
      else tell(line)
    }
  })
  const code = await new Promise<number>((resolve) => child.once('close', (status) => resolve(status ?? 1)))
  if (code === 0) return JSON.parse(out)
  const [refused, ...text] = (problem || `${name}-failed It failed; see above.`).split(' ')
  throw new Refused(refused ?? `${name}-failed`, text.join(' '))
}
