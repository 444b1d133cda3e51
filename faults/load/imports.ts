/** A small Markdown folder, as an archive, until its import is over. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { RunState } from '../state.ts'
import { type Text, paragraphsOf, type Writer } from '../texts.ts'
import { keyed } from './asking.ts'

const pollMs = 80
const importMsMax = 120_000

export async function importSet(run: RunState, writer: Writer, count: number): Promise<void> {
  const texts = Array.from({ length: count }, () => writer.next())
  const key = randomUUID()
  const entry = run.ledger.send('import', {
    tokens: texts.map(({ token }) => token),
    hashes: texts.map(({ hash }) => hash),
    key,
  })
  const form = new FormData()
  form.append('file', new File([new Uint8Array(archiveOf(texts))], `${texts[0]?.token ?? 'set'}.zip`))
  form.append('language', 'en')
  const answer = await keyed(
    run,
    entry,
    { method: 'POST', path: '/api/v1/imports', body: form, through: ['content'], key },
    (status, body) => (status === 202 ? { importId: String(body['id']) } : status === 429 ? 'later' : null),
  )
  if (!answer) return
  const endMs = Date.now() + importMsMax
  while (Date.now() < endMs) {
    const { state } = await run.client.until<{ state: string }>({
      path: `/api/v1/imports/${answer.importId}`,
      through: ['content'],
    })
    if (['done', 'failed', 'cancelled'].includes(state)) return
    await pause(pollMs)
  }
  run.violations.push({ kind: 'sick', text: `import ${answer.importId} was not over within ${importMsMax} ms` })
}

const markdownOf = ({ title, lead, body }: Text): string =>
  `---\ntitle: ${title}\nlead: ${lead}\n---\n\n${paragraphsOf(body).join('\n\n')}\n`

const archiveOf = (texts: readonly Text[]): Buffer =>
  zipOf(texts.map((text) => ({ name: `${text.token}.md`, bytes: Buffer.from(markdownOf(text)) })))

/** Stored, not packed: the fewest fields that readers of archives want. */
function zipOf(files: readonly { name: string; bytes: Buffer }[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of files) {
    const title = Buffer.from(name)
    const head = Buffer.alloc(26)
    head.writeUInt16LE(20, 0)
    // Midnight of 1 January 2026.
    head.writeUInt16LE(0x5c21, 8)
    head.writeUInt32LE(crc32(bytes), 10)
    head.writeUInt32LE(bytes.length, 14)
    head.writeUInt32LE(bytes.length, 18)
    head.writeUInt16LE(title.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    parts.push(Buffer.from('PK\u0003\u0004'), head, title, bytes)
    directory.push(Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), head, place, title)
    offset += 4 + head.length + title.length + bytes.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(entries.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, entries, Buffer.from('PK\u0005\u0006'), end])
}
