/**
 * `node launch/restore.ts FILE [--check]`: brings a backup into an empty installation, verifies it, and puts on hold whatever was
 * being sent or fell due since. Into a cluster where the settings name one (`FLOOWE_MONGODB_URL`), else into the folder
 * `FLOOWE_DATA`. Killed, it goes on where it stopped. Progress on stderr; the summary, as JSON, on stdout. Started by
 * `floowe restore`. `--check` looks through the archive and does nothing with it.
 */
import { inspectArchive } from './backup/read.ts'
import { countsOf, endRestore, progress, restoreArchive } from './backup/restore.ts'
import { openTarget } from './backup/target.ts'
import { withClient } from './installation-state.ts'
import { runMain } from './refusing.ts'

await runMain(async (say) => {
  const [file, ...words] = process.argv.slice(2)
  if (!file || words.some((word) => word !== '--check')) return null
  // Before anything is opened: what is no whole archive changes nothing.
  const archive = await inspectArchive(
    file,
    progress((percent) => say(`looking through it: ${percent} %`)),
  )
  const { heading, entries } = archive
  say(`backup of ${heading.createdAt}, ${entries} entries${heading.isMove ? '; its installation was retired' : ''}`)
  if (words.length > 0) return { createdAt: heading.createdAt, entries, ...countsOf(archive.summary) }
  const target = await openTarget({ variables: process.env, say })
  try {
    const restored = await restoreArchive(file, archive, { ...target, say })
    const missing = (heading.keysNeeded ?? [heading.keyId]).filter((keyId) => !target.keyIds.includes(keyId))
    if (missing.length > 0)
      say(
        `Sealed secrets (of webhooks, of accounts) need the key ${missing.join(', ')}; this installation has ${target.keyIds.join(', ')}. Before the first start, put the secret of that backup behind the present one (FLOOWE_SECRET=PRESENT,OLD, or a second line in FLOOWE_DATA/secret), or make those secrets anew.`,
      )
    const onHold = await target.hold(heading.createdAt)
    await withClient(target.address, endRestore)
    return { ...restored, onHold }
  } finally {
    await target.stop()
  }
})
