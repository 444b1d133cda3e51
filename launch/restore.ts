/**
 * `node launch/restore.ts FILE`: brings a backup into an empty installation, verifies it, and puts on hold whatever was
 * being sent or fell due since. Progress on stderr; the summary, as JSON, on stdout. Started by `floowe restore`.
 */
import { createSealer, systemClock } from '@floowe/platform/ground'
import { startForRestore } from './backup/offline.ts'
import { restoreArchive } from './backup/restore.ts'

const file = process.argv[2]
const say = (sentence: string): void => console.error(sentence)

if (!file) {
  say('refused wrong-use Name the archive.')
  process.exit(2)
}
try {
  const offline = await startForRestore({ variables: process.env, say, clock: systemClock() })
  try {
    const restored = await restoreArchive(file, { ...offline.target, say })
    const own = createSealer(offline.secret).keyId
    if (own !== restored.heading.keyId) {
      say(
        `Sealed secrets (of webhooks, of sessions) need the key ${restored.heading.keyId}; this installation has ${own}. Set FLOOWE_SECRET to the old one before the first start, or make those secrets anew.`,
      )
    }
    const onHold = await offline.hold(restored.heading.createdAt)
    console.log(JSON.stringify({ rows: restored.rows, files: restored.files, onHold }))
  } finally {
    await offline.stop()
  }
} catch (error) {
  const isRefusal = error instanceof Error && 'code' in error && ['StartRefused', 'LockHeld'].includes(error.name)
  if (isRefusal) say(`refused ${String(error.code)} ${error.message}`)
  else if (error instanceof Error && error.name === 'SettingsMistakes') say(`refused settings ${error.message}`)
  else console.error(error)
  process.exitCode = 1
}
