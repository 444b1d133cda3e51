/**
 * `node launch/unretire.ts`: takes back a move that failed, so that the installation starts again. In a cluster where the settings
 * name one (`FLOOWE_MONGODB_URL`), else in the folder `FLOOWE_DATA`. Started by `floowe unretire`.
 */
import { openTarget } from './backup/target.ts'
import { readState, withClient, writeState } from './installation-state.ts'
import { runMain } from './refusing.ts'
import { StartRefused } from './start-refused.ts'

await runMain(async (say) => {
  const target = await openTarget({ variables: process.env, say })
  try {
    return await withClient(target.address, async (client) => {
      const { retired } = await readState(client)
      if (!retired) throw new StartRefused('not-retired', 'This installation was not moved away: it starts.')
      await writeState(client, 'retired', null)
      return retired
    })
  } finally {
    await target.stop()
  }
})
