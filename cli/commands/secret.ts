/** `secret status`, `rotate`, `forget`: a new secret for the installation, and what was sealed with the one before brought under it. */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { headersOf, Refused, WrongUse } from '../client.ts'
import type { Answer, Command, Run } from '../command.ts'

type Status = {
  keptIn: 'file' | 'settings'
  restartFor: string | null
  keys: { keyId: string; role: 'seals' | 'opens' | 'missing'; values: number }[]
  places: { place: string; keyId: string; values: number }[]
  processes: string[][]
}
type Done = {
  step: 'done'
  keyId: string
  older: string[]
  done: number
  left: number
  unreadable: { place: string; row: string; problem: string }[]
}
type Step = { step: 'restart'; keyId: string } | { step: 'wrapping'; done: number; all: number } | Done
type Forgotten = { keyId: string; forgotten: string[]; keptIn: 'file' | 'settings' }

const works = { status, rotate, forget }

export const secretCommand: Command = {
  name: 'secret',
  usage: 'secret status|rotate|forget',
  summary:
    'Which key the sealed values need; a new secret, and all of them brought under it (again after the restart it asks for); the old one dropped',
  words: { min: 1, max: 1 },
  run: async (run) => {
    const [word = ''] = run.words
    if (!Object.hasOwn(works, word)) throw new WrongUse('floowe secret status|rotate|forget')
    return works[word as keyof typeof works](run) // just asked
  },
}

async function status({ settings }: Run): Promise<Answer> {
  const found = (await (await ask(settings, 'GET', '')).json()) as Status // our own server's
  const words = { seals: 'seals', opens: 'only opens', missing: 'is not here, and is needed by' }
  const where = (keyId: string): string =>
    found.places.flatMap((place) => (place.keyId === keyId ? `${place.place} ${place.values}` : [])).join(', ')
  return {
    json: found,
    lines: [
      ...found.keys.map(({ keyId, role, values }) => {
        const places = where(keyId)
        return `key ${keyId} ${words[role]}: ${values} sealed values${places && ` (${places})`}`
      }),
      ...(found.processes.length > 0
        ? [`processes by their keys: ${found.processes.map((ring) => ring.join(',')).join('  ')}`]
        : []),
      ...(found.restartFor
        ? [`Restart Floowe: the secret was changed, key ${found.restartFor} seals from then on.`]
        : []),
    ],
  }
}

async function rotate({ settings, tell }: Run): Promise<Answer> {
  const answer = await ask(settings, 'POST', '/rotate')
  let last: Step | null = null
  if (answer.body) {
    const lines = createInterface({ input: Readable.fromWeb(answer.body as never) }) // node's and the DOM's stream types differ in name only
    try {
      for await (const line of lines) {
        last = JSON.parse(line) as Step // our own server's
        if (last.step === 'wrapping') tell(`${last.done} of ${last.all} sealed values brought under the new key`)
      }
    } catch {
      last = null
    }
  }
  if (last?.step === 'restart')
    return {
      json: last,
      lines: [
        `A new secret stands before the old one: key ${last.keyId}. Restart Floowe, then run this again: it brings what is sealed under it.`,
      ],
    }
  if (last?.step !== 'done')
    throw new Refused('secret-interrupted', 'It broke off. What was done stays done; run it again and it goes on.')
  return wrapped(last)
}

function wrapped(end: Done): Answer {
  const { keyId, older, done, left, unreadable } = end
  const isOver = left === 0
  return {
    json: end,
    exitCode: isOver ? 0 : 1,
    lines: [
      `${done} values were brought under key ${keyId}.`,
      ...(isOver
        ? [`Nothing needs ${older.join(', ')} any more. Drop it: npm run floowe -- secret forget`]
        : [`${left} values are still under another key. Those that do not open:`]),
      ...unreadable.map(({ place, row, problem }) => `  ${place} ${row}: ${problem}`),
    ],
  }
}

async function forget({ settings }: Run): Promise<Answer> {
  const gone = (await (await ask(settings, 'POST', '/forget')).json()) as Forgotten // our own server's
  const keys = gone.forgotten.join(', ')
  return {
    json: gone,
    lines: [
      gone.keptIn === 'file'
        ? `Key ${keys} is dropped. Restart Floowe, so that it is gone from there too.`
        : `Nothing needs key ${keys} any more: leave only the first secret in FLOOWE_SECRET, and restart every process.`,
      `Backups from before need the old secret: keep it where they are kept.`,
    ],
  }
}

async function ask(settings: Run['settings'], method: string, path: string): Promise<Response> {
  const answer = await fetch(`${settings.url}/api/v1/installation/secret${path}`, {
    method,
    headers: headersOf(settings),
  })
  if (answer.ok) return answer
  const refusal = (await answer.json().catch(() => ({}))) as { code?: string; message?: string }
  throw new Refused(refusal.code ?? 'secret-failed', refusal.message ?? `The server answered ${answer.status}`)
}
