/** Memory of everything together (PSS): 60 s after ready with the demo, and 60 s after an import with pictures. */
import { zipSync } from 'fflate'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { articleText, drawnPng } from '../data.ts'
import { clientOf, startFloowe } from '../floowe.ts'
import { pssMegabytes } from '../measure.ts'
import { figure, type Suite } from '../suite.ts'

const restMs = 60_000
const pictures = 40

export const suite: Suite = {
  about: 'PSS of all processes, idle and after an import of pictures',
  run: async ({ tell }) => {
    const floowe = await startFloowe({ variables: { FLOOWE_DEMO: 'on' } })
    try {
      tell('waiting 60 s')
      await new Promise((resolve) => setTimeout(resolve, restMs))
      const idle = pssMegabytes(floowe.tree())
      const ask = clientOf(floowe.url, (await readFile(path.join(floowe.folder, 'local-credential'), 'utf8')).trim())
      const files: Record<string, Uint8Array> = {}
      for (let n = 0; n < pictures; n++) {
        files[`p${n}.png`] = drawnPng(1600, 1000, n)
        files[`a${n}.md`] = new TextEncoder().encode(
          `---\ntitle: Picture ${n}\ncover: p${n}.png\n---\n\n${articleText(n, 2_000)}\n\n![drawn](p${n}.png)\n`,
        )
      }
      const form = new FormData()
      form.append('file', new File([new Uint8Array(zipSync(files, { level: 0 }))], 'pictures.zip'))
      const { id } = await ask('POST', '/imports', form)
      let peak = 0
      // At most ten minutes; each turn also watches the peak.
      for (let poll = 0; poll < 3_000; poll++) {
        peak = Math.max(peak, pssMegabytes(floowe.tree()))
        const [state, media] = [await ask('GET', `/imports/${id}`), await ask('GET', '/media?limit=100')]
        if (state.state === 'done' && media.items.every((one: { state: string }) => one.state === 'ready')) break
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
      const done = await ask('GET', `/imports/${id}`)
      if (done.counts.created !== pictures) throw new Error(`imported ${done.counts.created} of ${pictures}`)
      tell(`peak ${peak.toFixed(0)} MB; waiting 60 s`)
      await new Promise((resolve) => setTimeout(resolve, restMs))
      return [
        figure('60 s after ready', 'MB', idle, { atMost: 350 }),
        figure('60 s after an import with pictures', 'MB', pssMegabytes(floowe.tree()), { atMost: 350 }),
        figure('peak while pictures are made', 'MB', peak),
      ]
    } finally {
      await floowe.stop()
    }
  },
}
