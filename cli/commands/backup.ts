/** `backup FILE` from the running server; `restore FILE` into an empty installation that is not running. */
import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { headersOf, Refused } from '../client.ts'
import type { Command } from '../command.ts'

export const backupCommand: Command = {
  name: 'backup',
  usage: 'backup FILE',
  summary: 'Write everything into one archive, while running',
  words: { min: 1, max: 1 },
  run: async ({ settings, words, tell }) => {
    const file = path.resolve(settings.cwd, words[0] ?? '')
    if (await stat(file).catch(() => null)) throw new Refused('file-exists', `${file} exists already`)
    const answer = await fetch(`${settings.url}/api/v1/installation/backup`, {
      method: 'POST',
      headers: headersOf(settings),
    })
    if (!answer.ok || !answer.body) {
      const refusal = (await answer.json().catch(() => ({}))) as { code?: string; message?: string }
      throw new Refused(refusal.code ?? 'backup-failed', refusal.message ?? `The server answered ${answer.status}`)
    }
    const partial = `${file}.part`
    try {
      // The server ends the archive with its summary; a stream that breaks earlier leaves no file behind.
      await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(partial, { flags: 'w', mode: 0o600 })) // node's and the DOM's stream types differ in name only
      await rename(partial, file)
    } catch (error) {
      await rm(partial, { force: true })
      throw new Refused('backup-interrupted', `The backup broke off and was not kept: ${String(error)}`)
    }
    const { size } = await stat(file)
    tell(
      'The archive names the key that its sealed secrets need (FLOOWE_SECRET or FLOOWE_DATA/secret): keep that key too.',
    )
    return { json: { file, bytes: size }, lines: [`${file}: ${size} bytes`] }
  },
}

export const restoreCommand: Command = {
  name: 'restore',
  usage: 'restore FILE',
  summary: 'Bring a backup into an empty installation; nothing is sent by it',
  words: { min: 1, max: 1 },
  run: async ({ settings, words, tell }) => {
    const file = path.resolve(settings.cwd, words[0] ?? '')
    const main = fileURLToPath(new URL('../../launch/restore.ts', import.meta.url))
    const child = spawn(process.execPath, [main, file], { stdio: ['ignore', 'pipe', 'pipe'] })
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
    if (code !== 0) {
      const [name, ...text] = (problem || 'restore-failed The restore failed; see above.').split(' ')
      throw new Refused(name ?? 'restore-failed', text.join(' '))
    }
    const summary = JSON.parse(out) as { rows: number; files: number; onHold: number }
    return {
      json: summary,
      lines: [
        `${summary.rows} rows and ${summary.files} files restored and verified; ${summary.onHold} deliveries are on hold until a person releases them`,
      ],
    }
  },
}
