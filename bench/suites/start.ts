/** From the command to `/readyz` 200: on an empty folder with the demo made, and later starts. The limit in the run: an empty Node program. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startFloowe } from '../floowe.ts'
import { figure, type Suite } from '../suite.ts'

export const suite: Suite = {
  about: 'start on an empty folder (database and demo made), and again on the same folder',
  run: async ({ rounds, tell }) => {
    const first: number[] = []
    const later: number[] = []
    const limit: number[] = []
    // One start that is not counted fills the file cache and the compile cache.
    const warm = await startFloowe({ isPinned: false })
    await warm.stop()
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now()
      spawnSync(process.execPath, ['-e', '0'])
      limit.push((performance.now() - begun) / 1000)
      const folder = await mkdtemp(path.join(tmpdir(), 'floowe-bench-'))
      const variables = { FLOOWE_DEMO: 'on' }
      const fresh = await startFloowe({ folder, variables, isPinned: false })
      first.push(fresh.readyMs / 1000)
      await fresh.stop()
      const again = await startFloowe({ folder, variables, isPinned: false })
      later.push(again.readyMs / 1000)
      await again.stop()
      await rm(folder, { recursive: true, force: true })
      // The disk is still busy with what was removed; the next start is not to wait for that.
      spawnSync('sync')
      tell(`round ${round + 1}: first ${first.at(-1)?.toFixed(2)} s, later ${later.at(-1)?.toFixed(2)} s`)
    }
    return [
      figure('empty folder to ready, demo readable', 's', first, { atMost: 5 }),
      figure('later start to ready', 's', later, { atMost: 2 }),
      figure('limit: an empty Node program', 's', limit),
    ]
  },
}
