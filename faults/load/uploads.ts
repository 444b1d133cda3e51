/** Files: their bytes are the same when they are read as when they were sent. The same bytes are one file, so asking again is safe. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../random.ts'
import type { RunState } from '../state.ts'
import { sha256 } from '../texts.ts'

const bytesMax = 120_000
const patienceMs = 150_000
const retryPauseMs = 150

export async function upload(run: RunState, random: Random): Promise<void> {
  const bytes = fileOf(random)
  const entry = run.ledger.send('upload', { sha256: sha256(bytes), bytes: bytes.length })
  const endMs = Date.now() + patienceMs
  for (let attempt = 1; Date.now() < endMs; attempt++) {
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], `file-${entry.id}.pdf`))
    const outcome = await run.client.once({ method: 'POST', path: '/api/v1/media', body: form, through: ['content'] })
    if (outcome.is === 'answered' && outcome.status === 201) {
      const { id, url } = outcome.body as { id: string; url: string } // the contract's answer
      run.ledger.settle(entry, 'acknowledged', { mediaId: id, url })
      return
    }
    if (outcome.is === 'answered')
      throw new Error(`an upload was refused: ${outcome.status} ${JSON.stringify(outcome.body).slice(0, 300)}`)
    if (attempt === 1) run.ledger.settle(entry, 'unknown')
    await pause(retryPauseMs)
  }
  throw new Error(`an upload was not settled within ${patienceMs} ms`)
}

/** Something that is told by its beginning to be a PDF. */
function fileOf(random: Random): Buffer {
  const head = Buffer.from('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1')
  const noise = Buffer.alloc(random.whole(2_000, bytesMax))
  for (let place = 0; place + 4 <= noise.length; place += 4)
    noise.writeUInt32LE(Math.floor(random.next() * 2 ** 32), place)
  return Buffer.concat([head, noise])
}
