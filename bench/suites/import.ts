/** A thousand Markdown articles in one archive over REST, from the request until the import says that it is done. */
import { zipSync } from 'fflate'
import { articleText } from '../data.ts'
import { pinSelf, setUp, startFloowe } from '../floowe.ts'
import { round } from '../measure.ts'
import { figure, type Suite } from '../suite.ts'

const articles = 1_000
const doneMsMax = 300_000

export const suite: Suite = {
  about: '1,000 Markdown articles (5 kB each, front matter with tags) as a zip',
  run: async ({ rounds, tell }) => {
    pinSelf()
    const seconds: number[] = []
    const archive = archiveOf()
    for (let turn = 0; turn < rounds; turn++) {
      const floowe = await startFloowe()
      try {
        const ask = await setUp(floowe)
        const form = new FormData()
        form.append('file', new File([archive], 'articles.zip'))
        const begunMs = performance.now()
        const { id } = await ask('POST', '/imports', form)
        let state = ''
        let counts: { created?: number } = {}
        while (performance.now() - begunMs < doneMsMax) {
          const now = await ask('GET', `/imports/${id}`)
          ;({ state, counts } = now)
          if (state === 'done') break
          if (state === 'failed') throw new Error(`the import failed: ${JSON.stringify(now)}`)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
        seconds.push(round((performance.now() - begunMs) / 1000))
        const { total } = await ask('GET', '/articles?limit=1')
        if (state !== 'done' || counts.created !== articles || total !== articles)
          throw new Error(`${state}: ${JSON.stringify(counts)}, ${total} articles in the list`)
        tell(`round ${turn + 1}: ${seconds.at(-1)} s`)
      } finally {
        await floowe.stop()
      }
    }
    return [figure('import of 1,000 Markdown articles', 's', seconds, { atMost: 20 })]
  },
}

function archiveOf(): Uint8Array<ArrayBuffer> {
  const files: Record<string, Uint8Array> = {}
  for (let n = 0; n < articles; n++) {
    const words = articleText(n + 50_000, 200)
      .toLowerCase()
      .replace(/[^a-z ]/g, '')
      .split(' ')
    files[`posts/article-${n}.md`] = new TextEncoder().encode(
      `---\ntitle: Article ${n} about ${words[0]}\ndate: 2024-01-01\ntags: [${words.slice(1, 4).join(', ')}]\n---\n\n${articleText(n, 5_000)}\n`,
    )
  }
  return new Uint8Array(zipSync(files))
}
